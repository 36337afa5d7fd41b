package io.kvkeep.settle;

import io.kvkeep.reuse.PrefixChain;
import java.util.Arrays;

/**
 * The prefixes of recent prompts, as hashes; bounded.
 *
 * <p>Two open-addressing tables: when the younger is half full it becomes the older one, and what was only in the older
 * is forgotten. A prompt of 1 MB has a thousand blocks, so a general cache with its bookkeeping for each entry would
 * cost more than reading the prompt.
 */
final class PrefixIndex {
    /** 2 MiB for each table; half of the slots hold about 130,000 blocks of 256 tokens. */
    private static final int SLOTS = 1 << 18;

    private long[] young = new long[SLOTS];
    private long[] old = new long[SLOTS];
    private int inYoung;

    /** Returns how many bytes at the prompt's start were the start of an earlier one, and remembers the prompt. */
    synchronized int reusedBytes(PrefixChain chain) {
        long[] hashes = chain.hashes();
        int known = 0;
        boolean all = true;
        for (int i = 0; i < hashes.length; i++) {
            long hash = hashes[i] == 0 ? 1 : hashes[i]; // 0 marks an empty slot
            boolean there = add(hash);
            all &= there;
            known = all ? i + 1 : known;
        }
        return chain.bytesOf(known);
    }

    /** Puts a hash into the younger table; tells whether it was in one of them. */
    private boolean add(long hash) {
        int slot = slot(young, hash);
        if (young[slot] == hash) {
            return true;
        }
        young[slot] = hash;
        boolean wasOld = old[slot(old, hash)] == hash;
        if (++inYoung > SLOTS / 2) {
            long[] forgotten = old;
            old = young;
            young = forgotten;
            Arrays.fill(young, 0);
            inYoung = 0;
        }
        return wasOld;
    }

    /** Returns the slot that holds the hash, or the empty one where it belongs. */
    private static int slot(long[] table, long hash) {
        int slot = (int) (hash >>> 46);
        while (table[slot] != 0 && table[slot] != hash) {
            slot = (slot + 1) & (SLOTS - 1);
        }
        return slot;
    }
}
