package io.kvkeep.lane;

import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.RandomAccess;

/** The digests of a chain, packed: they take sixteen bytes each, where a list of objects takes three times as much. */
public final class Links extends AbstractList<Digest> implements RandomAccess {
    private final long[] words;

    private Links(long[] words) {
        this.words = words;
    }

    /** Packs digests; those that are packed already are shared. */
    public static Links copyOf(List<Digest> digests) {
        if (digests instanceof Links links) {
            return links;
        }
        long[] words = new long[2 * digests.size()];
        int at = 0;
        for (Digest digest : digests) {
            words[at++] = digest.high();
            words[at++] = digest.low();
        }
        return new Links(words);
    }

    /** Returns these digests with one more behind them. */
    public Links and(Digest last) {
        long[] longer = Arrays.copyOf(words, words.length + 2);
        longer[words.length] = last.high();
        longer[words.length + 1] = last.low();
        return new Links(longer);
    }

    /** Returns with how many digests both begin. */
    public int common(Links other) {
        int word = Arrays.mismatch(words, other.words);
        return (word < 0 ? words.length : word) / 2;
    }

    @Override
    public Digest get(int index) {
        int at = 2 * Objects.checkIndex(index, size());
        return new Digest(words[at], words[at + 1]);
    }

    @Override
    public int size() {
        return words.length / 2;
    }

    @Override
    public boolean contains(Object digest) {
        if (digest instanceof Digest sought) {
            for (int at = 0; at < words.length; at += 2) {
                if (words[at + 1] == sought.low() && words[at] == sought.high()) {
                    return true;
                }
            }
        }
        return false;
    }
}
