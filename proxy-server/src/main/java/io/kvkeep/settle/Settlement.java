package io.kvkeep.settle;

import io.kvkeep.metrics.Metrics;
import io.kvkeep.plan.Rewrite;
import io.kvkeep.reuse.PrefixChain;
import io.kvkeep.reuse.ReportedUsage;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts what each prompt reused, once its answer has gone through, on a thread of its own: no stream waits for it.
 * Prompts are counted in the order in which their answers ended.
 */
public final class Settlement implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Settlement.class);
    private static final int MAX_WAITING = 1_000;
    private static final double BYTES_PER_TOKEN = 4;

    private final Metrics metrics;
    private final PrefixIndex sent = new PrefixIndex();
    private final PrefixIndex came = new PrefixIndex();
    private final ThreadPoolExecutor thread =
            new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MAX_WAITING), task -> {
                Thread settling = new Thread(task, "kvkeep-settle");
                settling.setDaemon(true);
                return settling;
            });

    /** Counts into these metrics. */
    public Settlement(Metrics metrics) {
        this.metrics = metrics;
    }

    /** Counts one prompt soon; if too many wait, it is left out and that is counted. */
    public void settle(Fact fact) {
        try {
            thread.execute(() -> count(fact));
        } catch (RejectedExecutionException e) {
            metrics.settlementDropped();
        }
    }

    private void count(Fact fact) {
        try {
            ReportedUsage usage = ReportedUsage.read(fact.answerTail);
            Rewrite rewrite = fact.rewrite;
            PrefixChain cameChain = PrefixChain.asItCame(rewrite.prompt(), fact.scope);
            PrefixChain sentChain = fact.edited
                    ? PrefixChain.asSent(rewrite.prompt(), rewrite.plan(), rewrite.body(), fact.scope)
                    : cameChain;
            double tokensPerByte = usage.promptTokens().isPresent() && sentChain.bytes() > 0
                    ? (double) usage.promptTokens().getAsLong() / sentChain.bytes()
                    : 1 / BYTES_PER_TOKEN;
            report(fact, usage);
            estimate(fact, sentChain, cameChain, tokensPerByte);
        } catch (RuntimeException e) {
            LOG.warn("reuse of one prompt was not counted", e);
        }
    }

    private void report(Fact fact, ReportedUsage usage) {
        if (usage.promptTokens().isEmpty()) {
            return;
        }
        long prompt = usage.promptTokens().getAsLong();
        if (usage.cachedTokens().isEmpty()) {
            sent(fact, "reported", "unknown", (double) prompt);
        } else {
            long cached = Math.min(prompt, usage.cachedTokens().getAsLong());
            sent(fact, "reported", "reused", (double) cached);
            sent(fact, "reported", "reprocessed", (double) (prompt - cached));
        }
    }

    private void estimate(Fact fact, PrefixChain sentChain, PrefixChain cameChain, double tokensPerByte) {
        int sentReused = sent.reusedBytes(sentChain);
        sent(fact, "estimated", "reused", sentReused * tokensPerByte);
        sent(fact, "estimated", "reprocessed", (sentChain.bytes() - sentReused) * tokensPerByte);
        int cameReused = came.reusedBytes(cameChain);
        came(fact, "reused", cameReused * tokensPerByte);
        came(fact, "reprocessed", (cameChain.bytes() - cameReused) * tokensPerByte);
    }

    private void sent(Fact fact, String source, String reuse, double tokens) {
        metrics.promptTokens(fact.rewrite.profile().agent(), fact.engine, fact.model(), source, reuse, tokens);
    }

    private void came(Fact fact, String reuse, double tokens) {
        metrics.promptTokensAsItCame(fact.rewrite.profile().agent(), fact.engine, fact.model(), reuse, tokens);
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }

    /**
     * What is left of an exchange when its answer has gone through.
     *
     * @param rewrite the request after the core
     * @param edited whether it was sent in its new form
     * @param scope a hash of tenant, engine and model
     * @param engine the engine's name
     * @param answerTail the last bytes of the answer
     */
    @SuppressWarnings("ArrayRecordComponent") // made once, read once
    public record Fact(Rewrite rewrite, boolean edited, long scope, String engine, byte[] answerTail) {
        String model() {
            return rewrite.prompt().model().orElse("unknown");
        }
    }
}
