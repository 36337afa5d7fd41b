package io.kvkeep.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.answer.AnswerReader;
import io.kvkeep.answer.Emitted;
import io.kvkeep.answer.Framing;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class AnswerPropertiesTest {
    private static final int BOUND = 1 << 20;

    @Test
    void aStreamTellsWhatWasSaidHoweverItIsSpelledAndSplit() {
        for (int seed = 0; seed < 1_500; seed++) {
            RandomAnswer answer = new RandomAnswer(seed);
            byte[] stream = answer.stream().bytes();

            assertThat(inPieces(Framing.EVENTS, stream, new Random(seed)))
                    .as("seed %d", seed)
                    .contains(answer.emitted());
        }
    }

    @Test
    void aPlainAnswerTellsWhatWasSaidHoweverItIsSpelledAndSplit() {
        for (int seed = 0; seed < 1_500; seed++) {
            RandomAnswer answer = new RandomAnswer(seed);

            assertThat(inPieces(Framing.JSON, answer.body(), new Random(seed)))
                    .as("seed %d", seed)
                    .contains(answer.emitted());
        }
    }

    @Test
    void aStreamThatIsCutOffTellsNothingBeforeItsFinishAndNothingElseBehindIt() {
        for (int seed = 0; seed < 300; seed++) {
            RandomAnswer answer = new RandomAnswer(seed);
            RandomAnswer.Stream stream = answer.stream();
            int whole = 0;
            for (int length : cuts(seed, stream.bytes().length)) {
                Optional<Emitted> told = read(Framing.EVENTS, stream.bytes(), 0, length);
                if (length < stream.finishOffset()) {
                    assertThat(told).as("seed %d, %d bytes", seed, length).isEmpty();
                } else if (told.isPresent()) {
                    whole++;
                    assertThat(told).as("seed %d, %d bytes", seed, length).contains(answer.emitted());
                }
            }
            assertThat(whole).as("seed %d", seed).isPositive();
        }
    }

    @Test
    void aPlainAnswerThatIsCutOffTellsNothing() {
        for (int seed = 0; seed < 300; seed++) {
            byte[] body = new RandomAnswer(seed).body();
            for (int length : cuts(seed, body.length - 1)) {
                assertThat(read(Framing.JSON, body, 0, length))
                        .as("seed %d, %d bytes", seed, length)
                        .isEmpty();
            }
        }
    }

    /** Returns every length for the first seeds, a few for the others, always the last. */
    private static int[] cuts(int seed, int last) {
        IntStream cuts = seed < 4 ? IntStream.range(0, last) : new Random(seed).ints(20, 0, last);
        return IntStream.concat(cuts, IntStream.of(last)).toArray();
    }

    @Test
    void damagedAnswersNeverThrow() {
        int told = 0;
        for (int seed = 0; seed < 1_500; seed++) {
            Random random = new Random(seed);
            RandomAnswer answer = new RandomAnswer(seed);
            Framing framing = random.nextBoolean() ? Framing.EVENTS : Framing.JSON;
            byte[] bytes = framing == Framing.EVENTS ? answer.stream().bytes() : answer.body();
            for (int hits = random.nextInt(4); hits >= 0; hits--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            told += inPieces(framing, bytes, random).isPresent() ? 1 : 0;
        }
        assertThat(told).isBetween(50, 1_450);
    }

    private static Optional<Emitted> inPieces(Framing framing, byte[] bytes, Random random) {
        AnswerReader reader = Dialect.CHAT_COMPLETIONS.answer(framing, BOUND);
        int largest = 1 + random.nextInt(random.nextBoolean() ? 3 : 300);
        int from = 0;
        while (from < bytes.length) {
            int to = Math.min(bytes.length, from + random.nextInt(largest + 1));
            byte[] piece = new byte[to - from + 2]; // what stands around must not be read
            System.arraycopy(bytes, from, piece, 1, to - from);
            reader.add(piece, 1, to - from + 1);
            Arrays.fill(piece, (byte) '?'); // and nothing may be kept of the array
            from = to;
        }
        return reader.finish();
    }

    private static Optional<Emitted> read(Framing framing, byte[] bytes, int from, int to) {
        AnswerReader reader = Dialect.CHAT_COMPLETIONS.answer(framing, BOUND);
        reader.add(bytes, from, to);
        return reader.finish();
    }
}
