package sijill.bench;

import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;

/**
 * One processor for all: it folds an event into its aggregate's state and moves the cells of its own partition, so nothing is
 * sent to another partition. A reader adds up the partitions, as Sijill's does.
 */
final class ProcessorTopology {
    private ProcessorTopology() {}

    static Topology build(String topic, Progress progress, boolean inMemory) {
        Topology topology = new Topology();
        topology.addSource("events", Serdes.String().deserializer(), (name, bytes) -> EventReader.read(bytes), topic);
        topology.addProcessor("fold", () -> new Fold(progress), "events");
        topology.addStateStore(store(Stores.CALLS, Serdes.String(), CallState.serde(), inMemory), "fold");
        topology.addStateStore(store(Stores.CASES, Serdes.String(), CaseState.serde(), inMemory), "fold");
        for (String view : new String[] {Stores.BY_QUEUE, Stores.BY_AGENT, Stores.BY_KIND, Stores.BY_STATUS}) {
            topology.addStateStore(store(view, Cell.serde(), Contribution.figuresSerde(), inMemory), "fold");
        }
        return topology;
    }

    /** RocksDB stores have the record cache before them and a changelog; those in memory need neither here. */
    private static <K, V> StoreBuilder<KeyValueStore<K, V>> store(String name, Serde<K> key, Serde<V> value, boolean inMemory) {
        return inMemory
                ? org.apache.kafka.streams.state.Stores.keyValueStoreBuilder(
                        org.apache.kafka.streams.state.Stores.inMemoryKeyValueStore(name), key, value).withLoggingDisabled()
                : org.apache.kafka.streams.state.Stores.keyValueStoreBuilder(
                        org.apache.kafka.streams.state.Stores.persistentKeyValueStore(name), key, value).withCachingEnabled();
    }

    private static final class Fold implements Processor<String, Event, Void, Void> {
        private final Progress progress;
        private ProcessorContext<Void, Void> context;
        private KeyValueStore<String, CallState> calls;
        private KeyValueStore<String, CaseState> cases;
        private KeyValueStore<Cell, long[]> byQueue;
        private KeyValueStore<Cell, long[]> byAgent;
        private KeyValueStore<Cell, long[]> byKind;
        private KeyValueStore<Cell, long[]> byStatus;

        Fold(Progress progress) {
            this.progress = progress;
        }

        @Override
        public void init(ProcessorContext<Void, Void> context) {
            this.context = context;
            calls = context.getStateStore(Stores.CALLS);
            cases = context.getStateStore(Stores.CASES);
            byQueue = context.getStateStore(Stores.BY_QUEUE);
            byAgent = context.getStateStore(Stores.BY_AGENT);
            byKind = context.getStateStore(Stores.BY_KIND);
            byStatus = context.getStateStore(Stores.BY_STATUS);
        }

        @Override
        public void process(Record<String, Event> record) {
            if (record.value().type.isOfCall()) {
                applyToCall(record.key(), record.value());
            } else {
                applyToCase(record.key(), record.value());
            }
            context.recordMetadata().ifPresent(
                    at -> progress.passed(new TopicPartition(at.topic(), at.partition()), at.offset()));
        }

        private void applyToCall(String id, Event event) {
            CallState stored = calls.get(id);
            CallState call = stored == null ? new CallState() : stored;
            Contribution queueBefore = call.byQueue();
            Contribution agentBefore = call.byAgent();
            if (call.apply(event)) {
                move(byQueue, queueBefore, call.byQueue());
                move(byAgent, agentBefore, call.byAgent());
            }
            calls.put(id, call);
        }

        private void applyToCase(String id, Event event) {
            CaseState stored = cases.get(id);
            CaseState of = stored == null ? new CaseState() : stored;
            Contribution kindBefore = of.byKind();
            Contribution statusBefore = of.byStatus();
            if (of.apply(event)) {
                move(byKind, kindBefore, of.byKind());
                move(byStatus, statusBefore, of.byStatus());
            }
            cases.put(id, of);
        }

        private static void move(KeyValueStore<Cell, long[]> cells, Contribution from, Contribution to) {
            if (from.isSame(to)) {
                return;
            }
            if (from.cell() != null && from.cell().equals(to.cell())) {
                long[] difference = Contribution.add(to.figures(), from.figures(), -1);
                cells.put(to.cell(), Contribution.add(cells.get(to.cell()), difference, 1));
                return;
            }
            if (from.cell() != null) {
                cells.put(from.cell(), Contribution.add(cells.get(from.cell()), from.figures(), -1));
            }
            if (to.cell() != null) {
                cells.put(to.cell(), Contribution.add(cells.get(to.cell()), to.figures(), 1));
            }
        }
    }
}
