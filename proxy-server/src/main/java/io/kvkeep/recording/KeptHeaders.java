package io.kvkeep.recording;

import io.kvkeep.profile.Profiles;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * The headers that go into a recording: those by which profiles tell agents and sessions, and what an engine needs to
 * read the body. All others are left out, and so is everything that is named like a credential, whoever names it.
 */
final class KeptHeaders {
    private static final Set<String> ALWAYS =
            Set.of("user-agent", "content-type", "accept", "anthropic-version", "anthropic-beta");

    private static final Pattern CREDENTIAL =
            Pattern.compile("auth|cookie|token|secret|passw|credential|signature|(^|-)key($|-)|api-?key");

    private final Set<String> names = new TreeSet<>(ALWAYS);

    KeptHeaders(Profiles profiles) {
        names.addAll(profiles.headerNames());
        names.removeIf(name -> CREDENTIAL.matcher(name.toLowerCase(Locale.ROOT)).find());
    }

    /**
     * Returns those of a request.
     *
     * @param headers gives the value of a header by its lower-case name, or an empty text
     */
    Map<String, String> of(UnaryOperator<String> headers) {
        Map<String, String> kept = new TreeMap<>();
        for (String name : names) {
            String value = headers.apply(name);
            if (!value.isEmpty()) {
                kept.put(name, value);
            }
        }
        return kept;
    }
}
