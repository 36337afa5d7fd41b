package io.kvkeep.reuse;

import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;
import io.kvkeep.json.JsonString;
import io.kvkeep.json.Range;
import io.kvkeep.plan.Plan;
import io.kvkeep.prompt.Message;
import io.kvkeep.prompt.Prompt;
import java.util.ArrayList;
import java.util.List;

/**
 * A prompt as a chain of hashes, in the order in which most chat templates print it: system text, tools, messages.
 *
 * <p>Each part is cut into blocks of {@value #BLOCK_BYTES} bytes, a shorter one at its end, and each hash stands for
 * everything up to the end of its block. Two prompts share their first n blocks exactly if their n-th hashes are equal,
 * so the longest known prefix is found without keeping any text.
 *
 * @param hashes one for each block
 * @param ends for each block, how many bytes of the prompt lie before its end
 */
@SuppressWarnings("ArrayRecordComponent") // made once, read once
public record PrefixChain(long[] hashes, int[] ends) {
    /** Bytes in a block; about 256 tokens. */
    public static final int BLOCK_BYTES = 1024;

    private static final Hasher64 HASHER = Hashing.xxh3_64();

    /** Returns the length of the whole prompt in bytes. */
    public int bytes() {
        return ends.length == 0 ? 0 : ends[ends.length - 1];
    }

    /**
     * Returns how many bytes the first blocks have.
     *
     * @param blocks zero to the number of blocks
     */
    public int bytesOf(int blocks) {
        return blocks == 0 ? 0 : ends[blocks - 1];
    }

    /**
     * A prompt twice: as it came and as it was sent. Parts without an edit are hashed once.
     *
     * @param came the chain of the request as it came
     * @param sent the chain of the request as it was sent
     */
    public record Pair(PrefixChain came, PrefixChain sent) {

        /**
         * Makes both chains.
         *
         * @param scope a hash of everything that keeps caches apart: tenant, engine, model
         */
        public static Pair of(Prompt prompt, Plan plan, long scope) {
            List<Blocks> came = new ArrayList<>();
            List<Blocks> after = new ArrayList<>();
            for (Range range : inTemplateOrder(prompt)) {
                Blocks blocks = Blocks.of(prompt.body(), range);
                came.add(blocks);
                after.add(plan.touches(range) ? Blocks.of(plan.splice(prompt.body(), range)) : blocks);
            }
            PrefixChain cameChain = chain(came, scope);
            return new Pair(cameChain, plan.isEmpty() ? cameChain : chain(after, scope));
        }
    }

    private static List<Range> inTemplateOrder(Prompt prompt) {
        List<Range> ranges = new ArrayList<>();
        int leading = 0;
        for (Message message : prompt.messages()) {
            if (!message.role().instructs()) {
                break;
            }
            message.texts().stream().map(JsonString::range).forEach(ranges::add);
            leading++;
        }
        prompt.tools().ifPresent(ranges::add);
        prompt.messages().stream().skip(leading).map(Message::range).forEach(ranges::add);
        return ranges;
    }

    private static PrefixChain chain(List<Blocks> parts, long scope) {
        int count = parts.stream().mapToInt(part -> part.hashes.length).sum();
        long[] hashes = new long[count];
        int[] ends = new int[count];
        long last = scope;
        int end = 0;
        int at = 0;
        for (Blocks part : parts) {
            for (int i = 0; i < part.hashes.length; i++) {
                last = HASHER.hashLongLongToLong(last, part.hashes[i]);
                hashes[at] = last;
                end += Math.min(BLOCK_BYTES, part.length - i * BLOCK_BYTES);
                ends[at++] = end;
            }
        }
        return new PrefixChain(hashes, ends);
    }

    /** The hashes of one part's blocks, each over its own bytes alone. */
    private record Blocks(long[] hashes, int length) {
        static Blocks of(byte[] part) {
            return of(part, new Range(0, part.length));
        }

        static Blocks of(byte[] body, Range range) {
            long[] hashes = new long[(range.length() + BLOCK_BYTES - 1) / BLOCK_BYTES];
            for (int i = 0; i < hashes.length; i++) {
                int start = range.start() + i * BLOCK_BYTES;
                hashes[i] = HASHER.hashBytesToLong(body, start, Math.min(BLOCK_BYTES, range.end() - start));
            }
            return new Blocks(hashes, range.length());
        }
    }
}
