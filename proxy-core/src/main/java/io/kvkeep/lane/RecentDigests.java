package io.kvkeep.lane;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The canonical digests of messages that came last; bounded.
 *
 * <p>Two tables of plain numbers: when the younger is half full it becomes the older one, and what was only in the older
 * is forgotten. Each request asks for every message of its history. A cache of objects that notes the order of uses
 * writes to its oldest objects each time, and every collection of young objects has to look through what was written to.
 */
public final class RecentDigests implements DigestMemo {
    /** 8 MiB for each table at most; half of the slots are for 131,072 messages. */
    private static final int MOST_SLOTS = 1 << 18;

    private static final int FIRST_SLOTS = 1 << 10;
    /** Whoever makes fingerprints meet on purpose only makes them forgotten. */
    private static final int WAYS = 8;

    private static final int NUMBERS = 4;

    private final int mostSlots;
    private long[] young;
    private long[] old;
    private int inYoung;

    public RecentDigests() {
        this(MOST_SLOTS);
    }

    /** Takes the size of a table, a power of two and at least 1,024. */
    RecentDigests(int mostSlots) {
        this.mostSlots = mostSlots;
        this.young = new long[NUMBERS * FIRST_SLOTS];
        this.old = new long[NUMBERS * FIRST_SLOTS];
    }

    @Override
    public synchronized @Nullable Digest get(Digest fingerprint) {
        int at = find(young, fingerprint);
        if (at >= 0) {
            return canonical(young, at);
        }
        at = find(old, fingerprint);
        if (at < 0) {
            return null;
        }
        Digest canonical = canonical(old, at);
        add(fingerprint, canonical);
        return canonical;
    }

    @Override
    public synchronized void put(Digest fingerprint, Digest canonical) {
        add(fingerprint, canonical);
    }

    private void add(Digest fingerprint, Digest canonical) {
        if (inYoung >= slots(young) / 2) {
            grow();
        }
        inYoung += set(young, fingerprint.high(), fingerprint.low(), canonical.high(), canonical.low()) ? 1 : 0;
    }

    private void grow() {
        int slots = slots(young);
        if (slots == mostSlots) {
            long[] forgotten = old;
            old = young;
            young = slots(forgotten) == slots ? forgotten : new long[NUMBERS * slots];
            Arrays.fill(young, 0);
            inYoung = 0;
            return;
        }
        long[] small = young;
        young = new long[2 * small.length];
        inYoung = 0;
        for (int i = 0; i < small.length; i += NUMBERS) {
            if (isTaken(small, i)) {
                inYoung += set(young, small[i], small[i + 1], small[i + 2], small[i + 3]) ? 1 : 0;
            }
        }
    }

    /** Puts an entry in its place, or in that of another if all of its ways are taken; tells whether it took an empty one. */
    private static boolean set(long[] table, long high, long low, long canonicalHigh, long canonicalLow) {
        int at = first(table, low);
        for (int way = 0; way < WAYS; way++) {
            int there = wrapped(table, at + way * NUMBERS);
            boolean taken = isTaken(table, there);
            if (!taken || (table[there] == high && table[there + 1] == low)) {
                write(table, there, high, low, canonicalHigh, canonicalLow);
                return !taken;
            }
        }
        write(table, at, high, low, canonicalHigh, canonicalLow);
        return false;
    }

    private static void write(long[] table, int at, long high, long low, long canonicalHigh, long canonicalLow) {
        table[at] = high;
        table[at + 1] = low;
        table[at + 2] = canonicalHigh;
        table[at + 3] = canonicalLow;
    }

    /** Returns where an entry stands, or -1. */
    private static int find(long[] table, Digest fingerprint) {
        int at = first(table, fingerprint.low());
        for (int way = 0; way < WAYS; way++) {
            int there = wrapped(table, at + way * NUMBERS);
            if (!isTaken(table, there)) {
                return -1;
            }
            if (table[there] == fingerprint.high() && table[there + 1] == fingerprint.low()) {
                return there;
            }
        }
        return -1;
    }

    private static Digest canonical(long[] table, int at) {
        return new Digest(table[at + 2], table[at + 3]);
    }

    /** The one fingerprint of zeros is never found, which is harmless. */
    private static boolean isTaken(long[] table, int at) {
        return (table[at] | table[at + 1]) != 0;
    }

    private static int first(long[] table, long low) {
        return NUMBERS * ((int) low & (slots(table) - 1));
    }

    private static int wrapped(long[] table, int at) {
        return at < table.length ? at : at - table.length;
    }

    private static int slots(long[] table) {
        return table.length / NUMBERS;
    }
}
