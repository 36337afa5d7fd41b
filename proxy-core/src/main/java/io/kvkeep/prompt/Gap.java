package io.kvkeep.prompt;

import io.kvkeep.json.Range;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * A place in a body where a text can be put.
 *
 * @param range what the text replaces; empty where nothing stands
 * @param before what comes before the text, such as the start of a part of a message
 * @param after what comes behind it
 */
public record Gap(Range range, String before, String after) {

    /** Returns the place before an offset inside of a text. */
    public static Gap inText(int offset) {
        return new Gap(new Range(offset, offset), "", "");
    }

    /** Returns the same place in a body where it stands so many bytes later. */
    Gap moved(int byBytes) {
        return new Gap(range.moved(byBytes), before, after);
    }

    /**
     * Returns the bytes that stand in the body once the text is in its place.
     *
     * @param text in the form of a JSON string without its quotes
     */
    public byte[] filled(byte[] text) {
        if (before.isEmpty() && after.isEmpty()) {
            return text;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(before.length() + text.length + after.length());
        out.writeBytes(before.getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(text);
        out.writeBytes(after.getBytes(StandardCharsets.US_ASCII));
        return out.toByteArray();
    }
}
