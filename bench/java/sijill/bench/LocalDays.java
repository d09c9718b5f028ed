package sijill.bench;

import java.time.Instant;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;

/** The local day of an instant, counted from 1970-01-01. Remembers the span in which the offset holds. */
final class LocalDays {
    private static final ZoneRules RULES = ZoneId.of("Asia/Bahrain").getRules();
    private static volatile Span last = new Span(1, 0, 0);

    private record Span(long beginMs, long endMs, long offsetMs) {}

    private LocalDays() {}

    static int dayOf(long timeMs) {
        Span span = last;
        if (timeMs < span.beginMs || timeMs >= span.endMs) {
            span = spanOf(Instant.ofEpochMilli(timeMs));
            last = span;
        }
        return (int) Math.floorDiv(timeMs + span.offsetMs, 86_400_000L);
    }

    private static Span spanOf(Instant instant) {
        ZoneOffsetTransition next = RULES.nextTransition(instant);
        ZoneOffsetTransition before = RULES.previousTransition(instant.plusMillis(1));
        return new Span(before == null ? Long.MIN_VALUE : before.getInstant().toEpochMilli(),
                next == null ? Long.MAX_VALUE : next.getInstant().toEpochMilli(),
                RULES.getOffset(instant).getTotalSeconds() * 1000L);
    }
}
