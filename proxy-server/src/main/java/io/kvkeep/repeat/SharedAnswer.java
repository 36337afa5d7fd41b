package io.kvkeep.repeat;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An answer on its way, for all who asked for it. The engine's side puts it in on one event loop; each client takes it
 * out on its own, from the beginning, whenever it came.
 *
 * <p>All of it is held, as long as the budget for that reaches: then nobody waits for anybody, and the answer may be
 * kept. Beyond the budget only what somebody has still to take is held, nobody new is let in, and the engine waits for
 * the slowest client. A client that stands still while another waits for more is given up in the end.
 */
/* Over the usual length: what happens on several threads to one state has to be read in one place. */
public final class SharedAnswer {
    /** How far the slowest client may be behind once the budget is used up. */
    static final int WINDOW_BYTES = 256 << 10;

    /** After how long a client that takes nothing is given up if others wait for it. */
    static final long STANDSTILL_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final AnswerBudget budget;
    private final Consumer<SharedAnswer> whenOver;
    private final List<Follower> followers = new ArrayList<>();
    private final List<byte[]> parts = new ArrayList<>();
    private @Nullable Upstream upstream;
    private @Nullable AnswerHead head;
    private @Nullable HttpHeaders trailers;
    /** How many parts were let go from the head of the list. */
    private int gone;

    private long heldBytes;
    private boolean complete = true;
    private boolean paused;
    private boolean over;

    /**
     * @param budget for what it holds
     * @param whenOver told once, when the answer has ended or broken off, or everybody has left
     */
    SharedAnswer(AnswerBudget budget, Consumer<SharedAnswer> whenOver) {
        this.budget = budget;
        this.whenOver = whenOver;
    }

    /** The request to the engine whose answer this is. All calls come from any thread. */
    public interface Upstream {
        /** Says that there is room again. */
        void goOn();

        /** Says that nobody wants the answer any more. */
        void abandon();

        /** Has something done later. */
        void later(Runnable task, long nanos);
    }

    /** Says where the answer comes from; once, before anything comes. */
    public synchronized void from(Upstream request) {
        upstream = request;
    }

    // ---- the engine's side

    /** Takes the head. */
    public synchronized void head(AnswerHead came) {
        head = came;
    }

    /** Copies a part; the buffer stays as it is. */
    public synchronized void add(ByteBuf came) {
        if (over) {
            return;
        }
        byte[] part = new byte[came.readableBytes()];
        came.getBytes(came.readerIndex(), part);
        parts.add(part);
        long more = part.length + (long) KeptAnswer.BYTES_BESIDE_PART;
        heldBytes += more;
        if (!budget.hold(more)) {
            complete = false;
            letGo();
        }
        if (!complete && heldBytes > WINDOW_BYTES && !paused) {
            paused = true;
            watchStandstill();
        }
    }

    /** Tells whether the engine has to wait. */
    public synchronized boolean isPaused() {
        return paused;
    }

    /** Hands on what has come. */
    public void flush() {
        List<Follower> all;
        synchronized (this) {
            all = List.copyOf(followers);
        }
        all.forEach(follower -> follower.wake.run());
    }

    /** Ends the answer. */
    public void end(HttpHeaders came) {
        synchronized (this) {
            trailers = came;
        }
        finish();
    }

    /** Ends an answer of which something is missing. */
    public void breakOff() {
        finish();
    }

    private void finish() {
        synchronized (this) {
            if (over) {
                return;
            }
            over = true;
        }
        whenOver.accept(this);
        flush();
    }

    /** Returns the answer if it has come in whole, for keeping. */
    synchronized Optional<KeptAnswer> whole(long nowNanos) {
        AnswerHead came = head;
        HttpHeaders end = trailers;
        return over && complete && came != null && end != null && end.isEmpty()
                ? Optional.of(new KeptAnswer(came, List.copyOf(parts), nowNanos))
                : Optional.empty();
    }

    /** Says that somebody else counts the memory of what it holds from now on. */
    synchronized void handOver() {
        budget.release(heldBytes);
        heldBytes = 0;
        complete = true;
    }

    // ---- the clients' side

