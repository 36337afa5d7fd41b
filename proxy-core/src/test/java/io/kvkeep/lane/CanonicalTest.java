package io.kvkeep.lane;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvkeep.dialect.Dialect;
import io.kvkeep.json.JsonString;
import io.kvkeep.json.NotJson;
import io.kvkeep.prompt.Message;
import io.kvkeep.prompt.Prompt;
import io.kvkeep.prompt.PromptNotUnderstood;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class CanonicalTest {
    /** Says of no role that its texts count as they are, so each is shown. */
    private static final Words SHOWN = (role, text) -> text;

    private static final List<String> PIECES = List.of(
            "plain words of some length ",
            "x",
            " ",
            "\\n",
            "\\t",
            "\\\"",
            "\\\\",
            "\\/",
            "\\u0041",
            "\\u00e9",
            "\\u2003",
            "\\u3000",
            "é",
            "–",
            "日本",
            "🙂",
            "\\ud83d\\ude42",
            "\\ud83d",
            "\\u001c",
            "\\f",
            "\u2028",
            "\u00a0",
            "\\u0000");

    @Test
    void bytesThatCountAsTheyAreGiveTheDigestOfTheirCharacters() throws PromptNotUnderstood, NotJson {
        Random random = new Random(3);
        for (int i = 0; i < 5_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int pieces = random.nextInt(12); pieces > 0; pieces--) {
                text.append(PIECES.get(random.nextInt(PIECES.size())));
            }
            Prompt prompt = tool(text.toString());
            assertThat(digest(prompt, Words.ALL)).as(text.toString()).isEqualTo(digest(prompt, SHOWN));
        }
    }

    @Test
    void whatIsNoTextIsRefusedEitherWay() throws PromptNotUnderstood {
        for (String broken : List.of("\\q", "\\u12", "a\\")) {
            byte[] body = ("{\"role\":\"tool\",\"content\":\"" + broken + "\"}").getBytes(UTF_8);
            Message whole = tool("whole").messages().get(0);
            Message message = new Message(
                    whole.role(),
                    whole.roleRange(),
                    whole.range(),
                    whole.content(),
                    List.of(new JsonString(body, 26, 26 + broken.length())),
                    List.of(),
                    List.of(),
                    whole.noteGap(),
                    whole.reasoningGap());
            for (Words words : List.of(Words.ALL, SHOWN)) {
                assertThatThrownBy(() -> new Canonical(words).of(body, message)).isInstanceOf(NotJson.class);
            }
        }
    }

    private static Digest digest(Prompt prompt, Words words) throws NotJson {
        return new Canonical(words).of(prompt.body(), prompt.messages().get(0));
    }

    private static Prompt tool(String text) throws PromptNotUnderstood {
        String body = "{\"messages\":[{\"role\":\"tool\",\"content\":\"" + text + "\"}]}";
        return Dialect.CHAT_COMPLETIONS.read(body.getBytes(UTF_8));
    }
}
