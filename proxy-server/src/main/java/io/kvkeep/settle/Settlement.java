package io.kvkeep.settle;

import io.kvkeep.metrics.Metrics;
import io.kvkeep.plan.Rewrite;
import io.kvkeep.reuse.PrefixChain;
import io.kvkeep.reuse.ReportedUsage;
import io.kvkeep.reuse.Stretches;

/** Counts what each prompt reused: as the engine reports it, and as the prompts before it show. */
public final class Settlement {
    private static final double BYTES_PER_TOKEN = 4;

    private final Metrics metrics;
    private final PrefixIndex sent = new PrefixIndex();
    private final PrefixIndex came = new PrefixIndex();

    /** Counts into these metrics. */
    public Settlement(Metrics metrics) {
        this.metrics = metrics;
    }

    /**
     * Counts a prompt whose answer has gone through.
     *
     * @param stretches the prompt as it came and as it was sent
     * @param scope a hash of tenant, engine and model
     * @param engine the engine's name
     * @param usage what the engine says of the prompt
     * @return how much of it was there before
     */
    public Reused settle(Rewrite rewrite, Stretches.Pair stretches, long scope, String engine, ReportedUsage usage) {
        Sent prompt = compare(rewrite, stretches, scope);
        settle(prompt, engine, usage);
        return new Reused(prompt.bytes, prompt.reusedBytes, prompt.cameReusedBytes);
    }

    /**
     * How much of a prompt was the start of an earlier one.
     *
     * @param promptBytes its length as it was sent
     * @param bytes how much of it as it was sent
     * @param cameBytes how much of it as it came
     */
    public record Reused(int promptBytes, int bytes, int cameBytes) {}

    /** Compares a prompt with all before it, as it came and as it was sent. */
    private Sent compare(Rewrite rewrite, Stretches.Pair stretches, long scope) {
        PrefixChain.Pair chains = PrefixChain.Pair.of(stretches, scope);
        return new Sent(
                rewrite.profile().agent(),
                ModelName.of(rewrite.prompt()),
                chains.sent().bytes(),
                sent.reusedBytes(chains.sent()),
                chains.came().bytes(),
                came.reusedBytes(chains.came()));
    }

    private void settle(Sent prompt, String engine, ReportedUsage usage) {
        if (usage.promptTokens().isPresent()) {
            long tokens = usage.promptTokens().getAsLong();
            if (usage.cachedTokens().isPresent()) {
                long cached = Math.min(tokens, usage.cachedTokens().getAsLong());
                count(prompt, engine, "reported", "reused", (double) cached);
                count(prompt, engine, "reported", "reprocessed", (double) (tokens - cached));
            } else {
                count(prompt, engine, "reported", "unknown", (double) tokens);
            }
        }
        double tokensPerByte = usage.promptTokens().isPresent() && prompt.bytes > 0
                ? (double) usage.promptTokens().getAsLong() / prompt.bytes
                : 1 / BYTES_PER_TOKEN;
        count(prompt, engine, "estimated", "reused", prompt.reusedBytes * tokensPerByte);
        count(prompt, engine, "estimated", "reprocessed", (prompt.bytes - prompt.reusedBytes) * tokensPerByte);
        double cameReused = prompt.cameReusedBytes * tokensPerByte;
        double cameReprocessed = (prompt.cameBytes - prompt.cameReusedBytes) * tokensPerByte;
        metrics.promptTokensAsItCame(prompt.agent, engine, prompt.model, "reused", cameReused);
        metrics.promptTokensAsItCame(prompt.agent, engine, prompt.model, "reprocessed", cameReprocessed);
    }

    private void count(Sent prompt, String engine, String source, String reuse, double tokens) {
        metrics.promptTokens(prompt.agent, engine, prompt.model, source, reuse, tokens);
    }

    /**
     * How much of a prompt was there before.
     *
     * @param bytes its length as it was sent
     * @param reusedBytes how much of that was the start of an earlier prompt as sent
     * @param cameBytes its length as it came
     * @param cameReusedBytes how much of that was the start of an earlier prompt as it came
     */
    private record Sent(String agent, String model, int bytes, int reusedBytes, int cameBytes, int cameReusedBytes) {}
}
