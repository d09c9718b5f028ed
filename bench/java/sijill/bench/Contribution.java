package sijill.bench;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/** What one aggregate adds to one cell of a view. The arrays are never changed once they are made. */
record Contribution(Cell cell, long[] figures) {
    static final Contribution NONE = new Contribution(null, null);

    boolean isSame(Contribution other) {
        return cell == null ? other.cell == null : cell.equals(other.cell) && Arrays.equals(figures, other.figures);
    }

    static long[] add(long[] sum, long[] by, int sign) {
        if (sum == null) {
            sum = new long[by.length];
        }
        long[] result = new long[by.length];
        for (int i = 0; i < by.length; ++i) {
            result[i] = sum[i] + sign * by[i];
        }
        return result;
    }

    static Serde<long[]> figuresSerde() {
        return Serdes.serdeFrom((topic, figures) -> figures == null ? null : toBytes(figures),
                (topic, bytes) -> bytes == null ? null : toFigures(bytes));
    }

    private static byte[] toBytes(long[] figures) {
        ByteBuffer buffer = ByteBuffer.allocate(8 * figures.length);
        buffer.asLongBuffer().put(figures);
        return buffer.array();
    }

    private static long[] toFigures(byte[] bytes) {
        long[] figures = new long[bytes.length / 8];
        ByteBuffer.wrap(bytes).asLongBuffer().get(figures);
        return figures;
    }
}
