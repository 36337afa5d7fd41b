package io.kvkeep.profile;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.fixture.BuiltIn;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Where the agents tell their session. */
final class SessionPlacesTest {
    private static final byte[] EMPTY = "{}".getBytes(UTF_8);

    @Test
    void claudeCodeTellsItInAHeaderOrInsideATextOfTheBody() {
        Profile claude = BuiltIn.profile("claude-code");
        byte[] body = "{\"metadata\":{\"user_id\":\"{\\\"device_id\\\":\\\"d\\\",\\\"session_id\\\":\\\"ses1\\\"}\"}}"
                .getBytes(UTF_8);
        byte[] older = "{\"metadata\":{\"user_id\":\"user_d_account__session_ses1\"}}".getBytes(UTF_8);

        long inBody = claude.session(SessionPlacesTest::noHeader, body, List.of());
        assertThat(inBody).isNotZero();
        assertThat(claude.session(header("x-claude-code-session-id", "ses1"), EMPTY, List.of()))
                .isEqualTo(inBody);
        assertThat(claude.session(header("x-claude-code-session-id", "ses2"), body, List.of()))
                .isNotEqualTo(inBody);
        assertThat(claude.session(SessionPlacesTest::noHeader, older, List.of()))
                .isNotZero()
                .isNotEqualTo(inBody);
        assertThat(claude.session(SessionPlacesTest::noHeader, EMPTY, List.of()))
                .isZero();
    }

    @Test
    void codexTellsItInAHeaderOrInTheBody() {
        Profile codex = BuiltIn.profile("codex");
        byte[] body = "{\"input\":[],\"prompt_cache_key\":\"01a1\"}".getBytes(UTF_8);

        assertThat(codex.session(SessionPlacesTest::noHeader, body, List.of()))
                .isEqualTo(codex.session(header("session-id", "01a1"), EMPTY, List.of()))
                .isEqualTo(codex.session(header("thread-id", "01a1"), EMPTY, List.of()))
                .isNotZero();
    }

    @Test
    void hermesTellsItInTheLastLineOfItsKind() {
        Profile hermes = BuiltIn.hermes();
        String text = "You are Hermes.\nSession ID: 20261120_000000_aaaaaa\n\nConversation started: now\n";

        long last = hermes.session(
                SessionPlacesTest::noHeader, EMPTY, List.of(text + "Session ID: 20261121_100000_a1b2c3\nModel: m"));
        assertThat(last)
                .isNotZero()
                .isEqualTo(hermes.session(
                        SessionPlacesTest::noHeader, EMPTY, List.of("Session ID: 20261121_100000_a1b2c3")))
                .isNotEqualTo(hermes.session(SessionPlacesTest::noHeader, EMPTY, List.of(text)));
        assertThat(hermes.session(
                        SessionPlacesTest::noHeader,
                        EMPTY,
                        List.of("Session ID: yours", "My Session ID: 20261121_100000_a1b2c3")))
                .isZero();
    }

    @Test
    void openClawTellsItInItsRuntimeLine() {
        Profile openClaw = BuiltIn.profile("openclaw");

        long session = openClaw.session(
                SessionPlacesTest::noHeader,
                EMPTY,
                List.of("Runtime: agent=main | session=agent:main:main | os=Linux"));
        assertThat(session)
                .isNotZero()
                .isEqualTo(openClaw.session(
                        SessionPlacesTest::noHeader,
                        EMPTY,
                        List.of("Be kind.\nRuntime: name=b | session=agent:main:main")));
        assertThat(openClaw.session(
                        SessionPlacesTest::noHeader,
                        EMPTY,
                        List.of("Runtime: agent=main | session=agent:main:main | sessionId=ab12")))
                .isNotZero()
                .isNotEqualTo(session);
        assertThat(openClaw.session(SessionPlacesTest::noHeader, EMPTY, List.of("Runtime: node 22")))
                .isZero();
    }

    @Test
    void theHeadersOfTheGeneralProfileHoldForEveryAgent() {
        for (Profile profile : BuiltIn.profiles().agents()) {
            assertThat(profile.session(header("x-session-id", "ses1"), EMPTY, List.of()))
                    .as(profile.agent())
                    .isNotZero();
        }
    }

    private static String noHeader(String name) {
        return "";
    }

    private static UnaryOperator<String> header(String name, String value) {
        return asked -> asked.equals(name) ? value : "";
    }
}
