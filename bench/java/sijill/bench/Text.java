package sijill.bench;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Short strings in a row: two bytes of length, then UTF-8. An empty one stands for none. */
final class Text {
    private static final byte[] NONE = {};

    private Text() {}

    static byte[] bytes(String text) {
        return text == null ? NONE : text.getBytes(StandardCharsets.UTF_8);
    }

    static void write(ByteBuffer out, byte[] text) {
        out.putShort((short) text.length);
        out.put(text);
    }

    static String read(ByteBuffer in) {
        int length = in.getShort();
        if (length == 0) {
            return null;
        }
        String text = new String(in.array(), in.position(), length, StandardCharsets.UTF_8);
        in.position(in.position() + length);
        return text;
    }
}
