package io.kvkeep.demo;

/** How the terminal shows emphasis; nothing at all without colours. */
record Style(boolean colour) {
    String bold(String text) {
        return in("1", text);
    }

    String green(String text) {
        return in("1;32", text);
    }

    String yellow(String text) {
        return in("33", text);
    }

    private String in(String code, String text) {
        return colour ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
    }
}
