package io.kvkeep.note;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.dialect.Dialect;
import io.kvkeep.prompt.Message;
import io.kvkeep.prompt.PromptNotUnderstood;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CarriersTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        user | "Hi" | "NOTE§§Hi"
        user | "" | "NOTE§§"
        tool | "4.2 feet" | "4.2 feet§§NOTE"
        tool | "" | "§§NOTE"
        user | [{"type":"text","text":"a"},{"type":"text","text":"b"}] | [{"type":"text","text":"a"},{"type":"text","text":"NOTE§§b"}]
        tool | [{"type":"text","text":"a"},{"type":"text","text":"b"}] | [{"type":"text","text":"a"},{"type":"text","text":"b§§NOTE"}]
        user | [{"type":"image_url"},{"type":"text","text":"a"}] | [{"type":"image_url"},{"type":"text","text":"NOTE§§a"}]
        user | [ {"type":"image_url"}] | [{"type":"text","text":"NOTE§§"}, {"type":"image_url"}]
        tool | [{"type":"image_url"}] | [{"type":"text","text":"§§NOTE"},{"type":"image_url"}]
        user | [] | [{"type":"text","text":"NOTE§§"}]
        user | [ ] | [{"type":"text","text":"NOTE§§"} ]
        """)
    void aNoteStandsBeforeTheLastWordsOfTheUserAndBehindThoseOfATool(String role, String content, String expected)
            throws PromptNotUnderstood {
        String message = "{\"role\":\"" + role + "\",\"content\":%s}";
        byte[] body = body(message.replace("%s", content));
        Carriers carriers = new Carriers(conversation(body));
        Insertion put = carriers.insertion(0, carriers.separated(0, "NOTE".getBytes(UTF_8)));
        String out = new String(body, 0, put.at(), UTF_8)
                + new String(put.bytes(), UTF_8)
                + new String(body, put.at(), body.length - put.at(), UTF_8);

        assertThat(out).isEqualTo(new String(body(message.replace("%s", expected.replace("§", "\\n"))), UTF_8));
    }

    @Test
    void theFirstCarrierIsTheFirstMessageOfTheUserThatTakesText() throws PromptNotUnderstood {
        assertThat(carriers("tool:\"4\"", "user:null", "user:[]", "user:\"a\"").firstUser())
                .isEqualTo(2);
        assertThat(carriers("tool:\"4\"", "assistant:\"a\"", "user:null").firstUser())
                .isEqualTo(-1);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 6, NOW, 4",
        "0, 6, NEXT_USER, 3",
        "0, 4, NOW, 3",
        "4, 6, NEXT_USER, -1",
        "5, 6, NOW, -1",
        "0, 3, NOW, 1",
        "0, 3, NEXT_USER, 0",
        "0, 0, NOW, -1"
    })
    void theNewestCarrierIsAUserMessageOrAToolResultIfThatIsWanted(int from, int to, Deliver deliver, int newest)
            throws PromptNotUnderstood {
        Carriers carriers =
                carriers("user:\"a\"", "tool:\"1\"", "assistant:\"b\"", "user:\"c\"", "tool:\"2\"", "tool:null");

        assertThat(carriers.newest(from, to, deliver)).isEqualTo(newest);
    }

    private static Carriers carriers(String... messages) throws PromptNotUnderstood {
        return NotesTest.carriers(messages);
    }

    private static List<Message> conversation(byte[] body) throws PromptNotUnderstood {
        return Dialect.CHAT_COMPLETIONS.read(body).conversation();
    }

    private static byte[] body(String message) {
        return ("{\"messages\":[" + message + "]}").getBytes(UTF_8);
    }
}
