package sijill.bench;

import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Branched;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.KTable;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.processor.api.ContextualFixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyRecord;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The views as tables: events of an aggregate become its state, and each KPI view is an aggregation of a table of states
 * by another key. An adder and a subtractor keep its figures right when a state changes.
 */
final class DslTopology {
    private DslTopology() {}

    static Topology build(String topic, Progress progress, Properties settings) {
        StreamsBuilder builder = new StreamsBuilder();
        Map<String, KStream<String, Event>> events = builder
                .stream(topic, Consumed.with(Serdes.String(), Serdes.serdeFrom((name, event) -> null,
                        (name, bytes) -> EventReader.read(bytes))))
                .processValues(() -> new EndMarker(progress))
                .split(Named.as("events-"))
                .branch((id, event) -> event.type.isOfCall(), Branched.as("of-calls"))
                .defaultBranch(Branched.as("of-cases"));

        KTable<String, CallState> calls = events.get("events-of-calls").groupByKey().aggregate(CallState::new,
                (id, event, state) -> {
                    CallState next = state.copy();
                    next.apply(event);
                    return next;
                },
                Materialized.<String, CallState, KeyValueStore<Bytes, byte[]>>as(Stores.CALLS)
                        .withKeySerde(Serdes.String()).withValueSerde(CallState.serde()));
        KTable<String, CaseState> cases = events.get("events-of-cases").groupByKey().aggregate(CaseState::new,
                (id, event, state) -> {
                    CaseState next = state.copy();
                    next.apply(event);
                    return next;
                },
                Materialized.<String, CaseState, KeyValueStore<Bytes, byte[]>>as(Stores.CASES)
                        .withKeySerde(Serdes.String()).withValueSerde(CaseState.serde()));

        sum(calls, CallState::byQueue, Stores.BY_QUEUE);
        sum(calls, CallState::byAgent, Stores.BY_AGENT);
        sum(cases, CaseState::byKind, Stores.BY_KIND);
        sum(cases, CaseState::byStatus, Stores.BY_STATUS);
        return builder.build(settings);
    }

    private interface Contributing<S> {
        Contribution of(S state);
    }

    private static <S> void sum(KTable<String, S> states, Contributing<S> contribution, String store) {
        states.groupBy((id, state) -> {
            Contribution adds = contribution.of(state);
            return KeyValue.pair(adds.cell(), adds.figures());  // no cell: the state adds nothing
        }, Grouped.with(store, Cell.serde(), Contribution.figuresSerde())).aggregate(() -> null,
                (cell, figures, sum) -> Contribution.add(sum, figures, 1),
                (cell, figures, sum) -> Contribution.add(sum, figures, -1),
                Materialized.<Cell, long[], KeyValueStore<Bytes, byte[]>>as(store)
                        .withKeySerde(Cell.serde()).withValueSerde(Contribution.figuresSerde()));
    }

    /**
     * Watches for the ends captured at the start, and asks for a commit there: with the default interval a reader of the
     * views would wait for up to 30 s more, and so would the time measured.
     */
    private static final class EndMarker extends ContextualFixedKeyProcessor<String, Event, Event> {
        private final Progress progress;

        EndMarker(Progress progress) {
            this.progress = progress;
        }

        @Override
        public void process(FixedKeyRecord<String, Event> event) {
            context().forward(event);
            context().recordMetadata().ifPresent(at -> {
                if (progress.passed(new TopicPartition(at.topic(), at.partition()), at.offset())) {
                    context().commit();
                }
            });
        }
    }
}
