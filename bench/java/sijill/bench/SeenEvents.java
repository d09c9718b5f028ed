package sijill.bench;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** The keys of the events that an aggregate has had: what comes twice has one effect. */
final class SeenEvents {
    private long[] keys;
    private int count;

    SeenEvents() {
        this(new long[8], 0);
    }

    private SeenEvents(long[] keys, int count) {
        this.keys = keys;
        this.count = count;
    }

    SeenEvents copy() {
        return new SeenEvents(Arrays.copyOf(keys, count + 1), count);
    }

    /** False when the key was there. */
    boolean add(long key) {
        for (int i = 0; i < count; ++i) {
            if (keys[i] == key) {
                return false;
            }
        }
        if (count == keys.length) {
            keys = Arrays.copyOf(keys, 2 * count + 1);
        }
        keys[count++] = key;
        return true;
    }

    int bytes() {
        return 4 + 8 * count;
    }

    void write(ByteBuffer out) {
        out.putInt(count);
        for (int i = 0; i < count; ++i) {
            out.putLong(keys[i]);
        }
    }

    static SeenEvents read(ByteBuffer in) {
        int count = in.getInt();
        long[] keys = new long[count + 1];
        for (int i = 0; i < count; ++i) {
            keys[i] = in.getLong();
        }
        return new SeenEvents(keys, count);
    }
}
