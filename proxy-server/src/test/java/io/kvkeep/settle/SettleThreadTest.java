package io.kvkeep.settle;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class SettleThreadTest {
    private static final int WAITING = 64;

    private final List<Integer> done = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch mayEnd = new CountDownLatch(1);

    @Test
    void worksInOrderAndOnAThreadOfItsOwnAndEndsWithAllDone() {
        List<String> threads = Collections.synchronizedList(new ArrayList<>());
        try (SettleThread settling = new SettleThread()) {
            for (int i = 0; i < WAITING; i++) {
                int number = i;
                settling.later(() -> {
                    done.add(number);
                    threads.add(Thread.currentThread().getName());
                });
            }
        }
        assertThat(done).isEqualTo(IntStream.range(0, WAITING).boxed().toList());
        assertThat(threads).containsOnly("kvkeep-settle");
    }

    @Test
    void aCallerBeyondSixtyFourWaitingDoesItsWorkItself() throws InterruptedException {
        try (SettleThread settling = new SettleThread()) {
            hold(settling);
            for (int i = 0; i <= WAITING; i++) {
                int number = i;
                settling.later(() -> done.add(number));
            }
            assertThat(done).containsExactly(WAITING);
            mayEnd.countDown();
        }
        assertThat(done).hasSize(WAITING + 1);
    }

    @Test
    void whatComesWithinTenMillisecondsIsDoneTogetherAndNotAtOnce() {
        List<Runnable> scheduled = new ArrayList<>();
        List<Long> afterMillis = new ArrayList<>();
        ScheduledThreadPoolExecutor byHand = new ScheduledThreadPoolExecutor(1) {
            @Override
            public ScheduledFuture<?> schedule(Runnable work, long delay, TimeUnit unit) {
                scheduled.add(work);
                afterMillis.add(unit.toMillis(delay));
                return super.schedule(() -> {}, 0, unit);
            }
        };
        try (SettleThread settling = new SettleThread(byHand)) {
            settling.later(() -> done.add(1));
            settling.later(() -> done.add(2));
            assertThat(done).isEmpty();
            assertThat(afterMillis).containsExactly(10L);
            scheduled.get(0).run();
            assertThat(done).containsExactly(1, 2);
            settling.later(() -> done.add(3));
            assertThat(scheduled).hasSize(2);
        }
    }

    @Test
    void workThatComesAfterTheEndIsDropped() {
        SettleThread settling = new SettleThread();
        settling.close();
        settling.later(() -> done.add(1));
        assertThat(done).isEmpty();
    }

    @Test
    void workThatFailsStopsNothing() {
        try (SettleThread settling = new SettleThread()) {
            settling.later(() -> {
                throw new IllegalStateException("on purpose");
            });
            settling.later(() -> {
                throw new StackOverflowError("on purpose");
            });
            settling.later(() -> done.add(1));
        }
        assertThat(done).containsExactly(1);
    }

    /** Keeps its thread busy. */
    private void hold(SettleThread settling) throws InterruptedException {
        settling.later(() -> {
            begun.countDown();
            try {
                mayEnd.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        begun.await();
    }
}
