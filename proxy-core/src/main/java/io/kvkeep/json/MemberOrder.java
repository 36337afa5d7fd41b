package io.kvkeep.json;

import java.util.Arrays;
import java.util.Comparator;

/**
 * Where the members of the objects that are open stand in a JSON text being written, and how to sort those of one.
 *
 * <p>A stack of three offsets for each member: start and end of its name between the quotes, and its end.
 */
final class MemberOrder {
    private static final int FIELDS = 3;

    private int[] offsets = new int[8 * FIELDS];
    private int top;

    /** Returns the place in the stack at which the members of an object that opens here will begin. */
    int open() {
        return top;
    }

    void add(int nameStart, int nameEnd, int end) {
        if (top == offsets.length) {
            offsets = Arrays.copyOf(offsets, 2 * top);
        }
        offsets[top++] = nameStart;
        offsets[top++] = nameEnd;
        offsets[top++] = end;
    }

    /**
     * Sorts the members of the object that closes and forgets them. Members of one name keep their order.
     *
     * @param base what {@link #open} returned for it
     * @param json the text written so far, with one comma behind each member but the last
     */
    void close(int base, byte[] json) {
        if (!isSorted(base, json)) {
            sort(base, json);
        }
        top = base;
    }

    private boolean isSorted(int base, byte[] json) {
        for (int i = base + FIELDS; i < top; i += FIELDS) {
            int before = i - FIELDS;
            if (Arrays.compareUnsigned(json, offsets[before], offsets[before + 1], json, offsets[i], offsets[i + 1])
                    > 0) {
                return false;
            }
        }
        return true;
    }

    private void sort(int base, byte[] json) {
        Member[] members = new Member[(top - base) / FIELDS];
        for (int i = 0; i < members.length; i++) {
            int at = base + i * FIELDS;
            members[i] = new Member(offsets[at], offsets[at + 1], offsets[at + 2]);
        }
        int first = members[0].start();
        byte[] unsorted = Arrays.copyOfRange(json, first, members[members.length - 1].end);
        Comparator<Member> byName =
                (a, b) -> Arrays.compareUnsigned(json, a.nameStart, a.nameEnd, json, b.nameStart, b.nameEnd);
        Arrays.sort(members, byName); // a stable sort
        int to = first;
        for (Member member : members) {
            if (to > first) {
                json[to++] = ',';
            }
            int length = member.end - member.start();
            System.arraycopy(unsorted, member.start() - first, json, to, length);
            to += length;
        }
    }

    private record Member(int nameStart, int nameEnd, int end) {
        int start() {
            return nameStart - 1;
        }
    }
}
