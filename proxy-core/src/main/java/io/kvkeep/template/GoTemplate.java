package io.kvkeep.template;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads facts from the text of a Go template, as Ollama keeps them. Ollama joins all system messages to one text
 * before it renders (0.34), so a template that prints that text hoists.
 */
public final class GoTemplate {
    private static final Pattern TOOLS =
            Pattern.compile("\\{\\{-?\\s*(?:range[^}]*|json\\s+|toJson\\s+)?\\$?\\.Tools\\b");
    private static final Pattern SYSTEM = Pattern.compile("\\{\\{-?\\s*\\$?\\.System\\b");
    private static final Pattern SYSTEM_ROLE = Pattern.compile("eq\\s+\\$?\\w*\\.Role\\s+\"system\"");
    private static final Pattern ANY_ROLE = Pattern.compile("\\{\\{-?\\s*\\$?\\w*\\.Role\\s*-?}}");
    private static final Pattern MESSAGES_LOOP = Pattern.compile("\\{\\{-?\\s*range[^}]*\\.Messages\\b");
    private static final Pattern NEWEST = Pattern.compile("\\bslice\\b|\\$last\\b");
    private static final Pattern NEWEST_USER = Pattern.compile("(?i)\\$last\\w*user\\w*");

    private GoTemplate() {}

    /**
     * Reads a template.
     *
     * @param source where its text comes from, such as {@code /api/show}; it begins every evidence
     */
    public static TemplateFacts read(String source, String text) {
        boolean dated = text.contains("currentDate");
        return new TemplateFacts(
                toolsPlace(source, text),
                lateSystem(source, text),
                stripsReasoning(source, text),
                new Fact<>(Optional.empty(), source + ": Ollama takes no chat_template_kwargs"),
                new Fact<>(
                        dated ? Truth.YES : Truth.NO,
                        source + ": the template text uses " + (dated ? "currentDate" : "no date")));
    }

    private static Fact<ToolsPlace> toolsPlace(String source, String text) {
        int tools = first(TOOLS, text, 0);
        int loop = first(MESSAGES_LOOP, text, 0);
        int printed = first(SYSTEM, text, 0);
        int system = printed >= 0 ? printed : loop;
        if (tools < 0 || system < 0) {
            return new Fact<>(
                    ToolsPlace.UNKNOWN,
                    source + ": no place is seen where " + (tools < 0 ? "tools" : "system texts") + " are printed");
        }
        if (loop >= 0 && tools > loop && first(NEWEST, text.substring(0, tools), 0) >= 0) {
            return new Fact<>(
                    ToolsPlace.BEFORE_LAST_USER, source + ": tools are printed with the newest message, at " + tools);
        }
        return new Fact<>(
                tools < system ? ToolsPlace.BEFORE_SYSTEM : ToolsPlace.BEHIND_SYSTEM,
                source + ": the template prints tools at " + tools + ", system texts at " + system);
    }

    private static Fact<LateSystem> lateSystem(String source, String text) {
        int printed = first(SYSTEM, text, 0);
        if (printed >= 0) {
            return new Fact<>(
                    LateSystem.HOISTED, source + ": the template prints .System, all texts in one, at " + printed);
        }
        int loop = first(MESSAGES_LOOP, text, 0);
        boolean inPlace = loop >= 0 && (first(SYSTEM_ROLE, text, loop) >= 0 || first(ANY_ROLE, text, loop) >= 0);
        return inPlace
                ? new Fact<>(LateSystem.KEPT, source + ": the loop over .Messages prints system messages")
                : new Fact<>(LateSystem.UNKNOWN, source + ": no place is seen where system texts are printed");
    }

    private static Fact<Truth> stripsReasoning(String source, String text) {
        if (!text.contains(".Thinking")) {
            return new Fact<>(Truth.NO, source + ": the template prints no .Thinking");
        }
        Matcher newest = NEWEST_USER.matcher(text);
        return newest.find()
                ? new Fact<>(Truth.YES, source + ": the template prints .Thinking and knows " + newest.group())
                : new Fact<>(Truth.UNKNOWN, source + ": the template prints .Thinking");
    }

    private static int first(Pattern pattern, String text, int from) {
        Matcher matcher = pattern.matcher(text);
        return matcher.find(from) ? matcher.start() : -1;
    }
}
