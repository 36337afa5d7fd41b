package io.kvkeep.settle;

import io.kvkeep.config.Config;
import io.kvkeep.config.Mode;
import io.kvkeep.metrics.Metrics;
import io.kvkeep.plan.Rewrite;
import io.kvkeep.prompt.Prompt;
import io.kvkeep.reuse.PrefixChain;
import io.kvkeep.reuse.ReportedUsage;
import io.kvkeep.reuse.Stretches;
import io.kvkeep.settle.Proof.Read;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Counts what each prompt reused: as the engine reports it, and as the prompts before it show; and beside it what it would
 * have reused in the other form.
 */
public final class Settlement {
    private static final double BYTES_PER_TOKEN = 4;

    private final Metrics metrics;
    private final PrefillSpeeds speeds;
    private final Proof proof = new Proof();
    private final PrefixIndex sent = new PrefixIndex();
    private final PrefixIndex came = new PrefixIndex();
    /** What there would be, were all prompts rewritten; there from the first one on that was not. */
    private volatile @Nullable PrefixIndex rewritten;

    private volatile Mode mode = Mode.REWRITE;
    private volatile int holdoutPercent;

    /** Counts into these metrics. */
    public Settlement(Metrics metrics) {
        this.metrics = metrics;
        this.speeds = new PrefillSpeeds(metrics.proof());
    }

    /** Takes how conversations are sent from now on; what was gained until now is another story. */
    public void apply(Config config) {
        if (config.mode() != mode || config.holdoutPercent() != holdoutPercent) {
            mode = config.mode();
            holdoutPercent = config.holdoutPercent();
            proof.clear();
        }
    }

    /** Counts a prompt, and returns how much of it was there before. */
    public Reused settle(Answered answered) {
        Compared compared = compare(answered);
        ReportedUsage usage = answered.usage();
        String agent = answered.rewrite().profile().agent();
        String model = ModelName.of(answered.rewrite().prompt());
        speeds.add(answered, model);
        Read reported = reported(usage, agent, answered.engine(), model);
        double tokensPerByte = usage.promptTokens().isPresent() && compared.sent.bytes > 0
                ? (double) usage.promptTokens().getAsLong() / compared.sent.bytes
                : 1 / BYTES_PER_TOKEN;
        Read estimated = compared.sent.read(tokensPerByte);
        Read asItCame = compared.came.read(tokensPerByte);
        count(agent, answered.engine(), model, "estimated", estimated);
        metrics.promptTokensAsItCame(
                agent, answered.engine(), model, "reused", asItCame.tokens() - asItCame.readTokens());
        metrics.promptTokensAsItCame(agent, answered.engine(), model, "reprocessed", asItCame.readTokens());
        Part other = compared.ifRewritten;
        if (other == null) {
            gained(answered, agent, model, asItCame.readTokens() - estimated.readTokens());
        } else {
            Read read = other.read(tokensPerByte);
            observed(answered, agent, model, "as-it-came", estimated);
            observed(answered, agent, model, "if-rewritten", read);
            gained(answered, agent, model, estimated.readTokens() - read.readTokens());
        }
        if (holdoutPercent > 0 && mode == Mode.REWRITE) {
            proof.add(answered.group(), new Proof.Turn(reported, estimated, answered.firstTokenNanos()));
            compareGroups(answered, agent, reported, estimated);
        }
        return new Reused(
                compared.sent.bytes,
                compared.sent.reusedBytes,
                compared.came.reusedBytes,
                other == null ? OptionalInt.empty() : OptionalInt.of(other.reusedBytes));
    }

    /**
     * How much of a prompt was the start of an earlier one.
     *
     * @param promptBytes its length as it was sent
     * @param bytes how much of it as it was sent
     * @param cameBytes how much of it as it came
     * @param ifRewrittenBytes how much of it, had all been rewritten; empty if it was
     */
    public record Reused(int promptBytes, int bytes, int cameBytes, OptionalInt ifRewrittenBytes) {}

    /** Returns how many tokens of such a prompt the engine reads in a second by its own clock; empty if it never told. */
    public OptionalDouble speedByEngine(String engine, Prompt prompt) {
        return speeds.byEngine(engine, ModelName.of(prompt));
    }

