package io.kvkeep.reuse;

import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;
import io.kvkeep.json.Range;
import java.util.List;

/**
 * A prompt as a chain of hashes, in the order in which most chat templates print it: system text, tools, messages.
 *
 * <p>Each hash stands for everything up to the end of its part. Two prompts share their first n parts exactly if their
 * n-th hashes are equal, so the longest known prefix is found without keeping any text. Where two prompts part within
 * one of these, the hashes of its blocks of {@value #BLOCK_BYTES} bytes tell how far they go together; they are made when
 * they are asked for, which is once for each part.
 */
public final class PrefixChain {
    /** Bytes in a block; about 256 tokens. */
    public static final int BLOCK_BYTES = 1024;

    private static final Hasher64 HASHER = Hashing.xxh3_64();

    private final List<Stretch> parts;
    /** The hash before the first part, and the one behind each. */
    private final long[] hashes;
    /** How many bytes lie before each of these. */
    private final int[] ends;

    private PrefixChain(List<Stretch> parts, long scope) {
        this.parts = parts;
        this.hashes = new long[parts.size() + 1];
        this.ends = new int[parts.size() + 1];
        hashes[0] = scope;
        for (int i = 0; i < parts.size(); i++) {
            Stretch part = parts.get(i);
            hashes[i + 1] = HASHER.hashLongLongToLong(hashes[i], part.print());
            ends[i + 1] = ends[i] + part.length();
        }
    }

    /** Returns the number of parts. */
    public int parts() {
        return parts.size();
    }

    /** Returns the hash of the first parts. */
    public long hash(int count) {
        return hashes[count];
    }

    /** Returns the length of the first parts in bytes. */
    public int bytes(int count) {
        return ends[count];
    }

    /** Returns the length of the whole prompt in bytes. */
    public int bytes() {
        return ends[parts.size()];
    }

    /**
     * Returns the hashes of a part's whole blocks; each stands for everything up to the end of its block. What is left
     * behind them has none: two parts that share it are the same part.
     */
    public long[] blocks(int part) {
        Range range = parts.get(part).range();
        byte[] bytes = parts.get(part).bytes();
        long[] blocks = new long[range.length() / BLOCK_BYTES];
        long last = hashes[part];
        for (int i = 0; i < blocks.length; i++) {
            int start = range.start() + i * BLOCK_BYTES;
            last = HASHER.hashLongLongToLong(last, HASHER.hashBytesToLong(bytes, start, BLOCK_BYTES));
            blocks[i] = last;
        }
        return blocks;
    }

    /**
     * A prompt twice.
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
        public static Pair of(Stretches.Pair prompt, long scope) {
            PrefixChain came = new PrefixChain(prompt.came().inTemplateOrder(), scope);
            return new Pair(
                    came, prompt.isSame() ? came : new PrefixChain(prompt.sent().inTemplateOrder(), scope));
        }
    }
}
