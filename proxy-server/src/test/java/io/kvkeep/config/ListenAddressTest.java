package io.kvkeep.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ListenAddressTest {

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:11435, 127.0.0.1, 11435",
        "localhost:0, localhost, 0",
        "0.0.0.0:65535, 0.0.0.0, 65535",
        "[::1]:80, ::1, 80"
    })
    void anAddressIsReadAndWrittenAlike(String text, String host, int port) {
        ListenAddress address = ListenAddress.parse(text);
        assertThat(address).isEqualTo(new ListenAddress(host, port));
        assertThat(address).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "11435",
                ":11435",
                "localhost",
                "localhost:",
                "h:65536",
                "h:-1",
                "h:x",
                "http://h",
                "http://h:1",
                "tern@h:1",
                "h h:1"
            })
    void whatIsNoAddressIsNamedInTheMessage(String text) {
        assertThatThrownBy(() -> ListenAddress.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("'" + text + "' is no HOST:PORT; give one like 127.0.0.1:11435");
    }
}
