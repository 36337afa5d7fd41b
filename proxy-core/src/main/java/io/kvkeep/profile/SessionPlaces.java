package io.kvkeep.profile;

import com.dynatrace.hash4j.hashing.Hashing;
import io.kvkeep.json.MemberPath;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Where the session id of an agent stands; the first place that holds one counts.
 *
 * @param headers lower-case names of headers
 * @param body places in the request body
 * @param systemLines lines of a system text
 */
public record SessionPlaces(List<String> headers, List<MemberPath> body, List<SystemLine> systemLines) {
    static final SessionPlaces NONE = new SessionPlaces(List.of(), List.of(), List.of());

    /** Copies the lists. */
    public SessionPlaces {
        headers = List.copyOf(headers);
        body = List.copyOf(body);
        systemLines = List.copyOf(systemLines);
    }

    /**
     * Returns a digest of the session id that a request tells, or 0.
     *
     * @param values gives the value of a header by its lower-case name, or an empty text
     */
    long digest(UnaryOperator<String> values, byte[] json, List<String> systemTexts) {
        String id = id(values, json, systemTexts);
        return id.isEmpty() ? 0 : Hashing.xxh3_64().hashCharsToLong(id) | 1;
    }

    private String id(UnaryOperator<String> values, byte[] json, List<String> systemTexts) {
        String id = "";
        for (int i = 0; i < headers.size() && id.isEmpty(); i++) {
            id = values.apply(headers.get(i));
        }
        for (int i = 0; i < body.size() && id.isEmpty(); i++) {
            id = body.get(i).text(json).orElse("");
        }
        for (int i = 0; i < systemLines.size() && id.isEmpty(); i++) {
            id = systemLines.get(i).in(systemTexts).orElse("");
        }
        return id;
    }

    SessionPlaces and(SessionPlaces more) {
        return new SessionPlaces(
                join(headers, more.headers), join(body, more.body), join(systemLines, more.systemLines));
    }

    private static <T> List<T> join(List<T> first, List<T> second) {
        return Stream.concat(first.stream(), second.stream()).distinct().toList();
    }

    /**
     * A line of a system text that tells the session id. Of several the last counts: agents write it behind the files
     * that they load, and those may quote it.
     *
     * @param starts what the line starts with
     * @param matches the whole line; its first group is the id
     */
    public record SystemLine(String starts, Pattern matches) {
        /** Checks that the line can be found and holds an id. */
        public SystemLine {
            if (starts.isBlank() || starts.indexOf('\n') >= 0) {
                throw new IllegalArgumentException("starts is the first part of one line");
            }
            if (matches.matcher("").groupCount() < 1) {
                throw new IllegalArgumentException("matches needs a group ( ) around the id");
            }
        }

        Optional<String> in(List<String> systemTexts) {
            for (String text : systemTexts) {
                // Most texts don't hold it, and a search from the front is many times faster than one from the end.
                int at = text.contains(starts) ? text.lastIndexOf(starts) : -1;
                while (at >= 0) {
                    Matcher line = matches.matcher(text).region(at, lineEnd(text, at));
                    if ((at == 0 || text.charAt(at - 1) == '\n') && line.matches()) {
                        return Optional.ofNullable(line.group(1));
                    }
                    at = text.lastIndexOf(starts, at - 1);
                }
            }
            return Optional.empty();
        }

        private static int lineEnd(String text, int at) {
            int lineBreak = text.indexOf('\n', at);
            return lineBreak < 0 ? text.length() : lineBreak;
        }

        /** Two lines are one if they are spelled alike. */
        @Override
        public boolean equals(Object other) {
            return other instanceof SystemLine line
                    && starts.equals(line.starts)
                    && matches.pattern().equals(line.matches.pattern());
        }

        @Override
        public int hashCode() {
            return 31 * starts.hashCode() + matches.pattern().hashCode();
        }
    }
}
