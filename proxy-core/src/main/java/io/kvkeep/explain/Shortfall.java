package io.kvkeep.explain;

import io.kvkeep.explain.Held.Entry;
import io.kvkeep.explain.Held.Match;
import io.kvkeep.reuse.ReportedUsage;
import io.kvkeep.template.Truth;
import java.util.Optional;

/**
 * Why an engine reused less than the prompts show: what it reports against what it should hold.
 *
 * @param cause why
 * @param subject where it happens, as far as that can be told
 * @param tokens how many fewer tokens it reused or read
 */
record Shortfall(Cause cause, String subject, long tokens) {
    /** Engines keep whole blocks, and templates add tokens that no part shows. */
    private static final long TOLERANCE_TOKENS = 256;

    private static final double TOLERANCE = 0.1;
    /** What stands before a date at the head of a system text. */
    private static final long HEAD_TOKENS = 256;

    private static final long MILLIS_PER_DAY = 86_400_000;
    /** No text has so few tokens for its bytes. */
    private static final int MOST_BYTES_PER_TOKEN = 16;

    private static final int LEAST_BYTES = 16 << 10;

    /**
     * Compares.
     *
     * @param predicted how many tokens the engine should hold
     */
    static Optional<Shortfall> of(
            Outline now,
            Optional<Match> best,
            long predicted,
            long nowMillis,
            EngineState engine,
            ReportedUsage usage) {
        if (usage.promptTokens().isEmpty()) {
            return Optional.empty();
        }
        long read = usage.promptTokens().getAsLong();
        Optional<Shortfall> truncated = truncated(now, best, read, engine);
        if (truncated.isPresent() || usage.cachedTokens().isEmpty() || best.isEmpty()) {
            return truncated;
        }
        long cached = usage.cachedTokens().getAsLong();
        long missing = Math.min(predicted, read) - cached;
        if (missing <= Math.max(TOLERANCE_TOKENS, (long) (TOLERANCE * predicted))) {
            return Optional.empty();
        }
        Match match = best.get();
        if (engine.backSinceMillis() > match.entry().timeMillis()) {
            return Optional.of(new Shortfall(Cause.RESTARTED, "", missing));
        }
        Optional<Shortfall> stripped = stripped(now, match, read, cached, missing, engine);
        if (stripped.isPresent()) {
            return stripped;
        }
        if (isDate(match.entry(), cached, nowMillis, engine)) {
            return Optional.of(new Shortfall(Cause.TEMPLATE_DATE, "", missing));
        }
        Optional<Shortfall> repeated = engine.hasSlots() ? repeated(now, match, cached, missing) : Optional.empty();
        if (repeated.isPresent()) {
            return repeated;
        }
        Optional<Entry> other = engine.hasSlots() ? match.since().stream().findFirst() : Optional.empty();
        if (other.isPresent()) {
            boolean side =
                    match.since().stream().allMatch(entry -> entry.outline().side());
            String agent = other.get().outline().agent();
            return Optional.of(new Shortfall(side ? Cause.SIDE_REQUEST : Cause.OTHER_SLOT, agent, missing));
        }
        return Optional.of(new Shortfall(Cause.EVICTED, "", missing));
    }

    /** A prompt that goes on inside a tool loop can only have grown. */
    private static Optional<Shortfall> truncated(Outline now, Optional<Match> best, long read, EngineState engine) {
        long text = 0;
        for (Part part : now.parts()) {
            // A template may know no tools, and an image has few tokens for its bytes.
            text += part.kind() == Part.Kind.TOOL || part.media() ? 0 : part.bytes();
        }
        if (text > LEAST_BYTES && read * MOST_BYTES_PER_TOKEN < text) {
            return Optional.of(new Shortfall(Cause.TRUNCATED, "", text / 4 - read));
        }
        if (best.isPresent() && best.get().isWhole()) {
            Match match = best.get();
            long before = match.entry().promptTokens();
            boolean mayShrink = engine.capabilities().stripsReasoning() != Truth.NO && now.lastUser() >= match.common();
            if (!mayShrink && before - read > Math.max(TOLERANCE_TOKENS, (long) (TOLERANCE * before))) {
                return Optional.of(new Shortfall(Cause.TRUNCATED, "", before - read));
            }
        }
        return Optional.empty();
    }

    /** The template prints the answers of a tool loop without their reasoning once a user speaks behind it. */
    private static Optional<Shortfall> stripped(
            Outline now, Match match, long read, long cached, long missing, EngineState engine) {
        Outline old = match.entry().outline();
        boolean loopEnded = match.isWhole() && now.lastUser() >= match.common();
        if (engine.capabilities().stripsReasoning() != Truth.YES || !loopEnded) {
            return Optional.empty();
        }
        int first = Math.max(0, old.lastUser());
        while (first < now.parts().size() && !now.parts().get(first).isAnswer()) {
            first++;
        }
        double tokensPerByte = (double) read / Math.max(1, now.bytes());
        long start = (long) (now.bytes(first) * tokensPerByte);
        boolean reaches = cached >= (1 - 2 * TOLERANCE) * start - TOLERANCE_TOKENS;
        return first < now.parts().size() && reaches
                ? Optional.of(new Shortfall(Cause.REASONING_STRIPPED, Parting.message(now, first), missing))
                : Optional.empty();
    }

    /** A shorter start of the same conversation that was sent again cut the slot back to itself. */
    private static Optional<Shortfall> repeated(Outline now, Match match, long cached, long missing) {
        for (Entry later : match.since()) {
            int parts = later.outline().parts().size();
            boolean start = later.outline().tenant() == now.tenant()
                    && parts < match.common()
                    && now.common(later.outline()) == parts;
            if (start && cached >= (1 - TOLERANCE) * later.promptTokens() - TOLERANCE_TOKENS) {
                return Optional.of(new Shortfall(Cause.HISTORY_REWRITTEN, Parting.message(now, parts), missing));
            }
        }
        return Optional.empty();
    }

    /** The engine's time zone is not known: a day may have ended between two prompts twelve hours around midnight. */
    private static boolean isDate(Entry before, long cached, long nowMillis, EngineState engine) {
        long apart = nowMillis - before.timeMillis();
        boolean dayMayDiffer = apart > 0
                && (engine.printsDate() == Truth.YES
                        || nowMillis / MILLIS_PER_DAY != before.timeMillis() / MILLIS_PER_DAY);
        return engine.printsDate() != Truth.NO && dayMayDiffer && cached > 0 && cached <= HEAD_TOKENS;
    }
}
