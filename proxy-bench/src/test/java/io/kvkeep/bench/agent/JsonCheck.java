package io.kvkeep.bench.agent;

/** A strict reader of JSON that keeps nothing: it fails at the first character that does not belong. */
final class JsonCheck {
    private final String text;
    private int at;

    private JsonCheck(String text) {
        this.text = text;
    }

    static void requireValid(String text) {
        JsonCheck check = new JsonCheck(text);
        check.value();
        if (check.at != text.length()) {
            throw check.wrong("text behind the end");
        }
    }

    private void value() {
        switch (peek()) {
            case '{' -> members('}', true);
            case '[' -> members(']', false);
            case '"' -> string();
            default -> scalar();
        }
    }

    private void members(char end, boolean named) {
        at++;
        if (peek() == end) {
            at++;
            return;
        }
        while (true) {
            if (named) {
                string();
                expect(':');
            }
            value();
            if (peek() == end) {
                at++;
                return;
            }
            expect(',');
        }
    }

    private void string() {
        expect('"');
        while (peek() != '"') {
            char c = text.charAt(at++);
            if (c < ' ') {
                throw wrong("control character");
            }
            if (c == '\\') {
                escape();
            }
        }
        at++;
    }

    private void escape() {
        char c = peek();
        int length = c == 'u' ? 5 : 1;
        if ("\"\\/bfnrtu".indexOf(c) < 0
                || (c == 'u' && !text.substring(at + 1, at + 5).matches("[0-9a-fA-F]{4}"))) {
            throw wrong("unknown escape");
        }
        at += length;
    }

    private void scalar() {
        int start = at;
        while (at < text.length() && ",]}".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        String scalar = text.substring(start, at);
        if (!scalar.matches("true|false|null|-?(0|[1-9]\\d*)(\\.\\d+)?([eE][+-]?\\d+)?")) {
            throw wrong("not a value: " + scalar);
        }
    }

    private void expect(char wanted) {
        if (peek() != wanted) {
            throw wrong("no " + wanted);
        }
        at++;
    }

    private char peek() {
        if (at >= text.length()) {
            throw wrong("ends too early");
        }
        return text.charAt(at);
    }

    private IllegalStateException wrong(String what) {
        return new IllegalStateException(what + " at " + at);
    }
}
