package io.kvkeep.config;

import java.time.Duration;

/**
 * Bounds on sizes and times.
 *
 * @param rewriteBodyBytes the largest body that is read into memory; larger ones pass through unread
 * @param headBytes the most that a request line and its headers may take
 * @param idleTimeout how long a client may keep a connection open without a request
 * @param uploadTimeout how long a client may pause in the middle of a request
 * @param answerTimeout how long an engine may be silent; prompts of minutes are usual
 * @param drainTimeout how long running answers may take after SIGTERM
 */
public record Limits(
        int rewriteBodyBytes,
        int headBytes,
        Duration idleTimeout,
        Duration uploadTimeout,
        Duration answerTimeout,
        Duration drainTimeout) {

    /** 64 MiB, 128 KiB, 5 minutes, 2 minutes, 1 hour, 30 seconds. */
    public static final Limits DEFAULT = new Limits(
            64 << 20,
            128 << 10,
            Duration.ofMinutes(5),
            Duration.ofMinutes(2),
            Duration.ofHours(1),
            Duration.ofSeconds(30));
}
