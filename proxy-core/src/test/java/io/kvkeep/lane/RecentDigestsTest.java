package io.kvkeep.lane;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class RecentDigestsTest {
    private static final int SLOTS = 1 << 12;

    @Test
    void whatIsFoundIsWhatWasPutAndTheNewestAreFound() {
        RecentDigests recent = new RecentDigests(SLOTS);
        Map<Digest, Digest> put = new HashMap<>();
        int missing = 0;
        for (int i = 0; i < 10 * SLOTS; i++) {
            recent.put(fingerprint(i), new Digest(i, -i));
            put.put(fingerprint(i), new Digest(i, -i));
            int back = new Random(i).nextInt(Math.min(i + 1, SLOTS / 4));
            Digest found = recent.get(fingerprint(i - back));
            missing += found == null ? 1 : 0;
            assertThat(found == null || found.equals(put.get(fingerprint(i - back))))
                    .isTrue();
        }
        assertThat(missing).isLessThan(SLOTS / 100);
        assertThat(recent.get(fingerprint(-1))).isNull();
    }

    @Test
    void whatIsAskedForIsNotForgotten() {
        RecentDigests recent = new RecentDigests(SLOTS);
        recent.put(fingerprint(-1), new Digest(7, 7));
        int asked = 0;
        for (int i = 0; i < 20 * SLOTS; i++) {
            recent.put(fingerprint(i), new Digest(i, i));
            if (i % 100 == 0) {
                asked += recent.get(fingerprint(-1)) == null ? 0 : 1;
            }
        }
        assertThat(asked).isEqualTo(20 * SLOTS / 100 + 1);
        assertThat(recent.get(fingerprint(0))).isNull();
    }

    @Test
    void aLaterDigestReplacesTheEarlierOne() {
        RecentDigests recent = new RecentDigests(SLOTS);
        recent.put(fingerprint(1), new Digest(1, 1));
        recent.put(fingerprint(1), new Digest(2, 2));

        assertThat(recent.get(fingerprint(1))).isEqualTo(new Digest(2, 2));
    }

    @Test
    void fingerprintsThatMeetCostNoMoreThanBeingForgotten() {
        RecentDigests recent = new RecentDigests(SLOTS);
        for (int i = 1; i <= 1_000; i++) {
            recent.put(new Digest(i, 5), new Digest(i, i));
        }
        int found = 0;
        for (int i = 1; i <= 1_000; i++) {
            Digest one = recent.get(new Digest(i, 5));
            assertThat(one == null || one.equals(new Digest(i, i))).isTrue();
            found += one == null ? 0 : 1;
        }
        assertThat(found).isBetween(1, 8);
        assertThat(recent.get(new Digest(1_000, 5))).isEqualTo(new Digest(1_000, 1_000));
    }

    private static Digest fingerprint(int i) {
        Random random = new Random(i * 7919L + 3);
        return new Digest(random.nextLong(), random.nextLong());
    }
}
