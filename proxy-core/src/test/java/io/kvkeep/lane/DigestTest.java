package io.kvkeep.lane;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.json.Range;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class DigestTest {

    @Test
    void piecesHaveTheFingerprintOfTheBytesThatTheyMake() {
        Random random = new Random(7);
        for (int i = 0; i < 2_000; i++) {
            byte[] bytes = new byte[random.nextInt(i % 10 == 0 ? 40_000 : 300)];
            random.nextBytes(bytes);
            List<ByteBuffer> pieces = new ArrayList<>();
            for (int at = 0; at < bytes.length; ) {
                int length = Math.min(bytes.length - at, 1 + random.nextInt(400));
                pieces.add(ByteBuffer.wrap(bytes, at, length));
                at += length;
            }
            assertThat(Digest.ofPieces(pieces)).isEqualTo(Digest.of(bytes, new Range(0, bytes.length)));
        }
    }

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
