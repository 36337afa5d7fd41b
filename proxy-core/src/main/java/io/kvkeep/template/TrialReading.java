package io.kvkeep.template;

import java.time.LocalDate;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Concludes from rendered trials what a template does. */
public final class TrialReading {
    private static final int MESSAGE_HEAD_CHARS = 60;
    private static final int MESSAGE_TAIL_CHARS = 100;

    private final String source;
    private final Map<Trial, Rendered> renderings;

    /**
     * @param source what rendered them, such as {@code /apply-template}; it begins every evidence
     * @param renderings the trials that were made; a missing one counts as unanswered
     */
    public TrialReading(String source, Map<Trial, Rendered> renderings) {
        this.source = source;
        this.renderings = Map.copyOf(renderings);
    }

    /**
     * Concludes all but the switch, which takes a trial of its own.
     *
     * @param today to find the date in a prompt
     */
    public TemplateFacts facts(LocalDate today) {
        return new TemplateFacts(
                toolsPlace(),
                lateSystem(),
                stripsReasoning(),
                new Fact<>(Optional.empty(), source + ": no switch was tried"),
                printsDate(today));
    }

    /** Tells whether a switch makes the template keep reasoning, by the trial of the next turn rendered with it. */
    public static boolean keepsReasoning(Rendered nextTurnWithSwitch) {
        return nextTurnWithSwitch instanceof Rendered.Text text && text.prompt().contains(Trial.REASONING_MARK);
    }

    private Fact<ToolsPlace> toolsPlace() {
        if (!(of(Trial.TWO_TURNS) instanceof Rendered.Text text)) {
            return new Fact<>(ToolsPlace.UNKNOWN, notRendered(Trial.TWO_TURNS));
        }
        int tool = text.prompt().indexOf(Trial.TOOL_MARK);
        int system = text.prompt().indexOf(Trial.SYSTEM_MARK);
        int firstUser = text.prompt().indexOf(Trial.FIRST_USER_MARK);
        int lastUser = text.prompt().indexOf(Trial.LAST_USER_MARK);
        String evidence = String.format(
                Locale.ROOT,
                "%s: the tool stood at character %s, the system text at %s, the first user text at %s, the last at %s",
                source,
                shown(tool),
                shown(system),
                shown(firstUser),
                shown(lastUser));
        return new Fact<>(place(tool, system, firstUser, lastUser), evidence);
    }

    private static ToolsPlace place(int tool, int system, int firstUser, int lastUser) {
        if (tool < 0 || firstUser < 0 || lastUser < 0) {
            return ToolsPlace.UNKNOWN;
        }
        if (tool > firstUser) {
            return tool < lastUser ? ToolsPlace.BEFORE_LAST_USER : ToolsPlace.UNKNOWN;
        }
        if (system < 0) {
            return ToolsPlace.UNKNOWN;
        }
        return tool < system ? ToolsPlace.BEFORE_SYSTEM : ToolsPlace.BEHIND_SYSTEM;
    }

    private Fact<LateSystem> lateSystem() {
        if (!(of(Trial.TWO_TURNS) instanceof Rendered.Text)) {
            return new Fact<>(LateSystem.UNKNOWN, notRendered(Trial.TWO_TURNS));
        }
        Rendered late = of(Trial.LATE_SYSTEM);
        if (late instanceof Rendered.Refused refused) {
            return new Fact<>(
                    LateSystem.RAISES,
                    source + ": " + refused.status() + " with a late system message, taken without: "
                            + shortened(refused.message()));
        }
        if (!(late instanceof Rendered.Text text)) {
            return new Fact<>(LateSystem.UNKNOWN, notRendered(Trial.LATE_SYSTEM));
        }
        int at = text.prompt().indexOf(Trial.LATE_MARK);
        int firstUser = text.prompt().indexOf(Trial.FIRST_USER_MARK);
        String evidence = source + ": the late system text stood at " + shown(at) + ", the first user text at "
                + shown(firstUser);
        if (firstUser < 0) {
            return new Fact<>(LateSystem.UNKNOWN, evidence);
        }
        return new Fact<>(at < 0 ? LateSystem.LOST : at < firstUser ? LateSystem.HOISTED : LateSystem.KEPT, evidence);
    }

    private Fact<Truth> stripsReasoning() {
        if (!(of(Trial.TOOL_LOOP) instanceof Rendered.Text loop)) {
            return new Fact<>(Truth.UNKNOWN, notRendered(Trial.TOOL_LOOP));
        }
        if (!(of(Trial.NEXT_TURN) instanceof Rendered.Text next)) {
            return new Fact<>(Truth.UNKNOWN, notRendered(Trial.NEXT_TURN));
        }
        int inLoop = loop.prompt().indexOf(Trial.REASONING_MARK);
        int later = next.prompt().indexOf(Trial.REASONING_MARK);
        if (inLoop < 0 && later < 0) {
            return new Fact<>(Truth.NO, source + ": no reasoning is printed, not even inside a tool loop");
        }
        String evidence = source + ": the reasoning of a tool loop stood at " + shown(inLoop) + " while it ran, at "
                + shown(later) + " in the next user turn";
        return new Fact<>(later < 0 ? Truth.YES : Truth.NO, evidence);
    }

    private Fact<Truth> printsDate(LocalDate today) {
        if (!(of(Trial.TWO_TURNS) instanceof Rendered.Text text)) {
            return new Fact<>(Truth.UNKNOWN, notRendered(Trial.TWO_TURNS));
        }
        Optional<String> date = PrintedDate.find(text.prompt(), today);
        return date.isPresent()
                ? new Fact<>(Truth.YES, source + ": the prompt held " + date.get())
                : new Fact<>(Truth.NO, source + ": no date of today in the prompt");
    }

    private Rendered of(Trial trial) {
        return renderings.getOrDefault(trial, new Rendered.Nothing());
    }

    private String notRendered(Trial trial) {
        String name = trial.name().toLowerCase(Locale.ROOT).replace('_', ' ');
        return of(trial) instanceof Rendered.Refused refused
                ? source + ": the trial " + name + " was answered with " + refused.status() + ": "
                        + shortened(refused.message())
                : source + ": no answer to the trial " + name;
    }

    private static String shown(int at) {
        return at < 0 ? "no place" : Integer.toString(at);
    }

    private static String shortened(String message) {
        String line = message.replaceAll("\\s+", " ").strip();
        if (line.length() <= MESSAGE_HEAD_CHARS + MESSAGE_TAIL_CHARS) {
            return line;
        }
        // llama.cpp puts what the template said at the end.
        return line.substring(0, MESSAGE_HEAD_CHARS) + " ... " + line.substring(line.length() - MESSAGE_TAIL_CHARS);
    }
}
