package io.kvkeep.admin;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HostCheckTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "LocalHost:11436",
                "kvkeep.localhost:11436",
                "127.0.0.1",
                "127.0.0.1:11436",
                "192.168.1.7:80",
                "[::1]",
                "[::1]:11436"
            })
    void anAddressAndLocalhostAreWhatTheyAre(String host) {
        assertThat(HostCheck.allows(host)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example",
                "evil.example:11436",
                "localhost.evil.example",
                "127.0.0.1.evil.example",
                "evillocalhost",
                "[::1].evil.example",
                "1.2.3",
                ":11436"
            })
    void aNameMayBeAnybodys(String host) {
        assertThat(HostCheck.allows(host)).isFalse();
    }

    @Test
    void noHeaderIsNoBrowser() {
        assertThat(HostCheck.allows(null)).isTrue();
    }
}
