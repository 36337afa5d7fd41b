package io.kvkeep.json;

/** Takes elements out of arrays, from the first to the last, so that what is left is JSON: one comma goes with each. */
public final class ElementCut {
    private final byte[] json;
    private int goneUpTo = -1;

    /** Takes elements out of that text, which is not changed. */
    public ElementCut(byte[] json) {
        this.json = json;
    }

    /**
     * Returns the range that goes when an element does: with the comma before it, or with the one behind it if none is
     * left before it; the only element goes alone.
     *
     * @param element stands behind all that were taken before
     */
    public Range take(Range element) {
        int before = element.start() - 1;
        while (isBlank(before)) {
            before--;
        }
        int start = element.start();
        int end = element.end();
        if (json[before] == ',' && before >= goneUpTo) {
            start = before;
        } else {
            int behind = skipBlanks(end);
            end = json[behind] == ',' ? skipBlanks(behind + 1) : end;
        }
        goneUpTo = end;
        return new Range(start, end);
    }

    private int skipBlanks(int from) {
        int at = from;
        while (isBlank(at)) {
            at++;
        }
        return at;
    }

    private boolean isBlank(int at) {
        return json[at] == ' ' || json[at] == '\n' || json[at] == '\r' || json[at] == '\t';
    }
}
