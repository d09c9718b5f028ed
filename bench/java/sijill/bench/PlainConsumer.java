package sijill.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Two consumers, each with a thread and half of the partitions, and hash maps: nothing is persisted. */
final class PlainConsumer {
    private static final int THREADS = 2;

    private PlainConsumer() {}

    static void run(Main.Arguments arguments, Pass pass) throws Exception {
        Progress progress = new Progress(Topics.ends(arguments));
        List<Fold> folds = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; ++i) {
            int of = i;
            List<TopicPartition> mine = progress.ends().keySet().stream()
                    .filter(each -> each.partition() % THREADS == of).toList();
            Fold fold = new Fold();
            folds.add(fold);
            threads.add(new Thread(() -> consume(arguments, mine, progress, fold)));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        progress.check();
        pass.folded(progress);
        Runnable report = pass.stop();
        Figures figures = new Figures();
        folds.forEach(fold -> fold.tell(figures));
        pass.keep(figures);
        report.run();
    }

    private static void consume(Main.Arguments arguments, List<TopicPartition> mine, Progress progress, Fold fold) {
        try (KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(settings(arguments), new StringDeserializer(),
                new ByteArrayDeserializer())) {
            consumer.assign(mine);
            consumer.seekToBeginning(mine);
            long open = mine.stream().filter(each -> progress.ends().get(each) > 0).count();
            while (open > 0) {
                ConsumerRecords<String, byte[]> records = consumer.poll(Duration.ofMillis(100));
                for (TopicPartition partition : records.partitions()) {
                    for (ConsumerRecord<String, byte[]> each : records.records(partition)) {
                        fold.apply(each.key(), EventReader.read(each.value()));
                        open -= progress.passed(partition, each.offset()) ? 1 : 0;
                    }
                }
            }
        } catch (RuntimeException failed) {
            progress.fail(failed);
        }
    }

    private static Properties settings(Main.Arguments arguments) {
        Properties settings = new Properties();
        settings.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, arguments.bootstrap());
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 10_000);
        settings.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 8 << 20);
        settings.put(ConsumerConfig.RECEIVE_BUFFER_CONFIG, -1);
        return settings;
    }

    /** States and cells of some partitions. One owner. */
    private static final class Fold {
        private final Map<String, CaseState> cases = new HashMap<>();
        private final Map<String, CallState> calls = new HashMap<>();
        private final Map<Cell, long[]> byQueue = new HashMap<>();
        private final Map<Cell, long[]> byAgent = new HashMap<>();
        private final Map<Cell, long[]> byKind = new HashMap<>();
        private final Map<Cell, long[]> byStatus = new HashMap<>();

        void apply(String id, Event event) {
            if (event.type.isOfCall()) {
                applyToCall(calls.computeIfAbsent(id, key -> new CallState()), event);
            } else {
                applyToCase(cases.computeIfAbsent(id, key -> new CaseState()), event);
            }
        }

        private void applyToCall(CallState call, Event event) {
            Contribution queueBefore = call.byQueue();
            Contribution agentBefore = call.byAgent();
            if (call.apply(event)) {
                move(byQueue, queueBefore, call.byQueue());
                move(byAgent, agentBefore, call.byAgent());
            }
        }

        private void applyToCase(CaseState of, Event event) {
            Contribution kindBefore = of.byKind();
            Contribution statusBefore = of.byStatus();
            if (of.apply(event)) {
                move(byKind, kindBefore, of.byKind());
                move(byStatus, statusBefore, of.byStatus());
            }
        }

        private static void move(Map<Cell, long[]> cells, Contribution from, Contribution to) {
            if (from.isSame(to)) {
                return;
            }
            add(cells, from, -1);
            add(cells, to, 1);
        }

        private static void add(Map<Cell, long[]> cells, Contribution by, int sign) {
            if (by.cell() == null) {
                return;
            }
            long[] sum = cells.computeIfAbsent(by.cell(), key -> new long[by.figures().length]);
            for (int i = 0; i < sum.length; ++i) {
                sum[i] += sign * by.figures()[i];
            }
        }

        void tell(Figures figures) {
            cases.forEach((id, state) -> figures.addLine(state.line(id)));
            calls.forEach((id, state) -> figures.addLine(state.line(id)));
            byQueue.forEach((cell, sum) -> figures.add(Figures.View.CALLS, cell, sum));
            byAgent.forEach((cell, sum) -> figures.add(Figures.View.AGENTS, cell, sum));
            byKind.forEach((cell, sum) -> figures.add(Figures.View.CASES, cell, sum));
            byStatus.forEach((cell, sum) -> figures.add(Figures.View.OPEN, cell, sum));
        }
    }
}
