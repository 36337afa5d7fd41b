package io.kvkeep.traffic;

import io.kvkeep.live.LiveKvkeep;
import io.kvkeep.turns.Turn;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Prompts that were sent to one engine.
 *
 * @param source where they are known from, such as {@code the last 12 prompts of the running kvkeep}
 * @param sent the oldest first
 * @param refused how many requests more were answered with a status of 400 to 499
 * @param changes what of their system texts changed
 */
public record Traffic(String source, List<Sent> sent, long refused, Changes changes) {
    /** Nothing is known of any. */
    public static final Traffic NONE = new Traffic("", List.of(), 0, Changes.NONE);

    private static final double BYTES_PER_TOKEN = 4;
    /** An engine that reads fewer tokens than this share of what the bytes let expect has cut the prompt. */
    private static final double CUT_SHARE = 0.5;

    /** Copies the list. */
    public Traffic {
        sent = List.copyOf(sent);
    }

    /** Takes the turns of a running kvkeep that went to this engine. */
    public static Traffic of(LiveKvkeep live, String engine) {
        List<Sent> sent = new ArrayList<>();
        for (Turn turn : live.turns()) {
            if (turn.engine().equals(engine)) {
                Long cached = turn.cachedTokens();
                sent.add(new Sent(
                        turn.agent(),
                        turn.model(),
                        turn.tenant() + '/' + turn.lane(),
                        turn.lane() == 0 || turn.sideRequest() != null,
                        turn.timeMillis(),
                        turn.promptBytes(),
                        turn.promptTokensReported() ? turn.promptTokens() : -1,
                        cached == null ? -1 : cached,
                        turn.predictedTokens()));
            }
        }
        return new Traffic(
                "the last " + sent.size() + " prompts of the running kvkeep",
                sent,
                live.refused(),
                Changes.of(live, engine));
    }

    /**
     * One prompt.
     *
     * @param lane its thread of conversation
     * @param aside whether it is a side request, or of no lane
     * @param readTokens how many tokens the engine says that it had; -1 if it does not
     * @param cachedTokens how many of them it had already; -1 if it does not say
     * @param predictedTokens how many of them it should have had
     */
    public record Sent(
            String agent,
            String model,
            String lane,
            boolean aside,
            long timeMillis,
            int bytes,
            long readTokens,
            long cachedTokens,
            long predictedTokens) {

        private boolean isCut(double tokensPerByte) {
            return readTokens >= 0 && readTokens < CUT_SHARE * bytes * tokensPerByte;
        }
    }

    /** Tells whether the engine has read far less than it was sent. */
    public boolean isCut(Sent one) {
        return one.isCut(tokensPerByte(one.model));
    }

    /** Returns a prompt's size in tokens: as the engine says, unless that is a part of it. */
    public long tokens(Sent one) {
        return one.readTokens >= 0 && !isCut(one) ? one.readTokens : Math.round(one.bytes * tokensPerByte(one.model));
    }

    /** As the engine counts where it reads prompts whole, else as usual. */
    private double tokensPerByte(String model) {
        long tokens = 0;
        long bytes = 0;
        for (Sent one : sent) {
            if (one.model.equals(model) && one.readTokens >= 0 && !one.isCut(1 / BYTES_PER_TOKEN)) {
                tokens += one.readTokens;
                bytes += one.bytes;
            }
        }
        return bytes == 0 ? 1 / BYTES_PER_TOKEN : (double) tokens / bytes;
    }

    /** Returns the largest prompt of each model, by its name. */
    public Map<String, Sent> largest() {
        Map<String, Sent> largest = new LinkedHashMap<>();
        for (Sent one : sent) {
            largest.merge(one.model, one, (old, now) -> tokens(now) > tokens(old) ? now : old);
        }
        return largest;
    }

    /** Returns the newest prompt. */
    public Optional<Sent> newest() {
        return sent.stream().max(Comparator.comparingLong(Sent::timeMillis));
    }

    /** Returns the agents whose conversations went on while another one's did, and how many did so at once. */
    public AtOnce atOnce() {
        Map<String, long[]> spans = new LinkedHashMap<>();
        Map<String, String> agents = new LinkedHashMap<>();
        for (Sent one : sent) {
            if (!one.aside) {
                long[] span = spans.computeIfAbsent(one.lane, lane -> new long[] {one.timeMillis, one.timeMillis});
                span[0] = Math.min(span[0], one.timeMillis);
                span[1] = Math.max(span[1], one.timeMillis);
                agents.put(one.lane, one.agent);
            }
        }
        int most = 0;
        TreeSet<String> names = new TreeSet<>();
        for (long[] at : spans.values()) {
            List<String> open = spans.entrySet().stream()
                    .filter(span -> span.getValue()[0] <= at[0] && at[0] <= span.getValue()[1])
                    .map(Map.Entry::getKey)
                    .toList();
            most = Math.max(most, open.size());
            if (open.size() > 1) {
                open.forEach(lane -> names.add(agents.getOrDefault(lane, "")));
            }
        }
        return new AtOnce(most, List.copyOf(names));
    }

    /**
     * Conversations that take turns.
     *
     * @param conversations how many at most
     * @param agents whose they are; empty if only one went on at a time
     */
    public record AtOnce(int conversations, List<String> agents) {}
}
