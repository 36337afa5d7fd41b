package io.kvkeep.profile;

import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;

/**
 * A header that a request carries.
 *
 * @param name its lower-case name
 * @param starts what its value starts with; empty if any value will do
 */
public record HeaderStart(String name, String starts) {
    /** Lowers the case of the name. */
    public HeaderStart {
        name = name.toLowerCase(Locale.ROOT);
    }

    /**
     * Tells whether a request carries it.
     *
     * @param headers gives the value of a header by its lower-case name, or an empty text
     */
    boolean isIn(UnaryOperator<String> headers) {
        String value = headers.apply(name);
        return !value.isEmpty() && value.startsWith(starts);
    }

    static boolean anyIsIn(List<HeaderStart> some, UnaryOperator<String> headers) {
        for (HeaderStart one : some) {
            if (one.isIn(headers)) {
                return true;
            }
        }
        return false;
    }
}
