package io.kvkeep.config;

import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * One key of the configuration.
 *
 * @param key its name in the file, such as {@code mode}, or {@code limits.head-bytes} inside a mapping
 * @param form what its value looks like
 * @param value finds it in a configuration; empty if it need not be set and is not
 * @param <T> what it is read into
 */
record Setting<T>(String key, Form<T> form, Function<Config, Optional<T>> value) {

    /** A setting that always has a value. */
    static <T> Setting<T> of(String key, Form<T> form, Function<Config, T> value) {
        return new Setting<>(key, form, config -> Optional.of(value.apply(config)));
    }

    /** Returns the mapping it stands in; empty for the file itself. */
    String group() {
        return key.substring(0, Math.max(0, key.indexOf('.')));
    }

    /** Returns its key inside its mapping. */
    String name() {
        return key.substring(key.indexOf('.') + 1);
    }

    /** Returns the environment variable that sets it. */
    String variable() {
        return ConfigReader.VARIABLES
                + key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    /** Says what is wrong with a value. What may hold a credential is not repeated: this ends up on screens and in logs. */
    String wrong(String text) {
        boolean secret = text.indexOf('@') >= 0 || text.indexOf('?') >= 0;
        return key + " is " + (secret ? "a text with @ or ?" : text) + "; " + form.allowed();
    }

    /** Returns the value as a text, a Long or a Boolean. */
    Optional<Object> plain(Config config) {
        return value.apply(config).map(form::plain);
    }
}
