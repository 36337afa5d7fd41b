package io.kvkeep.learn;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The label that a line begins with: a list mark, up to six words and a colon or equals sign; or an opening tag. */
final class Label {
    private static final String MARK = "(?:[-*+\\u2022]\\x20|\\d{1,2}[.)]\\x20|>\\x20)?";
    private static final String WORD = "[\\p{L}\\p{N}'\\u2019&/()_#-]{1,40}";
    private static final String TAG = "<[A-Za-z][\\w:-]{0,40}>";
    private static final String NAME = "[*_`\"'\\[(]{0,3}(?=\\p{L})" + WORD + "(?:\\x20" + WORD
            + "){0,5}[*_`\"'\\])]{0,3}" + "(?:\\x20?:[*_`]{0,2}(?=\\x20)|\\x20?=|\\uff1a)\\x20{0,2}";
    private static final Pattern START = Pattern.compile(MARK + "(?:" + TAG + "|" + NAME + ")");

    private static final String OPEN = "[\"'`(\\[*_]{0,2}";
    private static final Pattern WHOLE = Pattern.compile(MARK + "(?:" + TAG + "\\x20?|" + NAME + OPEN + ")");

    /** Sentences that say nothing but the date or the time. */
    private static final Pattern CLOCK_SENTENCE = Pattern.compile(MARK + "[*_]{0,2}(?i:(?:the\\x20)?(?:current|local)"
            + "\\x20(?:local\\x20)?(?:date|time)(?:\\x20(?:and|&)\\x20time)?\\x20is:?|today\\x20is|today['\\u2019]s\\x20date"
            + "\\x20is:?|it\\x20is\\x20(?:currently|now)|it['\\u2019]s\\x20(?:currently|now))\\x20[*_]{0,2}");

    /** A unit for a number; closing marks; a closing tag; blanks. */
    private static final Pattern CLOCK_END =
            Pattern.compile("[*_`\"')\\]}.,;]{0,4}(?:</[\\w:-]{1,41}>)?[\\x20\\t\\r]*");

    private static final Pattern COUNT_END = Pattern.compile("(?:\\x20[A-Za-z]{1,12})?" + CLOCK_END.pattern());

    /** A number behind such words is a setting or a version: when it changes, somebody has changed a rule. */
    private static final Pattern SETTING = Pattern.compile("(?i)(?<!\\p{L})(?:versions?|models?|release|ports?|max\\w*"
            + "|min|minimum|limits?|timeout|width|length|indent\\w*|retries|at\\x20(?:most|least)|rules?)"
            + "(?!\\p{L})");

    private Label() {}

    /** Returns the label of a line without indentation, the blank behind it included; empty if it has none. */
    static String of(String line) {
        Matcher matcher = START.matcher(line);
        return matcher.lookingAt() ? matcher.group() : "";
    }

    /** Tells whether a line is nothing but a label and a value of that kind, by what stands before and behind it. */
    static boolean isAllAround(Variation variation, String before, String behind) {
        return switch (variation) {
            case CLOCK ->
                (WHOLE.matcher(before).matches()
                                || CLOCK_SENTENCE.matcher(before).matches())
                        && CLOCK_END.matcher(behind).matches();
            case COUNTER ->
                WHOLE.matcher(before).matches()
                        && !SETTING.matcher(before).find()
                        && COUNT_END.matcher(behind).matches();
            case ID, OTHER -> false;
        };
    }

    /** Tells whether a text is enough to find a line by: three letters at least. */
    static boolean isTelling(String literal) {
        return literal.codePoints().filter(Character::isLetter).limit(3).count() == 3;
    }
}
