package io.kvkeep.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvkeep.answer.AnswerReader;
import io.kvkeep.answer.Emitted;
import io.kvkeep.answer.Framing;
import io.kvkeep.json.NotJson;
import io.kvkeep.prompt.Message;
import io.kvkeep.prompt.Prompt;
import io.kvkeep.prompt.Prompt.Field;
import io.kvkeep.prompt.PromptNotUnderstood;
import io.kvkeep.prompt.PromptNotUnderstood.Why;
import io.kvkeep.prompt.Role;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CompletionsTest {
    private static final String FINISH = "{\"choices\":[{\"index\":0,\"text\":\"\",\"finish_reason\":\"stop\"}]}";

    @Test
    void thePromptIsOneMessageOfTheUserThatTakesNothing() throws PromptNotUnderstood, NotJson {
        String body = "{\"prompt\" : \"def \\u0066(\" ,\"suffix\":\"):\",\"model\":\"m\"}";
        Prompt prompt = read(body);
        Message message = prompt.messages().get(0);

        assertThat(prompt.messages()).extracting(Message::role).containsExactly(Role.USER);
        assertThat(message.texts()).hasSize(1);
        assertThat(message.texts().get(0).text()).isEqualTo("def f(");
        assertThat(body.substring(message.range().start(), message.range().end()))
                .isEqualTo("\"def \\u0066(\"");
        assertThat(message.noteGap()).isEmpty();
        assertThat(message.reasoningGap()).isEmpty();
        assertThat(prompt.model()).contains("m");
        assertThat(prompt.tools()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    ''                                             | false
                    ,"stream":null                                 | false
                    ,"stream":true                                 | true
                    ,"stream":true,"stream_options":null           | false
                    """)
    void onlyAStreamWithoutOptionsIsAskedForCounts(String fields, boolean takes) throws PromptNotUnderstood {
        assertThat(read("{\"prompt\":\"x\"" + fields + "}").takes()).isEqualTo(takes ? Set.of(Field.USAGE) : Set.of());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {"prompt":["a","b"]}           | NO_ONE_TEXT
                    {"prompt":[1,2,3]}             | NO_ONE_TEXT
                    {"prompt":[[1],[2]]}           | NO_ONE_TEXT
                    {"prompt":null}                | OTHER_SHAPE
                    {"prompt":5}                   | OTHER_SHAPE
                    {"suffix":"x"}                 | OTHER_SHAPE
                    {"prompt":"x","stream":1}      | OTHER_SHAPE
                    {"prompt":"x","prompt":"y"}    | AMBIGUOUS
                    {"prompt":"x","str\\u0065am":true} | AMBIGUOUS
                    {"prompt":"x"                  | NOT_JSON
                    """)
    void anyOtherPromptIsLeftAlone(String body, Why why) {
        assertThatThrownBy(() -> read(body))
                .isInstanceOfSatisfying(
                        PromptNotUnderstood.class,
                        refusal -> assertThat(refusal.why()).isEqualTo(why));
    }

    @Test
    void theTextOfAnAnswerIsRead() {
        assertThat(body("{\"object\":\"text_completion\",\"choices\":[{\"text\":\" a\\n\",\"index\":0,"
                        + "\"logprobs\":null,\"finish_reason\":\"length\"}],\"usage\":{}}"))
                .contains(said(" a\n"));
        assertThat(stream(piece(" a") + ": ping\n\n" + piece("b ") + data(FINISH)
                        + data("{\"choices\":[],\"usage\":{\"prompt_tokens\":1}}") + "data: [DONE]\n\n"))
                .contains(said(" ab "));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "{\"choices\":[]}",
                "{\"choices\":[{\"text\":\"a\",\"finish_reason\":null}]}",
                "{\"choices\":[{\"finish_reason\":\"stop\"}]}",
                "{\"choices\":[{\"text\":\"a\",\"finish_reason\":\"abort\"}]}",
                "{\"choices\":[{\"text\":\"a\",\"index\":1,\"finish_reason\":\"stop\"}]}",
                "{\"choices\":[{\"text\":\"a\",\"finish_reason\":\"stop\"},{\"text\":\"b\",\"finish_reason\":\"stop\"}]}",
                "{\"choices\":[{\"text\":[\"a\"],\"finish_reason\":\"stop\"}]}",
                "{\"choices\":[{\"text\":\"a\",\"finish_reason\":\"stop\"}],\"error\":{}}",
                "{\"object\":\"error\",\"choices\":[{\"text\":\"a\",\"finish_reason\":\"stop\"}]}",
                "{\"content\":\"a\",\"stop\":true}"
            })
    void aBodyThatIsNoWholeAnswerTellsNothing(String body) {
        assertThat(body(body)).isEmpty();
    }

    @Test
    void aStreamTellsNothingBeforeItsFinishAndTheSameBehindIt() {
        String stream = piece("a") + piece("b") + data(FINISH) + "data: [DONE]\n\n";
        int finish = stream.indexOf(FINISH) + FINISH.length();
        int whole = 0;
        for (int length = 0; length <= stream.length(); length++) {
            Optional<Emitted> told = stream(stream.substring(0, length));
            assertThat(told).as("%d bytes", length).isIn(Optional.empty(), Optional.of(said("ab")));
            assertThat(told.isPresent() && length < finish)
                    .as("%d bytes", length)
                    .isFalse();
            whole += told.isPresent() ? 1 : 0;
        }
        assertThat(whole).isGreaterThan(3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "data: {\"choices\":[{\"index\":0,\"text\":\"c\"}]}\n\n",
                "data: {\"error\":\"no\"}\n\n",
                "data: {\"object\":\"error\"}\n\n"
            })
    void aStreamThatGoesWrongBehindItsFinishTellsNothing(String wrong) {
        assertThat(stream(piece("a") + data(FINISH) + wrong)).isEmpty();
    }

    private static Emitted said(String text) {
        return new Emitted(text, "", List.of());
    }

    private static String piece(String text) {
        return data("{\"choices\":[{\"index\":0,\"text\":\"" + text + "\",\"finish_reason\":null}]}");
    }

    private static String data(String json) {
        return "data: " + json + "\n\n";
    }

    private static Optional<Emitted> stream(String stream) {
        return told(Framing.EVENTS, stream);
    }

    private static Optional<Emitted> body(String body) {
        return told(Framing.JSON, body);
    }

    private static Optional<Emitted> told(Framing framing, String answer) {
        AnswerReader reader = Dialect.COMPLETIONS.answer(framing, 10_000);
        reader.add(answer.getBytes(UTF_8), 0, answer.getBytes(UTF_8).length);
        return reader.finish();
    }

    private static Prompt read(String body) throws PromptNotUnderstood {
        return Dialect.COMPLETIONS.read(body.getBytes(UTF_8));
    }
}
