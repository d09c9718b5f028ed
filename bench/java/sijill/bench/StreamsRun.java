package sijill.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.QueryableStoreTypes;

/**
 * A Kafka Streams application from its start until the ends that the topic had then are folded, queryable, committed and
 * flushed. The figures are read before it is closed; reading them does not count.
 */
final class StreamsRun {
    enum Kind { DSL_DEFAULTS, DSL_TUNED, PROCESSOR, PROCESSOR_IN_MEMORY }

    private final Main.Arguments arguments;
    private final Kind kind;
    private final Pass pass;
    private final String application;
    private final Progress progress;

    StreamsRun(Main.Arguments arguments, Kind kind, Pass pass) throws Exception {
        this.arguments = arguments;
        this.kind = kind;
        this.pass = pass;
        application = "bench-" + kind.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-') + "-"
                + ProcessHandle.current().pid() + "-" + pass.name;
        progress = new Progress(Topics.ends(arguments));
    }

    void run() throws Exception {
        try (Topics topics = new Topics(arguments.bootstrap());
                KafkaStreams streams = new KafkaStreams(topology(), settings())) {
            streams.setUncaughtExceptionHandler(failed -> {
                progress.fail(failed);
                return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
            });
            streams.start();
            progress.await();
            if (isDsl()) {
                awaitRepartitions(topics, streams);
            }
            awaitRunning(streams);
            pass.folded(progress);
            pass.pause();
            pass.keep(figures(streams));
            pass.resume();
            streams.close();
            Runnable report = pass.stop();
            List<String> internal = topics.internal(application);
            pass.keep(Machine.bytesUnder(Path.of(arguments.state(), application)), topics.bytes(internal));
            topics.delete(internal);
            report.run();
        }
    }

    private boolean isDsl() {
        return kind == Kind.DSL_DEFAULTS || kind == Kind.DSL_TUNED;
    }

    private boolean isTuned() {
        return kind != Kind.DSL_DEFAULTS;
    }

    private Topology topology() {
        return isDsl() ? DslTopology.build(arguments.topic(), progress, settings())
                : ProcessorTopology.build(arguments.topic(), progress, kind == Kind.PROCESSOR_IN_MEMORY);
    }

    private Properties settings() {
        Properties settings = new Properties();
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, application);
        settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, arguments.bootstrap());
        settings.put(StreamsConfig.STATE_DIR_CONFIG, arguments.state());
        if (isTuned()) {
            settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 2);
            settings.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 512L << 20);
            settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 30_000);
            settings.put(StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, 10_000);
            settings.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, RocksSettings.class);
            settings.put(StreamsConfig.TOPOLOGY_OPTIMIZATION_CONFIG, StreamsConfig.OPTIMIZE);
            settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG), 10_000);
            settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG), 8 << 20);
            settings.put(StreamsConfig.producerPrefix(ProducerConfig.COMPRESSION_TYPE_CONFIG), "lz4");
            settings.put(StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), 256 << 10);
        }
        return settings;
    }

    /**
     * The source's commit has flushed the caches, so the repartition topics are complete; then the threads have processed
     * as many records as both have, each once.
     */
    private void awaitRepartitions(Topics topics, KafkaStreams streams) throws Exception {
        while (!topics.hasCommitted(application, progress.ends())) {
            progress.check();
            Thread.sleep(20);
        }
        List<String> repartitions = topics.internal(application).stream().filter(name -> name.endsWith("-repartition")).toList();
        long all = progress.records() + topics.ends(repartitions).values().stream().mapToLong(Long::longValue).sum();
        while (processed(streams) < all) {
            progress.check();
            Thread.sleep(20);
        }
    }

    /** A thread that had nothing to do may still be starting; until it runs the stores cannot be asked. */
    private void awaitRunning(KafkaStreams streams) throws InterruptedException {
        while (streams.state() != KafkaStreams.State.RUNNING) {
            progress.check();
            Thread.sleep(5);
        }
    }

    private static long processed(KafkaStreams streams) {
        return streams.metrics().values().stream()
                .filter(metric -> metric.metricName().group().equals("stream-thread-metrics")
                        && metric.metricName().name().equals("process-total"))
                .mapToLong(metric -> ((Double) metric.metricValue()).longValue()).sum();
    }

    private Figures figures(KafkaStreams streams) {
        Figures figures = new Figures();
        each(streams, Stores.CALLS, (String id, CallState state) -> figures.addLine(state.line(id)));
        each(streams, Stores.CASES, (String id, CaseState state) -> figures.addLine(state.line(id)));
        each(streams, Stores.BY_QUEUE, (Cell cell, long[] sum) -> figures.add(Figures.View.CALLS, cell, sum));
        each(streams, Stores.BY_AGENT, (Cell cell, long[] sum) -> figures.add(Figures.View.AGENTS, cell, sum));
        each(streams, Stores.BY_KIND, (Cell cell, long[] sum) -> figures.add(Figures.View.CASES, cell, sum));
        each(streams, Stores.BY_STATUS, (Cell cell, long[] sum) -> figures.add(Figures.View.OPEN, cell, sum));
        return figures;
    }

    private static <K, V> void each(KafkaStreams streams, String store, java.util.function.BiConsumer<K, V> take) {
        try (KeyValueIterator<K, V> rows = streams
                .store(StoreQueryParameters.fromNameAndType(store, QueryableStoreTypes.<K, V>keyValueStore())).all()) {
            rows.forEachRemaining(row -> take.accept(row.key, row.value));
        }
    }
}
