package io.kvkeep.explain;

import io.kvkeep.explain.Held.Entry;
import io.kvkeep.explain.Held.Match;
import io.kvkeep.plan.Plan;
import io.kvkeep.plan.Reason;
import io.kvkeep.plan.Rewrite;
import io.kvkeep.reuse.ReportedUsage;
import io.kvkeep.reuse.Stretches;
import io.kvkeep.section.Stability;
import java.util.Optional;

/**
 * Explains the prompts that go to one engine with one model, one after the other.
 *
 * <p>It keeps the outlines of the last ones: at most 64 conversations, and no text. For any thread.
 */
public final class Explainer {
    private static final double BYTES_PER_TOKEN = 4;

    private final Outliner outliner;
    private final Held sent = new Held();
    private final Held came = new Held();

    /** Starts with nothing known; many explainers may share an outliner. */
    public Explainer(Outliner outliner) {
        this.outliner = outliner;
    }

    /**
     * A prompt and what is known of it once its answer is there.
     *
     * @param rewrite what the core made of it
     * @param plan the edits that were applied
     * @param prompt as it came and as these edits make it
     * @param lane the id of its lane; 0 if the ledger holds none
     * @param sentMillis when it was sent, in milliseconds since 1970
     * @param usage what the engine says of it
     * @param number what it is to be known by when later prompts part from it; 0 if by nothing
     */
    public record Told(
            Rewrite rewrite,
            Plan plan,
            Stretches.Pair prompt,
            long lane,
            long sentMillis,
            ReportedUsage usage,
            long number) {
        /** A prompt that need not be found again. */
        public Told(
                Rewrite rewrite, Plan plan, Stretches.Pair prompt, long lane, long sentMillis, ReportedUsage usage) {
            this(rewrite, plan, prompt, lane, sentMillis, usage, 0);
        }
    }

    /**
     * Explains a prompt, and remembers it.
     *
     * @param sentReusedBytes how much of the prompt as sent was the start of an earlier one, at least
     * @param cameReusedBytes the same of the prompt as it came
     */
    public synchronized Explanation explain(Told told, EngineState engine, int sentReusedBytes, int cameReusedBytes) {
        Outline.Pair now = outliner.of(
                told.rewrite(),
                told.plan(),
                told.prompt(),
                engine.capabilities().toolsPlace());
        Optional<Match> best = sent.best(now.sent(), told.lane());
        Optional<Match> bestAsItCame = came.best(now.came(), told.lane());
        long read = told.usage().promptTokens().orElse(Math.round(now.sent().bytes() / BYTES_PER_TOKEN));
        double tokensPerByte = (double) read / Math.max(1, now.sent().bytes());
        long predicted = predicted(now.sent(), best, sentReusedBytes, tokensPerByte, read);
        Optional<Parting> partsAsItCame = Parting.of(now.came(), bestAsItCame);
        Optional<Break> brokenAsItCame =
                partsAsItCame.map(parting -> broken(told, now.came(), parting, cameReusedBytes, tokensPerByte));
        Optional<Break> brokenAsSent = Parting.of(now.sent(), best)
                .map(parting -> own(parting, told, partsAsItCame.isEmpty()))
                .map(parting -> broken(told, now.sent(), parting, sentReusedBytes, tokensPerByte));
        Optional<Break> byEngine = Shortfall.of(now.sent(), best, predicted, told.sentMillis(), engine, told.usage())
                .map(fall -> new Break(
                        fall.cause(),
                        now.sent().agent(),
                        fall.subject(),
                        (int) Math.min(now.sent().bytes(), fall.tokens() / tokensPerByte),
                        fall.tokens(),
                        false));
        long tokens = told.usage().promptTokens().orElse(-1);
        sent.add(new Entry(now.sent(), told.lane(), told.number(), told.sentMillis(), tokens), best);
        came.add(new Entry(now.came(), told.lane(), told.number(), told.sentMillis(), tokens), bestAsItCame);
        long cameTokens = Math.round(Math.max(held(now.came(), bestAsItCame), cameReusedBytes) * tokensPerByte);
        return new Explanation(
                brokenAsSent,
                brokenAsItCame,
                byEngine,
                sides(now.sent(), best, brokenAsSent),
                sides(now.came(), bestAsItCame, brokenAsItCame),
                read,
                Math.round(now.came().bytes() * tokensPerByte),
                predicted,
                cameTokens);
    }

    /** What goes on from an answer that came back in another form has no other side: the ledger alone has the answer. */
    private static Optional<Sides> sides(Outline now, Optional<Match> best, Optional<Break> found) {
        return best.filter(match -> found.isPresent() && match.kin() && !match.isWhole())
                .map(match -> Sides.of(match.entry().number(), match.entry().outline(), now, match.common()));
    }

    /**
     * Names what is no doing of the agent: a lane that starts afresh, a mark that keeps a new lane apart, and a prompt
     * that went on as it came and does not as sent, which should not be.
     */
    private static Parting own(Parting parting, Told told, boolean wentOnAsItCame) {
        boolean changes = switch (parting.cause()) {
            case SECTION_CHANGED, TOOLS_CHANGED, HISTORY_REWRITTEN, ANSWER_RESERIALISED -> true;
            default -> false;
        };
        if (!changes) {
            return parting;
        }
        boolean marks = told.plan().edits().stream().anyMatch(edit -> edit.reason() == Reason.MARK_LANE);
        if (parting.cause() == Cause.SECTION_CHANGED && parting.part() == 0 && marks) {
            return new Parting(Cause.NEW_SESSION, 0, "lane mark");
        }
        if (told.rewrite().rebased() && !told.plan().isEmpty()) {
            return new Parting(Cause.REBASED, parting.part(), parting.subject());
        }
        return wentOnAsItCame ? new Parting(Cause.UNKNOWN, parting.part(), parting.subject()) : parting;
    }

    /** Where a part differs only at its end, the blocks before that are not behind the break. */
    private static Break broken(Told told, Outline now, Parting parting, int reusedBytes, double tokensPerByte) {
        int before = Math.max(now.bytes(parting.part()), Math.min(reusedBytes, now.bytes()));
        int behind = now.bytes() - before;
        boolean ruled = parting.cause() == Cause.SECTION_CHANGED && isRuled(told.rewrite(), parting.subject());
        return new Break(
                parting.cause(), now.agent(), parting.subject(), behind, Math.round(behind * tokensPerByte), ruled);
    }

    /** A section that is gone is known by the profile's own rules alone. */
    private static boolean isRuled(Rewrite rewrite, String section) {
        return rewrite.profile().rules().sections().stream()
                        .anyMatch(rule -> rule.name().equals(section) && rule.stability() == Stability.VOLATILE)
                || rewrite.systemTexts().stream()
                        .flatMap(text -> text.cut().sections().stream())
                        .anyMatch(one -> one.name().equals(section) && one.stability() == Stability.VOLATILE);
    }

    private static int held(Outline now, Optional<Match> best) {
        return best.map(match -> now.bytes(match.common())).orElse(0);
    }

    /** What the engine counted in the prompt before tells more than any ratio of tokens to bytes. */
    private static long predicted(Outline now, Optional<Match> best, int reusedBytes, double tokensPerByte, long read) {
        boolean counted =
                best.isPresent() && best.get().isWhole() && best.get().entry().promptTokens() >= 0;
        long tokens = counted
                ? best.get().entry().promptTokens()
                : Math.round(Math.max(held(now, best), reusedBytes) * tokensPerByte);
        return Math.min(tokens, read);
    }
}
