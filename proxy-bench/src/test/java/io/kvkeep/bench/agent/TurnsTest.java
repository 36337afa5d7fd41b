package io.kvkeep.bench.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.kvkeep.bench.engine.Answers;
import io.kvkeep.bench.engine.Pace;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TurnsTest {
    @ParameterizedTest
    @ValueSource(ints = {120 << 10, 1 << 20})
    void eachTurnHoldsTheOneBeforeWithItsAnswerUntilAConversationEnds(int size) {
        Turns turns = new Turns(size, new Pace(8, 0));
        Set<String> memories = new HashSet<>();
        long bytes = 0;
        String before = "";
        for (int turn = 0; turn < Turns.TURNS; turn++) {
            turns.request(100 + turn);
            String body = text(turns.body());

            assertThatCode(() -> JsonCheck.requireValid(body)).doesNotThrowAnyException();
            assertThat(body).contains(Answers.serial(100 + turn));
            if (turn > 0) {
                assertThat(body.length()).isGreaterThan(before.length());
                assertThat(history(body)).startsWith(history(before) + "," + Answers.answerSentBack());
            }
            memories.add(body.replaceAll("(?s).*Last green build: #(\\d+).*", "$1"));
            bytes += body.getBytes(UTF_8).length;
            before = body;
        }
        turns.request(200);

        assertThat(memories).hasSize((Turns.TURNS + 2) / 3);
        assertThat(bytes / Turns.TURNS).isBetween(size * 9L / 10, size * 11L / 10);
        assertThat(text(turns.body()).length()).isLessThan(before.length());
    }

    private static String history(String body) {
        String history = body.substring(body.indexOf("Conversation started"));
        return history.substring(0, history.length() - 2);
    }

    private static String text(ByteBuffer bytes) {
        return UTF_8.decode(bytes.duplicate()).toString();
    }
}
