package io.kvkeep.determined;

import io.kvkeep.json.CanonicalJson;
import io.kvkeep.json.NotJson;
import io.kvkeep.lane.Digest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;

/**
 * What two requests have in common that must get the same answer, as a SHA-256. The spelling of the body does not
 * count, all that it says does, {@code stream} too: a stream and a plain answer are two.
 *
 * @param sha 32 bytes
 */
public record RepeatKey(ByteBuffer sha) {
    /** How many bytes a key takes in memory, with the objects around it. */
    public static final int BYTES = 128;

    /**
     * Returns the key of a request.
     *
     * @param scope the tenant's
     * @param around what else tells the request from others: engine, path, headers, in a fixed order
     * @param body one JSON text
     * @throws NotJson if the body is anything else
     */
    public static RepeatKey of(long scope, List<String> around, byte[] body) throws NotJson {
        byte[] form = CanonicalJson.of(body, 0, body.length);
        MessageDigest sha = Digest.sha256();
        sha.update(ByteBuffer.allocate(Long.BYTES).putLong(0, scope));
        for (String text : around) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            sha.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, bytes.length));
            sha.update(bytes);
        }
        sha.update(form);
        return new RepeatKey(ByteBuffer.wrap(sha.digest()).asReadOnlyBuffer());
    }
}
