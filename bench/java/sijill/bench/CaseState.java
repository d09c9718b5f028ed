package sijill.bench;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/** One case in its state machine, with its referrals. An event that is illegal in a status changes nothing. */
final class CaseState {
    private static final DateTimeFormatter INSTANT =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private enum Status {
        NONE, NEW, OPEN, PENDING, REFERRED, RESOLVED, CLOSED;

        static final Status[] ALL = values();

        boolean isOpen() {
            return this != NONE && compareTo(REFERRED) <= 0;
        }
    }

    private static final byte REQUESTED = 0;
    private static final byte ACCEPTED = 1;
    private static final byte ANSWERED = 2;

    private static final Map<String, Contribution[]> OPEN_OF_KIND = new ConcurrentHashMap<>();

    private record Referral(String id, byte status) {}

    private Status status = Status.NONE;
    private String kind;
    private long openedMs;
    private long episode = 1;
    private boolean resolvedOnce;
    private String queue;
    private List<Referral> referrals = List.of();
    private SeenEvents seen = new SeenEvents();

    CaseState copy() {
        CaseState copy = new CaseState();
        copy.status = status;
        copy.kind = kind;
        copy.openedMs = openedMs;
        copy.episode = episode;
        copy.resolvedOnce = resolvedOnce;
        copy.queue = queue;
        copy.referrals = referrals;
        copy.seen = seen.copy();
        return copy;
    }

    /** Whether anything but the list of events seen changed. */
    boolean apply(Event event) {
        if (!seen.add(event.key)) {
            return false;
        }
        return switch (event.type) {
            case CASE_OPENED -> open(event);
            case CASE_ASSIGNED -> assign(event);
            case CASE_PENDED -> move(status == Status.OPEN, Status.PENDING);
            case CASE_RESUMED -> move(status == Status.PENDING, Status.OPEN);
            case CASE_RESOLVED -> resolve();
            case CASE_CLOSED -> close("resolved".equals(event.reason));
            case CASE_REOPENED -> reopen(event);
            case REFERRAL_REQUESTED -> request(event);
            case REFERRAL_ACCEPTED -> settle(event.referral, REQUESTED, ACCEPTED);
            case REFERRAL_ANSWERED -> answer(event.referral);
            default -> false;
        };
    }

    private boolean move(boolean allowed, Status next) {
        status = allowed ? next : status;
        return allowed;
    }

    private boolean open(Event event) {
        if (!move(status == Status.NONE, Status.NEW)) {
            return false;
        }
        kind = event.kind;
        openedMs = event.timeMs;
        return true;
    }

    private boolean assign(Event event) {
        if (!status.isOpen()) {
            return false;
        }
        status = status == Status.NEW ? Status.OPEN : status;
        queue = event.queue;
        return true;
    }

    private boolean resolve() {
        boolean allowed = status.isOpen() && status != Status.REFERRED;
        resolvedOnce |= allowed;
        return move(allowed, Status.RESOLVED);
    }

    private boolean close(boolean asResolved) {
        boolean open = status == Status.NEW || status == Status.OPEN;
        return move(status == Status.PENDING || status == Status.RESOLVED || open && !asResolved, Status.CLOSED);
    }

    private boolean reopen(Event event) {
        boolean allowed = event.episode == episode + 1 && (status == Status.RESOLVED || status == Status.CLOSED);
        episode += allowed ? 1 : 0;
        return move(allowed, Status.OPEN);
    }

    private int find(String referral) {
        for (int i = 0; i < referrals.size(); ++i) {
            if (referrals.get(i).id.equals(referral)) {
                return i;
            }
        }
        return -1;
    }

    private boolean request(Event event) {
        if (!status.isOpen() || find(event.referral) >= 0) {
            return false;
        }
        referrals = new ArrayList<>(referrals);
        referrals.add(new Referral(event.referral, REQUESTED));
        status = Status.REFERRED;
        return true;
    }

    private boolean settle(String referral, byte from, byte to) {
        int at = find(referral);
        if (at < 0 || referrals.get(at).status != from) {
            return false;
        }
        referrals = new ArrayList<>(referrals);
        referrals.set(at, new Referral(referral, to));
        return true;
    }

    private boolean answer(String referral) {
        boolean moves = status == Status.OPEN || status == Status.PENDING || status == Status.REFERRED;
        if (!moves || !settle(referral, ACCEPTED, ANSWERED)) {
            return false;
        }
        boolean waits = referrals.stream().anyMatch(each -> each.status != ANSWERED);
        status = status == Status.REFERRED && !waits ? Status.OPEN : status;
        return true;
    }

    /** Cases opened, and resolved at any time since, by the day they were opened and kind. */
    Contribution byKind() {
        return status == Status.NONE ? Contribution.NONE
                : new Contribution(new Cell(LocalDays.dayOf(openedMs), kind), new long[] {1, resolvedOnce ? 1 : 0});
    }

    /** Open cases by status and kind. */
    Contribution byStatus() {
        return status.isOpen() ? OPEN_OF_KIND.computeIfAbsent(kind, CaseState::openOf)[status.ordinal()] : Contribution.NONE;
    }

    private static Contribution[] openOf(String kind) {
        return Arrays.stream(Status.ALL)
                .map(status -> new Contribution(new Cell(0, status + "\t" + kind), new long[] {1})).toArray(Contribution[]::new);
    }

    String line(String id) {
        return String.join("\t", "case", id, status.name(), kind, INSTANT.format(Instant.ofEpochMilli(openedMs)),
                Long.toString(episode), Integer.toString(referrals.size()), queue == null ? "" : queue);
    }

    static Serde<CaseState> serde() {
        return Serdes.serdeFrom((topic, state) -> state == null ? null : state.toBytes(),
                (topic, bytes) -> bytes == null ? null : of(ByteBuffer.wrap(bytes)));
    }

    private byte[] toBytes() {
        byte[] kindBytes = Text.bytes(kind);
        byte[] queueBytes = Text.bytes(queue);
        int size = 1 + 8 + 4 + 2 + kindBytes.length + 2 + queueBytes.length + 2 + seen.bytes();
        for (Referral referral : referrals) {
            size += 1 + 2 + referral.id.length();
        }
        ByteBuffer out = ByteBuffer.allocate(size);
        out.put((byte) (status.ordinal() | (resolvedOnce ? 16 : 0)));
        out.putLong(openedMs);
        out.putInt((int) episode);
        Text.write(out, kindBytes);
        Text.write(out, queueBytes);
        out.putShort((short) referrals.size());
        for (Referral referral : referrals) {
            out.put(referral.status);
            Text.write(out, Text.bytes(referral.id));
        }
        seen.write(out);
        return out.array();
    }

    private static CaseState of(ByteBuffer in) {
        CaseState state = new CaseState();
        byte first = in.get();
        state.status = Status.ALL[first & 15];
        state.resolvedOnce = (first & 16) != 0;
        state.openedMs = in.getLong();
        state.episode = in.getInt();
        state.kind = Text.read(in);
        state.queue = Text.read(in);
        int count = in.getShort();
        state.referrals = count == 0 ? List.of() : new ArrayList<>(count);
        for (int i = 0; i < count; ++i) {
            byte status = in.get();
            state.referrals.add(new Referral(Text.read(in), status));
        }
        state.seen = SeenEvents.read(in);
        return state;
    }
}
