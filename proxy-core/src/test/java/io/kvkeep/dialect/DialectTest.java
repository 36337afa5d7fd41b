package io.kvkeep.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DialectTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/chat/completions",
                "/api/v0/chat/completions",
                "/llm/v1/chat/completions?key=/v1/models",
                "/v1/chat/completions?"
            })
    void aPostToAChatPathIsRead(String target) {
        assertThat(Dialect.of("POST", target)).map(Dialect::id).contains("chat-completions");
    }

    @ParameterizedTest
    @CsvSource({"/api/chat, ollama-chat", "/ollama/api/chat?x=1, ollama-chat", "/api/generate, ollama-generate"})
    void aPostToAnotherProtocolIsReadAsThat(String target, String id) {
        assertThat(Dialect.of("POST", target)).map(Dialect::id).contains(id);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v1/chat",
                "/api/show",
                "/api/chat/",
                "/v1/completions",
                "/v1/models?next=/chat/completions",
                "/v1/chat/completions/",
                "/v1/chat/completions/input_tokens",
                "/v1/chat/completions/render",
                "/",
                ""
            })
    void anyOtherPathIsNot(String target) {
        assertThat(Dialect.of("POST", target)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "OPTIONS", "HEAD", "PUT"})
    void anyOtherMethodIsNot(String method) {
        assertThat(Dialect.of(method, "/v1/chat/completions")).isEmpty();
    }

    @Test
    void eachDialectHasANameOfItsOwn() {
        assertThat(Dialect.ALL).extracting(Dialect::id).doesNotHaveDuplicates().isNotEmpty();
    }
}
