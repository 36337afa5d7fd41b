package io.kvkeep.lane;

import io.kvkeep.answer.Emitted;
import io.kvkeep.json.NotJson;
import io.kvkeep.prompt.Message;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A conversation as a chain of digests: each stands for one message and all before it, so two conversations are the same
 * up to a message exactly if their digests there are equal.
 *
 * <p>Each digest is the first half of SHA-256(digest before, canonical digest of the message). The first builds on the
 * scope: nothing is ever linked across tenants, engines, models or agents.
 */
public final class Chain {
    /** Shorter messages are digested faster than looked up. */
    private static final int MEMO_FROM_BYTES = 96;
    /** Agents that compress a history keep some of its last messages; none is known that keeps more. */
    private static final int LAST_MESSAGES = 24;

    private Chain() {}

    /**
     * Returns the digest from which all chains of one agent start.
     *
     * @param tenant a hash of the credential
     * @param names what keeps conversations apart: engine, model, agent
     */
    public static Digest scope(long tenant, List<String> names) {
        MessageDigest sha = Digest.sha256();
        sha.update(ByteBuffer.allocate(Long.BYTES).putLong(0, tenant));
        for (String name : names) {
            sha.update(name.getBytes(StandardCharsets.UTF_8));
            sha.update((byte) 0xff);
        }
        return Digest.ofSha(sha.digest());
    }

    /**
     * Returns the canonical digest of each message, whatever stands before it.
     *
     * @param conversation the messages behind the system text
     * @param words what counts of their texts; the same for all requests of a scope
     * @param fingerprints of their bytes
     * @throws NotJson if a text holds a broken escape or no UTF-8
     */
    public static List<Digest> messages(
            Digest scope,
            byte[] body,
            List<Message> conversation,
            Words words,
            List<Digest> fingerprints,
            DigestMemo memo)
            throws NotJson {
        Canonical canonical = new Canonical(words);
        List<Digest> digests = new ArrayList<>(conversation.size());
        for (int i = 0; i < conversation.size(); i++) {
            digests.add(digest(body, conversation.get(i), fingerprints.get(i).within(scope), canonical, memo));
        }
        return digests;
    }

    /** Returns the chain of messages with these canonical digests. */
    public static List<Digest> of(Digest scope, List<Digest> messages) {
        Link link = new Link(scope);
        List<Digest> chain = new ArrayList<>(messages.size());
        for (Digest message : messages) {
            chain.add(link.next(message));
        }
        return chain;
    }

    /**
     * Tells whether one of some messages is among the last ones of a chain.
     *
     * @param chain not empty
     * @param messages canonical digests
     */
    public static boolean endsWithOneOf(List<Digest> chain, List<Digest> messages) {
        Link link = new Link(chain.get(0));
        for (int i = Math.max(1, chain.size() - LAST_MESSAGES); i < chain.size(); i++) {
            for (Digest message : messages) {
                if (link.behind(chain.get(i - 1), message).equals(chain.get(i))) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Returns the digest behind that of the last message, if the answer comes next in the conversation. */
    public static Digest behind(Digest last, Emitted answer) {
        return new Link(last).next(new Canonical(Words.ALL).of(answer));
    }

    private static Digest digest(byte[] body, Message message, Digest fingerprint, Canonical canonical, DigestMemo memo)
            throws NotJson {
        if (message.range().length() < MEMO_FROM_BYTES) {
            return canonical.of(body, message);
        }
        @Nullable Digest known = memo.get(fingerprint);
        if (known == null) {
            known = canonical.of(body, message);
            memo.put(fingerprint, known);
        }
        return known;
    }

    /** One digest after the other. */
    private static final class Link {
        private final MessageDigest sha = Digest.sha256();
        private final ByteBuffer both = ByteBuffer.allocate(32);
        private Digest last;

        Link(Digest first) {
            last = first;
        }

        Digest next(Digest message) {
            last = behind(last, message);
            return last;
        }

        Digest behind(Digest before, Digest message) {
            both.clear();
            before.put(both);
            message.put(both);
            return Digest.ofSha(sha.digest(both.array()));
        }
    }
}
