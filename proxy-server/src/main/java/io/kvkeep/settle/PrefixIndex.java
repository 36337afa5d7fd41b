package io.kvkeep.settle;

import io.kvkeep.reuse.PrefixChain;
import java.util.Arrays;

/**
 * The prefixes of recent prompts, as hashes; bounded.
 *
 * <p>Two open-addressing tables: when the younger is half full it becomes the older one, and what was only in the older
 * is forgotten. A prompt of 1 MB has a thousand blocks, so a general cache with its bookkeeping for each entry would
 * cost more than reading the prompt. Of a prompt that goes on from a known one only what is behind that is looked at.
 */
final class PrefixIndex {
    /** 2 MiB for each table; half of the slots hold about 130,000 blocks of 256 tokens. */
    private static final int SLOTS = 1 << 18;

    private long[] young = new long[SLOTS];
    private long[] old = new long[SLOTS];
    private int inYoung;

    /** Returns how many bytes at the prompt's start were the start of an earlier one, and remembers the prompt. */
    synchronized int reusedBytes(PrefixChain chain) {
        int known = knownParts(chain);
        if (known > 0 && !holds(young, chain.hash(known))) {
            for (int i = 1; i <= known; i++) {
                add(chain.hash(i));
            }
        }
        int bytes = chain.bytes(known);
        boolean all = true;
        for (int part = known; part < chain.parts(); part++) {
            for (long hash : chain.blocks(part)) {
                all = all && holds(hash);
                bytes += all ? PrefixChain.BLOCK_BYTES : 0;
                add(hash);
            }
            all = false; // or the whole part were known
            add(chain.hash(part + 1));
        }
        return bytes;
    }

    /**
     * Returns how many parts at the prompt's start are known. Whoever remembers a part remembers all before it, so the
     * search need not look at each: most prompts have a few new parts at the end, and some have only the first in common.
     */
    private int knownParts(PrefixChain chain) {
        int unknown = chain.parts() + 1;
        int known = chain.parts();
        for (int step = 1; known > 0 && !holds(chain.hash(known)); step *= 2) {
            unknown = known;
            known = Math.max(0, known - step);
        }
        while (unknown - known > 1) {
            int middle = (known + unknown) >>> 1;
            if (holds(chain.hash(middle))) {
                known = middle;
            } else {
                unknown = middle;
            }
        }
        return known;
    }

    /** Puts a hash into the younger table. */
    private void add(long any) {
        long hash = spelled(any);
        int slot = slot(young, hash);
        if (young[slot] == hash) {
            return;
        }
        young[slot] = hash;
        if (++inYoung > SLOTS / 2) {
            long[] forgotten = old;
            old = young;
            young = forgotten;
            Arrays.fill(young, 0);
            inYoung = 0;
        }
    }

    private boolean holds(long hash) {
        return holds(young, hash) || holds(old, hash);
    }

    private static boolean holds(long[] table, long any) {
        long hash = spelled(any);
        return table[slot(table, hash)] == hash;
    }

    /** 0 marks an empty slot. */
    private static long spelled(long hash) {
        return hash == 0 ? 1 : hash;
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
