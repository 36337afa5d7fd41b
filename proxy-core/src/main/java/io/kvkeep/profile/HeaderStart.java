package io.kvkeep.profile;

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
}
