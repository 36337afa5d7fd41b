package io.kvkeep.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvkeep.answer.Emitted;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class SentTest {
    private static final byte[] NOTE = "<note>likes \\u0074ea\\n\\nnoon ♥</note>".getBytes(UTF_8);

    @Test
    void aValueThatStandsInTheNoteIsNotKeptTwiceHoweverItIsSpelled() {
        Map<String, Optional<String>> values = new LinkedHashMap<>();
        values.put("memory", Optional.of("likes tea"));
        values.put("clock", Optional.of("noon ♥"));
        Sent sent = Sent.note(0, NOTE, values, Map.of("memory", "likes \\u0074ea".getBytes(UTF_8)));

        assertThat(sent.values()).hasOnlyElementsOfType(Value.Within.class);
        assertThat(sent.sections()).containsExactly("memory", "clock");
        assertThat(sent.text("memory")).contains("likes tea");
        assertThat(sent.text("clock")).contains("noon ♥");
    }

    @Test
    void aValueThatTheNoteTellsInOtherWordsIsKeptBesideIt() {
        Sent sent = Sent.note(0, NOTE, Map.of("memory", Optional.of("likes gin")));

        assertThat(sent.values()).containsExactly(new Value.Apart("memory", "likes gin"));
        assertThat(sent.text("memory")).contains("likes gin");
    }

    @Test
    void whatIsSpelledInTheNoteCountsOnlyIfItIsTheValue() {
        Sent sent = Sent.note(0, NOTE, Map.of("clock", Optional.of("night")), Map.of("clock", "noon".getBytes(UTF_8)));

        assertThat(sent.text("clock")).contains("night");
    }

    @Test
    void aSectionThatIsGoneHasNoText() {
        Sent sent = Sent.note(0, NOTE, Map.of("memory", Optional.empty()));

        assertThat(sent.text("memory")).isEmpty();
        assertThat(sent.text("clock")).isEmpty();
        assertThat(sent.sections()).containsExactly("memory");
    }

    @Test
    void aValueHasOneFingerprintWhetherItStandsInTheNoteOrNot() {
        Value within = Sent.note(0, NOTE, Map.of("clock", Optional.of("noon ♥")))
                .values()
                .get(0);
        Value apart = Sent.note(0, "12:00".getBytes(UTF_8), Map.of("clock", Optional.of("noon ♥")))
                .values()
                .get(0);

        assertThat(within).isInstanceOf(Value.Within.class);
        assertThat(apart).isInstanceOf(Value.Apart.class);
        assertThat(within.print()).isEqualTo(apart.print()).isEqualTo(Value.print("noon ♥"));
        assertThat(within.print()).isNotEqualTo(Value.print("noon"));
    }

    @Test
    void messagesSentAlikeAreEqual() {
        Map<String, Optional<String>> values = Map.of("clock", Optional.of("noon ♥"));
        Sent sent = Sent.note(0, NOTE, values);
        Sent answer = Sent.answer(0, new Emitted("Yes.", "", List.of()));

        assertThat(Sent.note(0, NOTE.clone(), values)).isEqualTo(sent).hasSameHashCodeAs(sent);
        assertThat(List.of(
                        Sent.note(1, NOTE, values),
                        Sent.note(0, "noon ♥".getBytes(UTF_8), values),
                        Sent.note(0, NOTE, Map.of()),
                        answer))
                .doesNotContain(sent);
        assertThat(Sent.answer(0, new Emitted("Yes.", "", List.of()))).isEqualTo(answer);
        assertThat(Sent.answer(0, new Emitted("No.", "", List.of()))).isNotEqualTo(answer);
    }

    @Test
    void aPlaceWithoutTextIsRefused() {
        assertThatThrownBy(() -> Value.Within.of("memory", 12, 14, NOTE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("12 to 14");
    }
}
