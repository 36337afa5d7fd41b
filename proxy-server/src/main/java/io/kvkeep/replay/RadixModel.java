package io.kvkeep.replay;

import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;
import java.util.HashSet;
import java.util.Set;

/**
 * A cache in which every prompt and answer stays: what a new prompt has in common with any of them is there. It is kept
 * as hashes of blocks of {@value #BLOCK_BYTES} bytes, about 16 tokens, each of which stands for all before it too.
 */
final class RadixModel implements EngineModel {
    private static final int BLOCK_BYTES = 64;
    private static final Hasher64 HASHER = Hashing.xxh3_64();

    private final Set<Long> known = new HashSet<>();

    @Override
    public int read(Rendered rendered) {
        int reused = 0;
        boolean all = true;
        long chain = 0;
        int end = rendered.bytes().length - rendered.bytes().length % BLOCK_BYTES;
        for (int at = 0; at < end; at += BLOCK_BYTES) {
            chain = HASHER.hashLongLongToLong(chain, HASHER.hashBytesToLong(rendered.bytes(), at, BLOCK_BYTES));
            all &= !known.add(chain);
            reused += all ? BLOCK_BYTES : 0;
        }
        return Math.min(reused, rendered.promptBytes());
    }
}
