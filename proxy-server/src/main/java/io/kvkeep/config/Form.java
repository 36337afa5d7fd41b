package io.kvkeep.config;

import io.kvkeep.engine.EngineAddress;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the value of a setting looks like; all forms stand here side by side, to be compared.
 *
 * @param <T> what it is read into
 */
sealed interface Form<T> {
    /** Reads what stands in a file, a variable or a flag; empty if it is not allowed. */
    Optional<T> read(String text);

    /** Returns the value as a text, a Long or a Boolean that {@link #read} understands. */
    Object plain(T value);

    /** Says what is allowed. */
    String allowed();

    /**
     * One of several words.
     *
     * @param words what each means, in the order in which they are named; of two words with one meaning the later is shown
     */
    record Choice<T>(Map<String, T> words) implements Form<T> {
        @Override
        public Optional<T> read(String text) {
            return Optional.ofNullable(words.get(text));
        }

        @Override
        public Object plain(T value) {
            String shown = "";
            for (Map.Entry<String, T> word : words.entrySet()) {
                shown = word.getValue().equals(value) ? word.getKey() : shown;
            }
            return shown;
        }

        @Override
        public String allowed() {
            List<String> names = new ArrayList<>(words.keySet());
            String last = names.remove(names.size() - 1);
            return String.join(", ", names) + " or " + last;
        }
    }

    /** True or false. */
    record Truth() implements Form<Boolean> {
        @Override
        public Optional<Boolean> read(String text) {
            return switch (text) {
                case "true" -> Optional.of(true);
                case "false" -> Optional.of(false);
                default -> Optional.empty();
            };
        }

        @Override
        public Object plain(Boolean value) {
            return value;
        }

        @Override
        public String allowed() {
            return "true or false";
        }
    }

    /**
     * A whole number, with {@code _} between digits if one likes.
     *
     * @param least the smallest allowed
     * @param most the largest allowed
     */
    record Whole(long least, long most) implements Form<Long> {
        @Override
        public Optional<Long> read(String text) {
            try {
                return Optional.of(Long.valueOf(text.replace("_", ""))).filter(n -> n >= least && n <= most);
            } catch (NumberFormatException e) {
                return Optional.empty();
            }
        }

        @Override
        public Object plain(Long value) {
            return value;
        }

        @Override
        public String allowed() {
            return "a whole number from " + least + " to " + most;
        }
    }

    /** A share in whole percent, at most half: what is left is to be the rule. */
    record Share() implements Form<Integer> {
        static final String PATTERN = "^(?:[0-9]|[1-4][0-9]|50)%$";

        @Override
        public Optional<Integer> read(String text) {
            return text.matches(PATTERN)
                    ? Optional.of(Integer.valueOf(text.substring(0, text.length() - 1)))
                    : Optional.empty();
        }

        @Override
        public Object plain(Integer value) {
            return value + "%";
        }

        @Override
        public String allowed() {
            return "0% to 50%";
        }
    }

    /** A time in whole seconds, a day at most. */
    record Seconds() implements Form<Duration> {
        static final Whole NUMBER = new Whole(1, 86_400);

        @Override
        public Optional<Duration> read(String text) {
            return NUMBER.read(text).map(Duration::ofSeconds);
        }

        @Override
        public Object plain(Duration value) {
            return value.toSeconds();
        }

        @Override
        public String allowed() {
            return NUMBER.allowed();
        }
    }

    /** Where kvkeep listens. */
    record Listen() implements Form<ListenAddress> {
        @Override
        public Optional<ListenAddress> read(String text) {
            try {
                return Optional.of(ListenAddress.parse(text));
            } catch (IllegalArgumentException e) {
                return Optional.empty();
            }
        }

        @Override
        public Object plain(ListenAddress value) {
            return value.toString();
        }

        @Override
        public String allowed() {
            return "HOST:PORT, such as 127.0.0.1:11435";
        }
    }

    /** Where an engine listens. */
    record EngineUrl() implements Form<String> {
        @Override
        public Optional<String> read(String text) {
            try {
                EngineAddress.parse(text);
                return Optional.of(text);
            } catch (IllegalArgumentException e) {
                return Optional.empty();
            }
        }

        @Override
        public Object plain(String value) {
            return EngineAddress.parse(value).url();
        }

        @Override
        public String allowed() {
            return "an http or https URL without user name and query, such as http://127.0.0.1:11434";
        }
    }

    /** A directory, there or not. */
    record Directory() implements Form<Path> {
        @Override
        public Optional<Path> read(String text) {
            try {
                return text.isBlank() ? Optional.empty() : Optional.of(Path.of(text));
            } catch (InvalidPathException e) {
                return Optional.empty();
            }
        }

        @Override
        public Object plain(Path value) {
            return value.toString();
        }

        @Override
        public String allowed() {
            return "a directory";
        }
    }
}
