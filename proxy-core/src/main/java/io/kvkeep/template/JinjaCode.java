package io.kvkeep.template;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The code of a Jinja template in order, without comments and plain text; macros stand apart.
 *
 * @param pieces what runs from top to bottom
 * @param macros the bodies of macros by name
 */
record JinjaCode(List<Piece> pieces, Map<String, List<Piece>> macros) {
    private static final Pattern MACRO = Pattern.compile("^[-+]?\\s*macro\\s+(\\w+)");
    private static final Pattern MACRO_END = Pattern.compile("^[-+]?\\s*endmacro\\b");

    static JinjaCode read(String template) {
        List<Piece> main = new ArrayList<>();
        Map<String, List<Piece>> macros = new HashMap<>();
        List<Piece> into = main;
        for (Piece piece : scan(template)) {
            Matcher macro = MACRO.matcher(piece.code());
            if (!piece.prints() && macro.find()) {
                into = new ArrayList<>();
                macros.put(macro.group(1), into);
            } else if (!piece.prints() && MACRO_END.matcher(piece.code()).find()) {
                into = main;
            } else {
                into.add(piece);
            }
        }
        return new JinjaCode(main, macros);
    }

    private static List<Piece> scan(String template) {
        List<Piece> pieces = new ArrayList<>();
        int at = template.indexOf('{');
        while (at >= 0 && at + 1 < template.length()) {
            char opening = template.charAt(at + 1);
            if (opening == '#') {
                int end = template.indexOf("#}", at);
                at = end < 0 ? -1 : template.indexOf('{', end + 2);
            } else if (opening == '{' || opening == '%') {
                int end = end(template, at + 2, opening == '{' ? '}' : '%');
                pieces.add(new Piece(opening == '{', at, template.substring(at + 2, end)));
                at = template.indexOf('{', Math.min(end + 2, template.length()));
            } else {
                at = template.indexOf('{', at + 1);
            }
        }
        return pieces;
    }

    /** Returns where the closing mark begins, quoted text passed over; the template's end if there is none. */
    private static int end(String template, int from, char closing) {
        char quote = 0;
        for (int i = from; i + 1 < template.length(); i++) {
            char c = template.charAt(i);
            if (quote != 0) {
                if (c == '\\') {
                    i++;
                } else if (c == quote) {
                    quote = 0;
                }
            } else if (c == '"' || c == '\'') {
                quote = c;
            } else if (c == closing && template.charAt(i + 1) == '}') {
                return i;
            }
        }
        return template.length();
    }

    /**
     * One expression or statement.
     *
     * @param prints whether it is an expression, whose value is printed
     * @param at its offset in the template, in characters
     * @param code what stands between the marks
     */
    record Piece(boolean prints, int at, String code) {
        private static final Pattern QUOTED = Pattern.compile("'(?:\\\\.|[^'\\\\])*+'|\"(?:\\\\.|[^\"\\\\])*+\"");

        /** Returns the code with quoted texts emptied, so that their words are not taken for names. */
        String bare() {
            return QUOTED.matcher(code).replaceAll("''");
        }

        /** Returns the statement without its white-space marks. */
        String statement() {
            return code.strip().replaceFirst("^[-+]\\s*", "");
        }

        boolean has(Pattern pattern) {
            return pattern.matcher(code).find();
        }

        boolean hasName(Pattern pattern) {
            return pattern.matcher(bare()).find();
        }
    }
}
