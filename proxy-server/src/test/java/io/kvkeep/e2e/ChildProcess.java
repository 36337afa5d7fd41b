package io.kvkeep.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A server process that lives no longer than the test that started it. */
final class ChildProcess implements AutoCloseable {
    private static final long POLL_MILLIS = 20;
    private static final long STOP_SECONDS = 10;

    private final Process process;
    private final Path log;
    private final Thread stopAtExit;

    private ChildProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
        // A test run that is interrupted closes nothing, and would leave its servers behind.
        this.stopAtExit = new Thread(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(stopAtExit);
    }

    static ChildProcess start(List<String> command) {
        try {
            Path log = Files.createTempFile("kvkeep-e2e-", ".log");
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            return new ChildProcess(process, log);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + command, e);
        }
    }

    /** A port that was free a moment ago. */
    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException("no free port", e);
        }
    }

    /** Returns once the condition holds; fails when the deadline passes before that. */
    void await(String what, Duration limit, BooleanSupplier condition) {
        if (!comesTrue(limit, condition)) {
            throw new AssertionError("after " + limit.toSeconds() + " s still not: " + what + log());
        }
    }

    /** Whether the condition holds before the deadline; fails when the process ends. */
    boolean comesTrue(Duration limit, BooleanSupplier condition) {
        long deadlineNanos = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadlineNanos) {
                return false;
            }
            if (endsWithin(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
                throw new AssertionError("the process ended with " + process.exitValue() + log());
            }
        }
        return true;
    }

    private boolean endsWithin(long time, TimeUnit unit) {
        try {
            return process.waitFor(time, unit);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    private String log() {
        try {
            String text = Files.readString(log, StandardCharsets.UTF_8);
            return "; its output:\n" + text.substring(Math.max(0, text.length() - 4_000));
        } catch (IOException e) {
            return "; its output cannot be read: " + e;
        }
    }

    /** Ends the process without giving it a chance to say farewell, as {@code kill -9} does. */
    void kill() {
        process.destroyForcibly();
        if (!endsWithin(STOP_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("the process outlives its killing" + log());
        }
    }

    @Override
    public void close() {
        process.destroy();
        if (!endsWithin(STOP_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
        Runtime.getRuntime().removeShutdownHook(stopAtExit);
        try {
            Files.deleteIfExists(log);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + log, e);
        }
    }
}
