package sijill.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** Reads a structured CloudEvent with streaming Jackson; what no view needs is skipped. */
final class EventReader {
    private static final JsonFactory JSON = new JsonFactory();
    private static final Map<String, Event.Type> TYPES = new HashMap<>();

    static {
        for (Event.Type type : Event.Type.values()) {
            TYPES.put(type.wireName, type);
        }
    }

    private EventReader() {}

    static Event read(byte[] json) {
        Event event = new Event();
        try (JsonParser parser = JSON.createParser(json)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                readEnvelope(parser, name, event);
            }
        } catch (IOException malformed) {
            throw new UncheckedIOException(malformed);
        }
        if (event.type == null) {
            throw new IllegalArgumentException("an event that no contestant knows");
        }
        return event;
    }

    private static void readEnvelope(JsonParser parser, String name, Event event) throws IOException {
        switch (name) {
            case "id" -> event.key += hash(parser);
            case "source" -> event.key += 31 * hash(parser);
            case "type" -> event.type = TYPES.get(parser.getText());
            case "time" -> event.timeMs = milliseconds(parser);
            case "data" -> readData(parser, event);
            default -> parser.skipChildren();
        }
    }

    private static void readData(JsonParser parser, Event event) throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            switch (name) {
                case "kind" -> event.kind = parser.getText();
                case "queue" -> event.queue = parser.getText();
                case "agent" -> event.agent = parser.getText();
                case "referral_id" -> event.referral = parser.getText();
                case "reason" -> event.reason = parser.getText();
                case "episode" -> event.episode = parser.getLongValue();
                case "talk" -> event.talkMs = parser.getLongValue();
                case "hold" -> event.holdMs = parser.getLongValue();
                case "acw" -> event.acwMs = parser.getLongValue();
                default -> parser.skipChildren();
            }
        }
    }

    /** FNV-1a over the characters, mixed at the end, without making a string of them. */
    private static long hash(JsonParser parser) throws IOException {
        char[] text = parser.getTextCharacters();
        int begin = parser.getTextOffset();
        int end = begin + parser.getTextLength();
        long hash = 0xcbf29ce484222325L;
        for (int at = begin; at < end; ++at) {
            hash = (hash ^ text[at]) * 0x100000001b3L;
        }
        hash = (hash ^ hash >>> 32) * 0xd6e8feb86659fd93L;
        return hash ^ hash >>> 32;
    }

    /** An instant as the log writes it, 2017-01-31T09:30:00.000Z, by position; any other form the slow way. */
    private static long milliseconds(JsonParser parser) throws IOException {
        char[] text = parser.getTextCharacters();
        int at = parser.getTextOffset();
        if (parser.getTextLength() != 24 || text[at + 23] != 'Z' || text[at + 19] != '.') {
            return Instant.parse(parser.getText()).toEpochMilli();
        }
        long day = epochDay(number(text, at, 4), number(text, at + 5, 2), number(text, at + 8, 2));
        long seconds = (number(text, at + 11, 2) * 60L + number(text, at + 14, 2)) * 60 + number(text, at + 17, 2);
        return (day * 86_400 + seconds) * 1000 + number(text, at + 20, 3);
    }

    private static int number(char[] text, int at, int digits) {
        int value = 0;
        for (int i = at; i < at + digits; ++i) {
            value = value * 10 + text[i] - '0';
        }
        return value;
    }

    /** Days since 1970-01-01 of a date in the Gregorian calendar, years counted from March. */
    private static long epochDay(int year, int month, int day) {
        long y = month <= 2 ? year - 1 : year;
        long dayOfYear = (153L * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
        return y * 365 + y / 4 - y / 100 + y / 400 + dayOfYear - 719_468;
    }
}
