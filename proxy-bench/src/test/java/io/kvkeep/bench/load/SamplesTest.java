package io.kvkeep.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class SamplesTest {
    @Test
    void aQuantileIsTheSmallestDurationThatItsShareDoesNotExceed() {
        Samples samples = new Samples();
        List<Integer> micros =
                new ArrayList<>(IntStream.rangeClosed(1, 5000).boxed().toList());
        Collections.shuffle(micros, new Random(3));
        micros.forEach(each -> samples.add(each * 1000L));

        assertThat(samples.quantileMicros(0.5)).isEqualTo(2500);
        assertThat(samples.quantileMicros(0.99)).isEqualTo(4950);
        assertThat(samples.quantileMicros(1)).isEqualTo(5000);
        assertThat(samples.quantileMicros(0)).isEqualTo(1);
    }

    @Test
    void oneSampleIsEveryQuantile() {
        Samples samples = new Samples();
        samples.add(1500);

        assertThat(samples.quantileMicros(0.5)).isEqualTo(1.5);
        assertThat(samples.quantileMicros(0.99)).isEqualTo(1.5);
    }

    @Test
    void noSampleIsNotZero() {
        assertThat(new Samples().isEmpty()).isTrue();
        assertThat(new Samples().quantileMicros(0.5)).isNaN();
    }

    @Test
    void joinedSamplesCountAlike() {
        Samples low = new Samples();
        Samples high = new Samples();
        low.add(1000);
        high.add(2000);
        high.add(3000);
        low.addAll(high);

        assertThat(low.quantileMicros(0.5)).isEqualTo(2);
    }
}
