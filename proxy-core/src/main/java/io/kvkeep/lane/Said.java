package io.kvkeep.lane;

import io.kvkeep.json.NotJson;
import io.kvkeep.prompt.Message;
import java.util.ArrayList;
import java.util.List;

/**
 * What was said in a conversation, as one scope counts it.
 *
 * @param digests the canonical digest of each message
 * @param chain the digest of each message and all before it
 */
public record Said(Digest scope, List<Digest> digests, List<Digest> chain) {
    /** A conversation of which nothing is known. */
    public static final Said NOTHING = new Said(new Digest(0, 0), List.of(), List.of());

    /**
     * Digests a conversation.
     *
     * @param before what was said in one that begins with the same bytes; another scope counts them in another way
     * @throws NotJson if a text holds a broken escape or no UTF-8
     * @see Chain#messages for the others
     */
    public static Said of(
            Digest scope,
            byte[] body,
            List<Message> conversation,
            Words words,
            List<Digest> fingerprints,
            DigestMemo memo,
            Said before)
            throws NotJson {
        int same = before.scope.equals(scope) ? Math.min(before.digests.size(), conversation.size()) : 0;
        List<Digest> digests = new ArrayList<>(conversation.size());
        digests.addAll(before.digests.subList(0, same));
        List<Message> others = conversation.subList(same, conversation.size());
        digests.addAll(
                Chain.messages(scope, body, others, words, fingerprints.subList(same, fingerprints.size()), memo));
        List<Digest> chain = new ArrayList<>(conversation.size());
        chain.addAll(before.chain.subList(0, same));
        Digest last = same == 0 ? scope : chain.get(same - 1);
        chain.addAll(Chain.of(last, digests.subList(same, digests.size())));
        return new Said(scope, digests, chain);
    }

    /** Returns the same of a conversation that begins with these messages, no more than so many of them. */
    Said upTo(int messages) {
        int kept = Math.min(messages, digests.size());
        return new Said(scope, digests.subList(0, kept), chain.subList(0, kept));
    }
}
