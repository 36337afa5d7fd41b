package io.kvkeep.settle;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.kvkeep.note.NoteTag;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Tells tenants apart by a keyed digest of their credential; the credential itself is kept nowhere. */
public final class Tenants {
    private static final String ALGORITHM = "HmacSHA256";
    private static final int TAG_BYTES = 3;
    private static final int MAX_KNOWN = 10_000;

    private final SecretKeySpec key;
    private final Cache<Long, Tenant> known =
            Caffeine.newBuilder().executor(Runnable::run).maximumSize(MAX_KNOWN).build();
    /** Finding the algorithm takes longer than the digest itself; a Mac serves one thread at a time. */
    private final ThreadLocal<Mac> macs = ThreadLocal.withInitial(this::mac);

    /** Takes the secret of this deployment, at least 16 bytes. */
    public Tenants(byte[] secret) {
        this.key = new SecretKeySpec(secret, ALGORITHM);
    }

    /** Finds the tenant of a request by its Authorization, X-Api-Key or Api-Key header; without any there is one. */
    public Tenant of(HttpHeaders headers) {
        String credential = headers.get(HttpHeaderNames.AUTHORIZATION, "")
                + '\0'
                + headers.get("x-api-key", "")
                + '\0'
                + headers.get("api-key", "");
        byte[] digest = digest(credential);
        long scope = ByteBuffer.wrap(digest).getLong();
        return known.get(scope, missing -> {
            String id = HexFormat.of().formatHex(digest, Long.BYTES, Long.BYTES + TAG_BYTES);
            return new Tenant(scope, new NoteTag(id));
        });
    }

    private byte[] digest(String credential) {
        return macs.get().doFinal(credential.getBytes(StandardCharsets.UTF_8));
    }

    private Mac mac() {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac;
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }
}
