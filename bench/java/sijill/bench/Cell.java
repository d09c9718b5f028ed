package sijill.bench;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/** Where a figure stands: a local day (0: none) and a value of the view's dimension. */
record Cell(int day, String name) {
    static Serde<Cell> serde() {
        return Serdes.serdeFrom((topic, cell) -> cell == null ? null : cell.toBytes(),
                (topic, bytes) -> bytes == null ? null : of(bytes));
    }

    private byte[] toBytes() {
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(4 + text.length).putInt(day).put(text).array();
    }

    private static Cell of(byte[] bytes) {
        return new Cell(ByteBuffer.wrap(bytes).getInt(), new String(bytes, 4, bytes.length - 4, StandardCharsets.UTF_8));
    }
}
