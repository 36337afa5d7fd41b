package io.kvkeep.replay;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What was counted of one agent.
 *
 * <p>Models of engines count bytes; they become tokens by what the engine said of the same prompts when they were
 * recorded, or else by four bytes to a token.
 */
final class Totals {
    private static final double BYTES_PER_TOKEN = 4;
    /** An engine that counts fewer tokens than this share of what the bytes let expect has cut the prompt. */
    private static final double CUT_SHARE = 0.5;
    /** A prompt of which less was read tells nothing of the speed. */
    private static final long SPEED_TOKENS = 256;

    /** Whether policies were counted in tokens. */
    private final boolean exact;

    private final Map<String, Reading> byPolicy = new LinkedHashMap<>();
    private long prompts;
    private long toldBytes;
    private long toldTokens;
    private long toldPrompts;
    private long toldSent;
    private long toldCached;
    private long speedTokens;
    private long speedMillis;

    /** Starts with nothing; what models of engines add to it is in bytes unless it is exact. */
    Totals(boolean exact) {
        this.exact = exact;
    }

    /** What was sent, and what of it was read, under one policy; in bytes, or in tokens if a real engine counted them. */
    static final class Reading {
        private double sent;
        private double read;

        void add(double size, double reused) {
            sent += size;
            read += size - reused;
        }
    }

    Reading of(String policy) {
        return byPolicy.computeIfAbsent(policy, missing -> new Reading());
    }

    void prompt() {
        prompts++;
    }

    /**
     * Adds what the engine said when a prompt was recorded.
     *
     * @param cachedTokens -1 if it did not say
     */
    void told(int bytes, long tokens, long cachedTokens, long firstTokenMillis) {
        if (tokens < CUT_SHARE * bytes / BYTES_PER_TOKEN) {
            return;
        }
        toldBytes += bytes;
        toldTokens += tokens;
        if (cachedTokens >= 0) {
            long read = tokens - Math.min(tokens, cachedTokens);
            toldPrompts++;
            toldSent += tokens;
            toldCached += tokens - read;
            if (read >= SPEED_TOKENS && firstTokenMillis > 0) {
                speedTokens += read;
                speedMillis += firstTokenMillis;
            }
        }
    }

    void add(Totals other) {
        prompts += other.prompts;
        toldBytes += other.toldBytes;
        toldTokens += other.toldTokens;
        toldPrompts += other.toldPrompts;
        toldSent += other.toldSent;
        toldCached += other.toldCached;
        speedTokens += other.speedTokens;
        speedMillis += other.speedMillis;
        other.byPolicy.forEach((policy, reading) -> {
            double perByte = other.tokensPerByte();
            of(policy).sent += reading.sent * perByte;
            of(policy).read += reading.read * perByte;
        });
    }

    /** Makes the sum of several, which is in tokens. */
    static Totals sum(Iterable<Totals> all) {
        Totals sum = new Totals(true);
        all.forEach(sum::add);
        return sum;
    }

    private double tokensPerByte() {
        if (exact) {
            return 1;
        }
        return toldBytes > 0 ? (double) toldTokens / toldBytes : 1 / BYTES_PER_TOKEN;
    }

    long prompts() {
        return prompts;
    }

    Map<String, Reading> byPolicy() {
        return byPolicy;
    }

    long sentTokens(String policy) {
        return Math.round(of(policy).sent * tokensPerByte());
    }

    long readTokens(String policy) {
        return Math.round(of(policy).read * tokensPerByte());
    }

    /** Returns how many of the prompts the engine told cached tokens of when they were recorded. */
    long toldPrompts() {
        return toldPrompts;
    }

    long toldSentTokens() {
        return toldSent;
    }

    long toldReadTokens() {
        return toldSent - toldCached;
    }

    /** Returns how many tokens the engine read in a second when the recording was made; 0 if it does not tell. */
    long tokensPerSecond() {
        return speedMillis == 0 ? 0 : speedTokens * 1_000 / speedMillis;
    }
}
