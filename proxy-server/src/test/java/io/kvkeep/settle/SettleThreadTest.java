package io.kvkeep.settle;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class SettleThreadTest {
    private static final int AN_HOUR = 3_600_000;
    private final List<Integer> done = Collections.synchronizedList(new ArrayList<>());

    @Test
    void worksThroughWhatWaitsInOrderAndOnAThreadOfItsOwn() throws InterruptedException {
        CountDownLatch last = new CountDownLatch(1);
        List<String> threads = Collections.synchronizedList(new ArrayList<>());
        try (SettleThread settling = new SettleThread(1)) {
            for (int i = 0; i < 50; i++) {
                int number = i;
                settling.later(() -> {
                    done.add(number);
                    threads.add(Thread.currentThread().getName());
                    if (number == 49) {
                        last.countDown();
                    }
                });
            }
            assertThat(last.await(10, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(done).isEqualTo(IntStream.range(0, 50).boxed().toList());
        assertThat(threads).containsOnly("kvkeep-settle");
    }

    @Test
    void aCallerBeyondSixtyFourWaitingDoesItsWorkItself() {
        try (SettleThread settling = new SettleThread(AN_HOUR)) {
            for (int i = 0; i < 65; i++) {
                int number = i;
                settling.later(() -> done.add(number));
            }
            assertThat(done).containsExactly(64);
        }
    }

    @Test
    void whatWaitsAtTheEndIsDoneBeforeTheEnd() {
        try (SettleThread settling = new SettleThread(AN_HOUR)) {
            settling.later(() -> done.add(1));
            assertThat(done).isEmpty();
        }
        assertThat(done).containsExactly(1);
    }

    @Test
    void workThatComesAfterTheEndIsDropped() {
        SettleThread settling = new SettleThread(1);
        settling.close();
        settling.later(() -> done.add(1));
        assertThat(done).isEmpty();
    }

    @Test
    void workThatFailsStopsNothing() {
        try (SettleThread settling = new SettleThread(AN_HOUR)) {
            settling.later(() -> {
                throw new IllegalStateException("on purpose");
            });
            settling.later(() -> done.add(1));
        }
        assertThat(done).containsExactly(1);
    }
}