    private @Nullable Read reported(ReportedUsage usage, String agent, String engine, String model) {
        if (usage.promptTokens().isEmpty()) {
            return null;
        }
        long tokens = usage.promptTokens().getAsLong();
        if (usage.cachedTokens().isEmpty()) {
            metrics.promptTokens(agent, engine, model, "reported", "unknown", (double) tokens);
            return null;
        }
        Read read =
                new Read(tokens, tokens - Math.min(tokens, usage.cachedTokens().getAsLong()));
        count(agent, engine, model, "reported", read);
        return read;
    }

    private void count(String agent, String engine, String model, String source, Read read) {
        metrics.promptTokens(agent, engine, model, source, "reused", read.tokens() - read.readTokens());
        metrics.promptTokens(agent, engine, model, source, "reprocessed", read.readTokens());
    }

    private void observed(Answered answered, String agent, String model, String form, Read read) {
        double reused = read.tokens() - read.readTokens();
        metrics.proof().observed(agent, answered.engine(), model, form, reused, read.readTokens());
    }

    private void gained(Answered answered, String agent, String model, double tokens) {
        OptionalDouble speed = speeds.of(answered.engine(), model);
        Double seconds = speed.isPresent() ? tokens / speed.getAsDouble() : null;
        proof.gained(answered.group(), tokens, seconds);
        if (seconds != null && answered.group() == Group.REWRITTEN) {
            metrics.proof().prefillSaved(agent, answered.engine(), seconds);
        }
    }

    private void compareGroups(Answered answered, String agent, @Nullable Read reported, Read estimated) {
        String group = answered.group().id();
        metrics.proof().turn(agent, group, answered.firstTokenNanos());
        if (reported != null) {
            double reused = reported.tokens() - reported.readTokens();
            metrics.proof().groupTokens(agent, group, "reported", reused, reported.readTokens());
        }
        double reused = estimated.tokens() - estimated.readTokens();
        metrics.proof().groupTokens(agent, group, "estimated", reused, estimated.readTokens());
    }

    /** Returns what rewriting gains, for the operator. */
    public Map<String, @Nullable Object> status() {
        Map<String, @Nullable Object> status = new LinkedHashMap<>();
        status.put("mode", mode.id());
        status.put("holdout", holdoutPercent + "%");
        status.put("groups", proof.groups());
        status.put("gained", proof.gained());
        status.put("wouldGain", proof.missed());
        status.put("prefill", speeds.status());
        return status;
    }

    /** Compares a prompt with all before it, in each form. */
    private Compared compare(Answered answered) {
        Rewrite rewrite = answered.rewrite();
        PrefixChain.Pair chains = PrefixChain.Pair.of(answered.stretches(), answered.scope());
        Part asSent = new Part(chains.sent().bytes(), sent.reusedBytes(chains.sent()));
        Part asItCame = new Part(chains.came().bytes(), came.reusedBytes(chains.came()));
        PrefixIndex all = rewritten;
        if (answered.group() == Group.REWRITTEN) {
            if (all != null) {
                all.reusedBytes(chains.sent());
            }
            return new Compared(asSent, asItCame, null);
        }
        if (all == null) {
            all = new PrefixIndex();
            rewritten = all;
        }
        Stretches.Pair planned = Stretches.Pair.of(rewrite.prompt(), rewrite.fingerprints(), rewrite.plan());
        PrefixChain ifRewritten = PrefixChain.Pair.of(planned, answered.scope()).sent();
        return new Compared(asSent, asItCame, new Part(ifRewritten.bytes(), all.reusedBytes(ifRewritten)));
    }

    /**
     * A prompt in its forms.
     *
     * @param ifRewritten missing if it was rewritten
     */
    private record Compared(Part sent, Part came, @Nullable Part ifRewritten) {}

    /**
     * A prompt in one form.
     *
     * @param bytes its length
     * @param reusedBytes how much of it was the start of an earlier one in this form
     */
    private record Part(int bytes, int reusedBytes) {
        Read read(double tokensPerByte) {
            return new Read(bytes * tokensPerByte, (bytes - reusedBytes) * tokensPerByte);
        }
    }
}
