package io.kvkeep.bench.agent;

/** Spells JSON strings. */
final class Json {
    static String quote(String text) {
        StringBuilder quoted = new StringBuilder(text.length() + text.length() / 16 + 2).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"', '\\' -> quoted.append('\\').append(c);
                case '\n' -> quoted.append("\\n");
                case '\t' -> quoted.append("\\t");
                default -> {
                    if (c < ' ') {
                        throw new IllegalArgumentException("control character " + (int) c);
                    }
                    quoted.append(c);
                }
            }
        }
        return quoted.append('"').toString();
    }

    private Json() {}
}
