package io.kvkeep.template;

import io.kvkeep.template.JinjaCode.Piece;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads facts from the text of a Jinja template, by simple rules over its order of printing. Where a rule does not
 * fit, the fact stays unknown. A rendered trial is worth more; see {@link TrialReading}.
 *
 * <p>Longer than most classes here: it is one set of rules over one list.
 */
public final class JinjaTemplate {
    private static final Pattern TOOLS_LOOP = Pattern.compile("\\bfor\\b.*\\bin\\b.*\\btools\\b", Pattern.DOTALL);
    private static final Pattern TOOLS = Pattern.compile("\\btools\\b");
    private static final String FIRST = "\\bmessages\\[0\\](?:\\.content|\\[['\"]content['\"]\\])";
    private static final Pattern FIRST_MESSAGE = Pattern.compile(FIRST);
    private static final Pattern SET_FIRST_MESSAGE =
            Pattern.compile("^[-+]?\\s*set\\s+(\\w+)\\b[^=]*=.*" + FIRST, Pattern.DOTALL);
    private static final Pattern RAISE = Pattern.compile("raise_exception\\s*\\(\\s*(['\"])(.*)\\1", Pattern.DOTALL);
    private static final Pattern ABOUT_PLACE = Pattern.compile(
            "alternat|system.*\\b(?:begin|start|first)|(?:begin|start|first).*\\bsystem",
            Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
    private static final Pattern COLLECTS_SYSTEM = Pattern.compile(
            "\\bset\\s+ns\\.\\w*system\\w*\\s*=|selectattr\\(\\s*['\"]role['\"].*['\"]system['\"]", Pattern.DOTALL);
    private static final Pattern NEWEST = Pattern.compile("\\[-1\\]|\\bloop\\.last\\b|last_user");
    private static final Pattern REASONING = Pattern.compile("reasoning|thinking|</think>");
    private static final Pattern NEWEST_QUERY =
            Pattern.compile("last_(?:user|query|real_user)\\w*|future_final_message");
    private static final Pattern DATE =
            Pattern.compile("\\b(?:strftime_now|date_string|current_date|todays_date|datetime)\\b");

    private final JinjaCode code;
    private final String text;
    private final String source;

    private JinjaTemplate(String source, String text) {
        this.source = source;
        this.text = text;
        this.code = JinjaCode.read(text);
    }

    /**
     * Reads a template.
     *
     * @param source where its text comes from, such as {@code /props}; it begins every evidence
     */
    public static TemplateFacts read(String source, String text) {
        JinjaTemplate template = new JinjaTemplate(source, text);
        Fact<Truth> strips = template.stripsReasoning();
        return new TemplateFacts(
                template.toolsPlace(),
                template.lateSystem(),
                strips,
                keepReasoning(source, text, strips.value()),
                template.printsDate());
    }

    private static Fact<Optional<TemplateSwitch>> keepReasoning(String source, String text, Truth strips) {
        Optional<TemplateSwitch> named = TemplateSwitch.namedIn(text).stream().findFirst();
        if (named.isPresent() && strips != Truth.NO) {
            return new Fact<>(
                    named, source + ": the template text names " + named.get().name());
        }
        return new Fact<>(Optional.empty(), source + ": the template text names no switch that is needed");
    }

    private Fact<ToolsPlace> toolsPlace() {
        List<Piece> pieces = code.pieces();
        int tools = first(this::printsTools);
        int system = systemPlace();
        if (tools < 0 || system < 0) {
            return new Fact<>(
                    ToolsPlace.UNKNOWN,
                    source + ": no place is seen where " + (tools < 0 ? "tools" : "system texts") + " are printed");
        }
        int loop = enclosingLoop(tools);
        if (loop >= 0) {
            boolean newest = pieces.subList(loop, tools + 1).stream().anyMatch(piece -> piece.has(NEWEST));
            return new Fact<>(
                    newest ? ToolsPlace.BEFORE_LAST_USER : ToolsPlace.UNKNOWN,
                    source + ": tools are printed inside the loop over messages, at "
                            + pieces.get(tools).at());
        }
        return new Fact<>(
                tools < system ? ToolsPlace.BEFORE_SYSTEM : ToolsPlace.BEHIND_SYSTEM,
                source + ": the template prints tools at " + pieces.get(tools).at() + ", system texts at "
                        + pieces.get(system).at());
    }

    private boolean printsTools(Piece piece) {
        if (!piece.prints()) {
            return piece.hasName(TOOLS_LOOP);
        }
        return piece.hasName(TOOLS)
                || code.macros().entrySet().stream()
                        .anyMatch(macro -> piece.bare().matches("(?s).*\\b" + macro.getKey() + "\\s*\\(.*")
                                && macro.getValue().stream().anyMatch(inside -> inside.hasName(TOOLS_LOOP)));
    }

    /** Returns the piece that prints the system text: the first message by name, or in the loop over messages. */
    private int systemPlace() {
        List<Piece> pieces = code.pieces();
        for (int i = 0; i < pieces.size(); i++) {
            Piece piece = pieces.get(i);
            Matcher alias = SET_FIRST_MESSAGE.matcher(piece.code());
            if (piece.prints() && piece.has(FIRST_MESSAGE)) {
                return i;
            }
            if (!piece.prints() && alias.find()) {
                Pattern name = Pattern.compile("\\b" + alias.group(1) + "\\b");
                for (int j = i + 1; j < pieces.size(); j++) {
                    if (pieces.get(j).prints() && pieces.get(j).hasName(name)) {
                        return j;
                    }
                }
            }
        }
        return MessagesLoop.of(code.pieces()).systemPrint();
    }

    private Fact<LateSystem> lateSystem() {
        for (Piece piece : code.pieces()) {
            Matcher raise = RAISE.matcher(piece.code());
            if (raise.find() && ABOUT_PLACE.matcher(raise.group(2)).find()) {
                return new Fact<>(LateSystem.RAISES, source + ": the template raises '" + raise.group(2) + "'");
            }
        }
        for (Piece piece : code.pieces()) {
            if (piece.has(COLLECTS_SYSTEM)) {
                return new Fact<>(LateSystem.HOISTED, source + ": the template collects system texts at " + piece.at());
            }
        }
        MessagesLoop loop = MessagesLoop.of(code.pieces());
        if (loop.systemPrint() >= 0) {
            return new Fact<>(
                    LateSystem.KEPT,
                    source + ": the loop over messages prints system messages at "
                            + code.pieces().get(loop.systemPrint()).at());
        }
        return loop.prints()
                ? new Fact<>(LateSystem.LOST, source + ": the loop over messages prints other roles only")
                : new Fact<>(LateSystem.UNKNOWN, source + ": no loop over messages is seen");
    }

    private Fact<Truth> stripsReasoning() {
        if (!REASONING.matcher(text).find()) {
            return new Fact<>(Truth.NO, source + ": the template text does not speak of reasoning");
        }
        Matcher newest = NEWEST_QUERY.matcher(text);
        return newest.find()
                ? new Fact<>(Truth.YES, source + ": the template text speaks of reasoning and of " + newest.group())
                : new Fact<>(Truth.UNKNOWN, source + ": the template text speaks of reasoning");
    }

    private Fact<Truth> printsDate() {
        Matcher date = DATE.matcher(text);
        return date.find()
                ? new Fact<>(Truth.YES, source + ": the template text uses " + date.group())
                : new Fact<>(Truth.NO, source + ": the template text uses no date");
    }

    private int first(Predicate<Piece> wanted) {
        for (int i = 0; i < code.pieces().size(); i++) {
            if (wanted.test(code.pieces().get(i))) {
                return i;
            }
        }
        return -1;
    }

    /** Returns the loop over messages around a piece, or -1. */
    private int enclosingLoop(int piece) {
        Deque<Integer> loops = new ArrayDeque<>();
        for (int i = 0; i < piece; i++) {
            String statement = code.pieces().get(i).statement();
            if (!code.pieces().get(i).prints() && statement.startsWith("for ")) {
                loops.push(i);
            } else if (!code.pieces().get(i).prints() && statement.startsWith("endfor") && !loops.isEmpty()) {
                loops.pop();
            }
        }
        return loops.stream()
                .filter(loop -> code.pieces().get(loop).hasName(MessagesLoop.HEAD))
                .findFirst()
                .orElse(-1);
    }
}
