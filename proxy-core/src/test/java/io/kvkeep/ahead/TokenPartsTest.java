package io.kvkeep.ahead;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.dialect.Dialect;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** How llama.cpp is asked for the tokens of a prompt, and to read some of them. */
class TokenPartsTest {
    private static final String MESSAGES = "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]";

    @Test
    void aPartIsTheFirstTokensAndAsksForNoAnswer() {
        byte[] body = parts("{\"model\":\"m\",\"max_tokens\":9," + MESSAGES + ",\"id_slot\" : 1}")
                .orElseThrow()
                .completion(new int[] {7, 8, 9}, 2);

        assertThat(new String(body, UTF_8))
                .isEqualTo("{\"model\":\"m\",\"id_slot\":1,\"prompt\":[7,8],\"n_predict\":0,\"cache_prompt\":true,"
                        + "\"stream\":true,\"return_progress\":true,\"response_fields\":[\"timings\"]}");
    }

    @Test
    void aRenderedPromptIsTokenisedAsThatOfAChatIs() {
        byte[] body = parts("{" + MESSAGES + "}").orElseThrow().tokenize("<s>\"a\nä");

        assertThat(new String(body, UTF_8))
                .isEqualTo("{\"add_special\":true,\"parse_special\":true,\"content\":\"<s>\\\"a\\nä\"}");
    }

    @Test
    void whatHasNoTokensOrMakesASlotForgetIsNotReadInParts() {
        String image = "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\","
                + "\"image_url\":{\"url\":\"data:image/png;base64,AA\"}}]}]}";

        assertThat(parts(image)).isEmpty();
        assertThat(parts("{" + MESSAGES + ",\"lora\":[{\"id\":0,\"scale\":1}]}"))
                .isEmpty();
        assertThat(TokenParts.of(Dialect.MESSAGES, ("{" + MESSAGES + "}").getBytes(UTF_8)))
                .isEmpty();
        assertThat(parts("{")).isEmpty();
    }

    @Test
    void answersAreReadAndWhatIsNoneIsNothing() {
        assertThat(TokenParts.rendered("{\"prompt\":\"a\\nb\"}".getBytes(UTF_8)))
                .contains("a\nb");
        assertThat(TokenParts.rendered("{\"error\":{\"prompt\":\"a\"}}".getBytes(UTF_8)))
                .isEmpty();
        assertThat(TokenParts.rendered("not found".getBytes(UTF_8))).isEmpty();
        assertThat(TokenParts.tokens("{\"tokens\":[3,1,4]}".getBytes(UTF_8))).containsExactly(3, 1, 4);
        assertThat(TokenParts.tokens("{\"tokens\":[{\"id\":3}]}".getBytes(UTF_8)))
                .isEmpty();
        assertThat(TokenParts.tokens("{\"tokens\":[3,1".getBytes(UTF_8))).isEmpty();
    }

    private static Optional<TokenParts> parts(String sent) {
        return TokenParts.of(Dialect.CHAT_COMPLETIONS, sent.getBytes(UTF_8));
    }
}
