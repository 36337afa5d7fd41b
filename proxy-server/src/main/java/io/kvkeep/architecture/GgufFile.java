package io.kvkeep.architecture;

import java.io.IOException;
import java.io.InputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the metadata at the head of a model file (GGUF 2 and 3): the simple values before the tokenizer. Writers put
 * {@code general.architecture} first, and the architecture's own keys behind it.
 */
public final class GgufFile {
    private static final int HEAD_BYTES = 64 << 10;
    private static final int MAGIC = 0x46554747; // "GGUF", little-endian
    private static final int MAX_TEXT_BYTES = 1 << 10;
    private static final int TEXT = 8;
    private static final int ARRAY = 9;
    /** Bytes of a value by its type: int8, int16, int32, float32, bool; texts and arrays have sizes of their own. */
    private static final int[] SIZES = {1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8};

    private GgufFile() {}

    /** Returns the simple values by key; empty if there is no such file, or it can't be read as GGUF. */
    public static Optional<Map<String, String>> metadata(String path) {
        try {
            Path file = Path.of(path);
            if (!file.isAbsolute() || !Files.isRegularFile(file)) {
                return Optional.empty();
            }
            try (InputStream in = Files.newInputStream(file)) {
                return metadata(ByteBuffer.wrap(in.readNBytes(HEAD_BYTES)));
            }
        } catch (IOException | InvalidPathException e) {
            return Optional.empty();
        }
    }

    private static Optional<Map<String, String>> metadata(ByteBuffer head) {
        head.order(ByteOrder.LITTLE_ENDIAN);
        if (head.remaining() < 24 || head.getInt() != MAGIC || head.getInt() < 2) {
            return Optional.empty();
        }
        head.getLong(); // number of tensors
        long count = head.getLong();
        Map<String, String> values = new HashMap<>();
        try {
            for (long i = 0; i < count; i++) {
                String key = text(head);
                if (key.startsWith("tokenizer.")) {
                    break;
                }
                String value = value(head, head.getInt());
                if (!value.isEmpty()) {
                    values.put(key, value);
                }
            }
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            // The rest lies behind the part that was read, or is of a later version; what came before is good.
        }
        return Optional.of(values);
    }

    /** Returns a value as text; empty for an array, which is passed over. */
    private static String value(ByteBuffer in, int type) {
        if (type == TEXT) {
            return text(in);
        }
        if (type == ARRAY) {
            int element = in.getInt();
            long length = in.getLong();
            for (long i = 0; i < length; i++) {
                value(in, element);
            }
            return "";
        }
        if (type < 0 || type >= SIZES.length) {
            throw new IllegalArgumentException("no GGUF type " + type);
        }
        return switch (SIZES[type]) {
            case 1 -> Byte.toString(in.get());
            case 2 -> Short.toString(in.getShort());
            case 4 -> type == 6 ? Float.toString(in.getFloat()) : Integer.toString(in.getInt());
            default -> type == 12 ? Double.toString(in.getDouble()) : Long.toString(in.getLong());
        };
    }

    private static String text(ByteBuffer in) {
        long length = in.getLong();
        if (length < 0 || length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] bytes = new byte[(int) length];
        in.get(bytes);
        return length > MAX_TEXT_BYTES ? "" : new String(bytes, StandardCharsets.UTF_8);
    }
}
