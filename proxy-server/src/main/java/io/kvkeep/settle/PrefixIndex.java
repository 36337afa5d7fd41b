package io.kvkeep.settle;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.kvkeep.reuse.PrefixChain;

/** All prefixes of earlier prompts, as hashes; bounded, the least used go first. */
final class PrefixIndex {
    /** About 20 MB of heap; a prompt of 30,000 tokens has some 240 blocks of its own at most. */
    private static final int MAX_BLOCKS = 200_000;

    private final Cache<Long, Boolean> blocks =
            Caffeine.newBuilder().maximumSize(MAX_BLOCKS).build();

    /** Returns how many bytes at the prompt's start were the start of an earlier one, and remembers the prompt. */
    int reusedBytes(PrefixChain chain) {
        long[] hashes = chain.hashes();
        int known = 0;
        while (known < hashes.length && blocks.getIfPresent(hashes[known]) != null) {
            known++;
        }
        for (int i = known; i < hashes.length; i++) {
            blocks.put(hashes[i], Boolean.TRUE);
        }
        // Only full blocks count, as in engines that share blocks: the estimate is never too high.
        return known * PrefixChain.BLOCK_BYTES;
    }
}
