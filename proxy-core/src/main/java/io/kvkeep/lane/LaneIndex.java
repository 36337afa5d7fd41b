package io.kvkeep.lane;

import java.util.Arrays;
import java.util.BitSet;

/*
 * Over the usual length: the index is most of what a lane costs, so it is a hash table of numbers; removing from one
 * takes its lines.
 */
/**
 * Which lanes hold which link of a chain; by ids, so that a lane that grows need not be put in again.
 *
 * <p>A link counts by 64 bits of its digest: who asks has to look whether the lane really holds it. There are many small
 * tables in place of a large one, so that none takes long to grow.
 */
public final class LaneIndex {
    /**
     * A job that begins each day with the same words makes a lane each day, and a client that tries again and again a
     * branch each time. The newest of so many are enough to go on with, and each is looked at where they part.
     */
    public static final int MOST_OF_A_LINK = 64;

    private static final int TABLE_BITS = 6;

    private final Table[] tables = new Table[1 << TABLE_BITS];

    /** Starts empty. */
    public LaneIndex() {
        Arrays.setAll(tables, number -> new Table());
    }

    /** Returns the ids of lanes that may hold a link; shared, not to be changed. */
    public long[] get(Digest link) {
        long hash = hash(link);
        return table(hash).get(hash);
    }

    /**
     * Puts a lane in.
     *
     * @param id above zero
     * @param from the first of its links that is not there yet
     */
    public void add(long id, Links links, int from) {
        for (Digest link : links.subList(from, links.size())) {
            long hash = hash(link);
            table(hash).add(hash, id);
        }
    }

    /**
     * Takes a lane out.
     *
     * @param from the first of its links to be taken
     */
    public void remove(long id, Links links, int from) {
        for (Digest link : links.subList(from, links.size())) {
            long hash = hash(link);
            table(hash).remove(hash, id);
        }
    }

    private Table table(long hash) {
        return tables[(int) (hash >>> (Long.SIZE - TABLE_BITS))];
    }

    /** One to one for digests with an equal half; spread over all bits by an odd number near 2^64 over the golden ratio. */
    private static long hash(Digest link) {
        return (link.high() ^ Long.rotateLeft(link.low(), 32)) * 0x9e3779b97f4a7c15L;
    }

    /** From hashes to ids: open addressing, each place at or soon behind its hash's own. */
    private static final class Table {
        private static final long[] NONE = {};
        private static final int LEAST_PLACES = 16;
        /** Stands for no id. A lane's id is above; below are the numbers of lists, from -1 down. */
        private static final long FREE = 0;

        private long[] hashes = new long[LEAST_PLACES];
        private long[] ids = new long[LEAST_PLACES];
        private int used;
        private long[][] lists = new long[2][];
        private final BitSet listsInUse = new BitSet();

        long[] get(long hash) {
            long id = ids[place(hash)];
            if (id == FREE) {
                return NONE;
            }
            return id > 0 ? new long[] {id} : lists[(int) ~id];
        }

        void add(long hash, long id) {
            if (4 * used >= 3 * ids.length) {
                grow();
            }
            int at = place(hash);
            long there = ids[at];
            if (there == FREE) {
                hashes[at] = hash;
                ids[at] = id;
                used++;
            } else if (there < 0) {
                lists[(int) ~there] = joined(lists[(int) ~there], id);
            } else if (there != id) {
                ids[at] = ~keep(new long[] {there, id});
            }
        }

        void remove(long hash, long id) {
            int at = place(hash);
            long there = ids[at];
            if (there == id) {
                free(at);
            } else if (there < 0) {
                int list = (int) ~there;
                long[] left =
                        Arrays.stream(lists[list]).filter(one -> one != id).toArray();
                lists[list] = left;
                if (left.length == 1) {
                    ids[at] = left[0];
                    lists[list] = NONE;
                    listsInUse.clear(list);
                }
            }
        }

        private int keep(long[] list) {
            int number = listsInUse.nextClearBit(0);
            if (number == lists.length) {
                lists = Arrays.copyOf(lists, number + number / 2 + 1);
            }
            listsInUse.set(number);
            lists[number] = list;
            return number;
        }

        private static long[] joined(long[] before, long id) {
            for (long one : before) {
                if (one == id) {
                    return before;
                }
            }
            int kept = Math.min(before.length, MOST_OF_A_LINK - 1);
            long[] all = new long[kept + 1];
            System.arraycopy(before, before.length - kept, all, 0, kept);
            all[kept] = id;
            return all;
        }

        /** Returns the place of a hash, or the free one where it would stand. */
        private int place(long hash) {
            int at = home(hash);
            while (ids[at] != FREE && hashes[at] != hash) {
                at = behind(at);
            }
            return at;
        }

        /** All bits but those that chose the table, as a fraction of the places. */
        private int home(long hash) {
            return (int) (((hash << TABLE_BITS >>> 32) * ids.length) >>> 32);
        }

        private int behind(int at) {
            return at + 1 == ids.length ? 0 : at + 1;
        }

        /** Frees a place and moves up what would not be found behind the gap. */
        private void free(int place) {
            int gap = place;
            for (int at = behind(gap); ids[at] != FREE; at = behind(at)) {
                int home = home(hashes[at]);
                boolean homeBehindGap = gap < at ? gap < home && home <= at : gap < home || home <= at;
                if (!homeBehindGap) {
                    hashes[gap] = hashes[at];
                    ids[gap] = ids[at];
                    gap = at;
                }
            }
            ids[gap] = FREE;
            used--;
        }

        private void grow() {
            long[] oldHashes = hashes;
            long[] oldIds = ids;
            hashes = new long[oldIds.length + oldIds.length / 4]; // between 0.6 and 0.75 of the places are in use
            ids = new long[hashes.length];
            for (int i = 0; i < oldIds.length; i++) {
                if (oldIds[i] != FREE) {
                    int at = place(oldHashes[i]);
                    hashes[at] = oldHashes[i];
                    ids[at] = oldIds[i];
                }
            }
        }
    }
}
