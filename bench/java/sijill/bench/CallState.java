package sijill.bench;

import java.nio.ByteBuffer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/** One call: facts gathered in any order; of a fact that is stated twice the first statement stands. */
final class CallState {
    private int day;  // local, of the offer
    private String queue;
    private String agent;  // who answered
    private boolean abandoned;
    private boolean ended;
    private boolean wrappedUp;
    private long handleMs;
    private SeenEvents seen = new SeenEvents();

    CallState copy() {
        CallState copy = new CallState();
        copy.day = day;
        copy.queue = queue;
        copy.agent = agent;
        copy.abandoned = abandoned;
        copy.ended = ended;
        copy.wrappedUp = wrappedUp;
        copy.handleMs = handleMs;
        copy.seen = seen.copy();
        return copy;
    }

    /** Whether the call's facts changed. */
    boolean apply(Event event) {
        if (!seen.add(event.key)) {
            return false;
        }
        switch (event.type) {
            case CALL_OFFERED -> {
                if (queue == null) {
                    queue = event.queue;
                    day = LocalDays.dayOf(event.timeMs);
                }
            }
            case CALL_ANSWERED -> agent = agent == null ? event.agent : agent;
            case CALL_ABANDONED -> abandoned = true;
            case CALL_ENDED -> {
                handleMs += ended ? 0 : event.talkMs + event.holdMs;
                ended = true;
            }
            case CALL_WRAPPED_UP -> {
                handleMs += wrappedUp ? 0 : event.acwMs;
                wrappedUp = true;
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean isAnswered() {
        return queue != null && agent != null;
    }

    /** Offered, answered and abandoned calls by day and queue. An answer outweighs an abandon. */
    Contribution byQueue() {
        if (queue == null) {
            return Contribution.NONE;
        }
        long[] figures = {1, isAnswered() ? 1 : 0, !isAnswered() && abandoned ? 1 : 0};
        return new Contribution(new Cell(day, queue), figures);
    }

    /** Talk, hold and after-call work of a call that is wrapped up; of another, nothing yet. */
    private long handled() {
        return isAnswered() && wrappedUp ? handleMs : 0;
    }

    /** Handle time and wrapped-up calls by day and agent. */
    Contribution byAgent() {
        return isAnswered() ? new Contribution(new Cell(day, agent), new long[] {handled(), wrappedUp ? 1 : 0}) : Contribution.NONE;
    }

    String line(String id) {
        String outcome = isAnswered() ? "answered" : abandoned ? "abandoned" : "waiting";
        return "call\t" + id + "\t" + outcome + "\t" + handled();
    }

    static Serde<CallState> serde() {
        return Serdes.serdeFrom((topic, state) -> state == null ? null : state.toBytes(),
                (topic, bytes) -> bytes == null ? null : of(ByteBuffer.wrap(bytes)));
    }

    private byte[] toBytes() {
        byte[] queueBytes = Text.bytes(queue);
        byte[] agentBytes = Text.bytes(agent);
        ByteBuffer out = ByteBuffer.allocate(4 + 1 + 8 + 4 + queueBytes.length + agentBytes.length + seen.bytes());
        out.putInt(day);
        out.put((byte) ((abandoned ? 1 : 0) | (ended ? 2 : 0) | (wrappedUp ? 4 : 0)));
        out.putLong(handleMs);
        Text.write(out, queueBytes);
        Text.write(out, agentBytes);
        seen.write(out);
        return out.array();
    }

    private static CallState of(ByteBuffer in) {
        CallState state = new CallState();
        state.day = in.getInt();
        byte flags = in.get();
        state.abandoned = (flags & 1) != 0;
        state.ended = (flags & 2) != 0;
        state.wrappedUp = (flags & 4) != 0;
        state.handleMs = in.getLong();
        state.queue = Text.read(in);
        state.agent = Text.read(in);
        state.seen = SeenEvents.read(in);
        return state;
    }
}
