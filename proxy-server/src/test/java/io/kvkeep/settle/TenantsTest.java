package io.kvkeep.settle;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import org.junit.jupiter.api.Test;

class TenantsTest {
    private final Tenants tenants = new Tenants(new byte[32]);

    @Test
    void theSameCredentialIsTheSameTenant() {
        assertThat(tenants.of(with("Authorization", "Bearer a")))
                .isEqualTo(tenants.of(with("authorization", "Bearer a").add("X-Other", "1")))
                .isEqualTo(new Tenants(new byte[32]).of(with("AUTHORIZATION", "Bearer a")));
        assertThat(tenants.of(new DefaultHttpHeaders())).isEqualTo(tenants.of(with("X-Other", "1")));
    }

    @Test
    void differentCredentialsAreDifferentTenants() {
        HttpHeaders[] all = {
            new DefaultHttpHeaders(),
            with("Authorization", "Bearer a"),
            with("Authorization", "Bearer b"),
            with("X-Api-Key", "Bearer a"),
            with("Api-Key", "Bearer a"),
            with("Authorization", "Bearer a").add("X-Api-Key", "k")
        };
        assertThat(all).extracting(headers -> tenants.of(headers).scope()).doesNotHaveDuplicates();
        assertThat(all).extracting(headers -> tenants.of(headers).tag().name()).doesNotHaveDuplicates();
    }

    @Test
    void anotherSecretGivesOtherTags() {
        byte[] secret = new byte[32];
        secret[0] = 1;
        HttpHeaders headers = with("Authorization", "Bearer a");
        assertThat(new Tenants(secret).of(headers).tag().name())
                .isNotEqualTo(tenants.of(headers).tag().name());
    }

    private static HttpHeaders with(String name, String value) {
        return new DefaultHttpHeaders().add(name, value);
    }
}
