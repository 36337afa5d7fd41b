package io.kvkeep.lane;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.json.Range;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class DigestTest {

    @Test
    void equalBytesHaveEqualDigestsHoweverTheyAreCutAndOthersDoNot() {
        byte[] bytes = "é".repeat(300).getBytes(UTF_8);
        Set<Digest> seen = new HashSet<>();
        for (int length = 0; length < 300; length++) {
            seen.add(Digest.of(bytes, List.of(List.of(new Range(0, length)))));
            seen.add(Digest.of(bytes, List.of(List.of(new Range(0, length / 2), new Range(length / 2, length)))));
        }
        assertThat(seen).hasSize(300);
    }
}
