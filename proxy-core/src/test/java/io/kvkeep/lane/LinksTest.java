package io.kvkeep.lane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class LinksTest {
    private static final Digest A = new Digest(1, 2);
    private static final Digest B = new Digest(2, 1);

    @Test
    void packedDigestsAreTheListThatTheyWereMadeOf() {
        Random random = new Random(6);
        List<Digest> digests = new ArrayList<>();
        for (int size = 0; size < 40; size++) {
            Links links = Links.copyOf(digests);

            assertThat(links).isEqualTo(digests).hasSameHashCodeAs(digests);
            assertThat(Links.copyOf(links)).isSameAs(links);
            digests.add(new Digest(random.nextLong(), random.nextLong()));
            assertThat(links.and(digests.get(size))).isEqualTo(digests);
            assertThat(links).as("is not changed by what is made of it").hasSize(size);
        }
    }

    @Test
    void onlyADigestInItsPlaceIsContained() {
        Links links = Links.copyOf(List.of(A, B));

        assertThat(links.contains(B)).isTrue();
        assertThat(links.contains(new Digest(2, 2)))
                .as("two halves of two digests")
                .isFalse();
        assertThat(links.contains(new Digest(1, 1))).isFalse();
        assertThatThrownBy(() -> links.get(2)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void chainsHaveInCommonWhatStandsBeforeTheFirstDifference() {
        Links links = Links.copyOf(List.of(A, B));

        assertThat(links.common(links)).isEqualTo(2);
        assertThat(links.common(links.and(A))).isEqualTo(2);
        assertThat(links.common(Links.copyOf(List.of(A, new Digest(2, 3))))).isEqualTo(1);
        assertThat(links.common(Links.copyOf(List.of(B, A)))).isZero();
        assertThat(links.common(Links.copyOf(List.of()))).isZero();
    }
}
