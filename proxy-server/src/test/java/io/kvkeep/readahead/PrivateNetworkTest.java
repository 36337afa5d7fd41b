package io.kvkeep.readahead;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrivateNetworkTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "localhost",
                "::1",
                "10.1.2.3",
                "172.16.0.1",
                "172.31.255.255",
                "192.168.1.20",
                "169.254.1.1",
                "fe80::1",
                "fd12:3456::1",
                "fc00::1"
            })
    void anEngineOfOnesOwnIsPrivate(String host) {
        assertThat(PrivateNetwork.holds(host)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "8.8.8.8",
                "172.32.0.1",
                "172.15.255.255",
                "192.169.0.1",
                "2001:4860:4860::8888",
                "fec0::1",
                "100.64.0.1",
                "0.0.0.0"
            })
    void anyOtherIsNot(String host) {
        assertThat(PrivateNetwork.holds(host)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"no-such-host.invalid"})
    void aNameThatNobodyKnowsIsNot(String host) {
        assertThat(PrivateNetwork.holds(host)).isFalse();
    }
}
