package io.kvkeep.learn;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * How values that change by themselves are spelled.
 *
 * <p>A value is found only where it stands alone: {@code qwen3.5:35b}, {@code v3.12} and {@code model-2026-11-21} hold
 * none.
 *
 * @param variation what such a value is
 * @param value the regular expression of one value, without a look at what stands around it
 * @param alone the same, with that look
 */
record Spelling(Variation variation, String value, Pattern alone) {
    private static final String WEEKDAY =
            "(?:Mon(?:day)?|Tue(?:s(?:day)?)?|Wed(?:nesday)?|Thu(?:rs?(?:day)?)?|Fri(?:day)?|Sat(?:urday)?|Sun(?:day)?)";
    private static final String MONTH = "(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?"
            + "|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)";
    private static final String DAY = "[0-3]?\\d(?:st|nd|rd|th)?(?!\\d)";
    private static final String YEAR = "[12]\\d{3}(?!\\d)";
    private static final String NUMBER_DAY = "[0-3]?\\d(?!\\d)";

    /** 2026-11-21, 2026/11/21, 11/21/2026, 21.11.2026, 21-Nov-2026, 20261121_140233, November 21st, 2026 and so on. */
    private static final String DATE = "(?:[12]\\d{3}-[01]?\\d-" + NUMBER_DAY
            + "|[12]\\d{3}/[01]?\\d/" + NUMBER_DAY
            + "|[0-3]?\\d/[0-3]?\\d/" + YEAR
            + "|[0-3]?\\d\\.\\x20?[01]?\\d\\.\\x20?" + YEAR
            + "|[0-3]?\\d-[01]?\\d-" + YEAR
            + "|[12]\\d{3}\\u5e74[01]?\\d\\u6708[0-3]?\\d\\u65e5"
            + "|" + MONTH + "\\.?\\x20{1,2}" + DAY + "(?:,?\\x20" + YEAR + ")?"
            + "|" + DAY + "\\.?\\x20" + MONTH + "\\.?(?:,?\\x20" + YEAR + ")?"
            + "|" + DAY + "-" + MONTH + "-" + YEAR
            + "|" + MONTH + "\\x20" + YEAR
            + "|[12]\\d{3}[01]\\d[0-3]\\d(?:[T_-]?[0-2]\\d[0-5]\\d(?:[0-5]\\d)?Z?)?(?!\\d))";

    private static final String TIME = "(?:[0-2]?\\d:[0-5]\\d(?::[0-5]\\d(?:[.,]\\d{1,9})?)?"
            + "(?:\\x20?[AaPp]\\.?[Mm]\\b\\.?)?(?:Z|[+-]\\d{2}:?\\d{2})?|[01]?\\d\\x20?[AaPp][Mm]\\b)";
    private static final String ABBREVIATION = "(?:UTC|GMT|WES?T|CES?T|EES?T|MSK|BST|IST|[ECMP][SD]T|AK[SD]T|HST|JST"
            + "|KST|SGT|HKT|A[EC][SD]T|AWST|NZ[SD]T)(?:[+-]\\d{1,2}(?::?\\d{2})?)?";
    private static final String REGION = "[A-Z][A-Za-z]{1,20}/[A-Z][A-Za-z_]{1,30}(?:/[A-Z][A-Za-z_]{1,30})?";
    private static final String ZONE = "(?:" + ABBREVIATION + "|[+-]\\d{2}:?\\d{2}|" + REGION + "|\\((?:" + ABBREVIATION
            + "|" + REGION + "(?:,\\x20" + ABBREVIATION + ")?|[A-Z][A-Za-z\\x20]{2,40}\\x20Time|" + WEEKDAY + ")\\))";

    /** Seconds or milliseconds since 1970, of the years 2017 to 2033. */
    private static final String EPOCH = "1[5-9]\\d{8}(?:\\d{3})?(?:\\.\\d{1,6})?(?!\\d)";

    private static final String JOINT = "(?:T|_|,?\\x20(?:(?:at|on|@|\\||-|\\u2013|\\u2014)\\x20)?)";

    /** Dates and times of the usual spellings, with weekday and zone. */
    static final Spelling CLOCK = of(
            Variation.CLOCK,
            "[0-9ADFJMNOSTW]",
            "(?:" + WEEKDAY + "\\.?,?\\x20)?(?:" + DATE + "|" + TIME + "|" + EPOCH + ")(?:" + JOINT + "(?:" + WEEKDAY
                    + "|" + DATE + "|" + TIME + "|" + ZONE + "|" + YEAR + "))*");

    private static final String INTEGER = "(?:\\d{1,3}(?:[,'\\u202f]\\d{3})+|\\d+)(?:\\x20?%|[kM]|[kKMGT]i?B)?";

    /** Whole numbers, also as a part of another: 41; 1,085/2,200; 3 of 10; 49%; 12k. */
    static final Spelling COUNT =
            of(Variation.COUNTER, "\\d", INTEGER + "(?:\\x20?(?:/|of|out\\x20of)\\x20?" + INTEGER + ")?");

    /** Numbers with a fraction, which may as well be versions. */
    static final Spelling FRACTION = of(Variation.COUNTER, "\\d", "\\d+(?:[.,]\\d+)*");

    /** UUIDs, hex of at least 6 digits, longer tokens with letters and digits; behind a short prefix or not. */
    static final Spelling ID = of(
            Variation.ID,
            "[0-9A-Za-z]",
            "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
                    + "|(?:\\d{6,8}_\\d{4,6}_|[A-Za-z]{1,12}[_-])?"
                    + "(?:(?=[a-f]*\\d)[0-9a-f]{6,64}|(?=[A-Za-z]*\\d)(?=\\d*[A-Za-z])[A-Za-z0-9]{10,64})");

    /** Looks at the first character alone before all else: nearly every place in a line ends there. */
    private static Spelling of(Variation variation, String first, String value) {
        String alone =
                "(?=" + first + ")(?<![\\p{L}\\p{N}_.,:/#-])(?:" + value + ")(?![\\p{L}\\p{N}_])(?![.,:/-]\\p{N})";
        return new Spelling(variation, value, Pattern.compile(alone));
    }

    /** Returns the offsets of all values in the line: start, end, start, end and so on. */
    List<Integer> spans(String line) {
        Matcher matcher = alone.matcher(line);
        IntStream.Builder spans = IntStream.builder();
        while (matcher.find()) {
            spans.add(matcher.start()).add(matcher.end());
        }
        return spans.build().boxed().toList();
    }
}