    /**
     * Lets a client in.
     *
     * @param wake called on the engine's event loop whenever more has come
     * @return empty if the beginning of the answer is gone, or nobody is left who wants it
     */
    synchronized Optional<Follower> follow(Runnable wake) {
        boolean endsInThisMoment = trailers != null && !followers.isEmpty();
        if (!complete || (over && !endsInThisMoment)) {
            return Optional.empty();
        }
        Follower follower = new Follower(wake, followers.isEmpty());
        followers.add(follower);
        return Optional.of(follower);
    }

    /** Drops what everybody has, unless all of it is to be held. */
    private void letGo() {
        if (complete) {
            return;
        }
        int taken = Integer.MAX_VALUE;
        for (Follower follower : followers) {
            taken = Math.min(taken, follower.taken);
        }
        int free = Math.min(taken - gone, parts.size());
        if (free <= 0) {
            return;
        }
        long bytes = 0;
        for (byte[] part : parts.subList(0, free)) {
            bytes += part.length + (long) KeptAnswer.BYTES_BESIDE_PART;
        }
        parts.subList(0, free).clear();
        gone += free;
        heldBytes -= bytes;
        budget.release(bytes);
    }

    /** Tells whether the engine may go on after something was let go. */
    private boolean resumes() {
        if (paused && heldBytes <= WINDOW_BYTES / 2) {
            paused = false;
            return true;
        }
        return false;
    }

    private void watchStandstill() {
        Upstream from = upstream;
        int before = gone;
        if (from != null) {
            from.later(() -> checkStandstill(before), STANDSTILL_NANOS);
        }
    }

    private void checkStandstill(int before) {
        boolean resumed;
        List<Follower> givenUp = new ArrayList<>();
        synchronized (this) {
            if (!paused || over) {
                return;
            }
            int end = gone + parts.size();
            if (gone == before && followers.stream().anyMatch(follower -> follower.taken == end)) {
                for (Follower follower : followers) {
                    if (follower.taken == gone) {
                        follower.givenUp = true;
                        givenUp.add(follower);
                    }
                }
                followers.removeAll(givenUp);
                handDown(givenUp);
                letGo();
            }
            resumed = resumes();
            if (!resumed) {
                watchStandstill();
            }
        }
        givenUp.forEach(follower -> follower.wake.run());
        tell(resumed);
    }

    /** One of those who stay stands for the request to the engine. */
    private void handDown(List<Follower> left) {
        for (Follower follower : left) {
            if (follower.standsForUpstream && !over && !followers.isEmpty()) {
                follower.standsForUpstream = false;
                followers.get(0).standsForUpstream = true;
            }
        }
    }

    private void tell(boolean resumed) {
        Upstream from = upstream;
        if (resumed && from != null) {
            from.goOn();
        }
    }

    /** One client of the answer. */
    final class Follower implements AnswerSource {
        private final Runnable wake;
        /** Whether the count of the request to the engine is the count of this client's request. */
        private boolean standsForUpstream;

        private int taken;
        private boolean tookHead;
        private boolean givenUp;
        private boolean left;

        private Follower(Runnable wake, boolean first) {
            this.wake = wake;
            this.standsForUpstream = first;
        }

        @Override
        public @Nullable Step next() {
            boolean resumed;
            byte[] part;
            synchronized (SharedAnswer.this) {
                AnswerHead came = head;
                if (left) {
                    return null;
                }
                if (givenUp) {
                    return new Broken();
                }
                if (came != null && !tookHead) {
                    tookHead = true;
                    return new Head(came);
                }
                if (taken == gone + parts.size()) {
                    return !over ? null : trailers == null ? new Broken() : new Ended(trailers);
                }
                part = parts.get(taken - gone);
                taken++;
                letGo();
                resumed = resumes();
            }
            tell(resumed);
            return new Part(part);
        }

        @Override
        public boolean leave() {
            boolean resumed;
            boolean abandoned = false;
            boolean counts;
            synchronized (SharedAnswer.this) {
                if (left) {
                    return false;
                }
                left = true;
                followers.remove(this);
                handDown(List.of(this));
                counts = !standsForUpstream;
                if (followers.isEmpty()) {
                    abandoned = !over;
                    over = true;
                    budget.release(heldBytes);
                    heldBytes = 0;
                    parts.clear();
                }
                letGo();
                resumed = resumes();
            }
            if (abandoned) {
                whenOver.accept(SharedAnswer.this);
                Upstream from = upstream;
                if (from != null) {
                    from.abandon();
                }
            } else {
                tell(resumed);
            }
            return counts;
        }
    }
}
