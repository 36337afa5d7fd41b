package io.kvkeep.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EngineAddressTest {

    @ParameterizedTest
    @CsvSource({
        "http://127.0.0.1:11434, http://127.0.0.1:11434, 127.0.0.1:11434, ''",
        "http://localhost, http://localhost, localhost, ''",
        "https://llm.example, https://llm.example, llm.example, ''",
        "https://llm.example:80/, https://llm.example:80, llm.example:80, ''",
        "http://h:8080/v1, http://h:8080, h:8080, ''",
        "http://h:8080/v1/, http://h:8080, h:8080, ''",
        "http://h:8080/llm/v1, http://h:8080/llm, h:8080, /llm",
        "http://h:8080/llm//, http://h:8080/llm, h:8080, /llm",
        "http://[::1]:8080, http://[::1]:8080, [::1]:8080, ''",
        "' http://h:1 ', http://h:1, h:1, ''"
    })
    void aUrlIsRead(String text, String url, String authority, String prefix) {
        EngineAddress address = EngineAddress.parse(text);
        assertThat(address.url()).isEqualTo(url);
        assertThat(address.authority()).isEqualTo(authority);
        assertThat(address.prefix()).isEqualTo(prefix);
    }

    @Test
    void bracketsBelongToTheUrlAndNotToTheHost() {
        assertThat(EngineAddress.parse("http://[::1]").host()).isEqualTo("::1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "11434",
                "localhost:11434",
                "ftp://h",
                "http://",
                "http:/h",
                "http://h:port",
                "http://h:70000",
                "http://h:0",
                "http://h/?q=1",
                "ht tp://h"
            })
    void whatIsNoUrlIsNamedInTheMessage(String text) {
        assertThatThrownBy(() -> EngineAddress.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("'" + text + "' is no engine URL; give one like http://127.0.0.1:11434");
    }
}
