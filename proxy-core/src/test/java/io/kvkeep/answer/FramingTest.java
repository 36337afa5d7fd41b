package io.kvkeep.answer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class FramingTest {

    @ParameterizedTest
    @CsvSource({
        "text/event-stream,EVENTS",
        "Text/Event-Stream ; charset=utf-8,EVENTS",
        "application/x-ndjson,LINES",
        "application/json,JSON",
        "' application/JSON;charset=utf-8',JSON"
    })
    void theMediaTypeTellsTheFraming(String contentType, Framing framing) {
        assertThat(Framing.of(contentType)).contains(framing);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ";", "text/html", "application/ndjson", "application/jsonx", "text/event-stream2"})
    void anyOtherMediaTypeTellsNone(String contentType) {
        assertThat(Framing.of(contentType)).isEmpty();
    }
}
