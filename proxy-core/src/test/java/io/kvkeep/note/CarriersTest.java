package io.kvkeep.note;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.dialect.Dialect;
import io.kvkeep.prompt.Message;
import io.kvkeep.prompt.PromptNotUnderstood;
import io.kvkeep.section.Cutter;
import io.kvkeep.section.Kind;
import io.kvkeep.section.SectionRule;
import io.kvkeep.section.Stability;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CarriersTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        user | "Hi" | "NOTE§Hi"
        user | "" | "NOTE§"
        tool | "4.2 feet" | "4.2 feet§§NOTE"
        tool | "" | "§§NOTE"
        user | [{"type":"text","text":"a"},{"type":"text","text":"b"}] | [{"type":"text","text":"a"},{"type":"text","text":"NOTE§b"}]
        tool | [{"type":"text","text":"a"},{"type":"text","text":"b"}] | [{"type":"text","text":"a"},{"type":"text","text":"b§§NOTE"}]
        user | [{"type":"image_url"},{"type":"text","text":"a"}] | [{"type":"image_url"},{"type":"text","text":"NOTE§a"}]
        user | [ {"type":"image_url"}] | [{"type":"text","text":"NOTE§"}, {"type":"image_url"}]
        tool | [{"type":"image_url"}] | [{"type":"text","text":"§§NOTE"},{"type":"image_url"}]
        user | [] | [{"type":"text","text":"NOTE§"}]
        user | [ ] | [{"type":"text","text":"NOTE§"} ]
        """)
    void aNoteStandsBeforeTheLastWordsOfTheUserAndBehindThoseOfATool(String role, String content, String expected)
            throws PromptNotUnderstood {
        String message = "{\"role\":\"" + role + "\",\"content\":%s}";
        byte[] body = body(message.replace("%s", content));
        Carriers carriers = new Carriers(conversation(body), new Cutter(List.of()));

        assertThat(with(body, carriers.insertion(0, carriers.separated(0, "NOTE".getBytes(UTF_8)))))
                .isEqualTo(new String(body(message.replace("%s", expected.replace("§", "\\n"))), UTF_8));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        WORKSPACE | 0 | [rules][Files: pier][words] | [rules][NOTE§Files: pier][words]
        WORKSPACE | 0 | [rules][see Files: pier][words] | [rules][see Files: pier][NOTE§words]
        WORKSPACE | 0 | [rules][Files: pier] | [rules][NOTE§Files: pier]
        WORKSPACE | 1 | [rules][Files: pier][words] | [rules][Files: pier][NOTE§words]
        CLOCK | 0 | [rules][Files: pier][words] | [rules][Files: pier][NOTE§words]
        """)
    void inTheFirstMessageOfTheUserANoteStandsInFrontOfWhatDiffersInEachSession(
            Kind kind, int behind, String texts, String expected) throws PromptNotUnderstood {
        SectionRule files = new SectionRule(
                "files",
                kind,
                Stability.VOLATILE,
                List.of("Files: "),
                List.of(new SectionRule.End.LineEnd()),
                Optional.empty());
        String before = "{\"role\":\"user\",\"content\":\"Hi\"},".repeat(behind);
        byte[] body = body(before + "{\"role\":\"user\",\"content\":" + parts(texts) + "}");
        Carriers carriers = new Carriers(conversation(body), new Cutter(List.of(files)));

        assertThat(with(body, carriers.insertion(behind, carriers.separated(behind, "NOTE".getBytes(UTF_8)))))
                .isEqualTo(new String(body, UTF_8).replace(parts(texts), parts(expected.replace("§", "\\n"))));
    }

    private static String parts(String texts) {
        return texts.replace("[", "{\"type\":\"text\",\"text\":\"")
                .replace("]", "\"},")
                .replaceAll("^(.*),$", "[$1]");
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

    private static String with(byte[] body, Insertion put) {
        return new String(body, 0, put.at(), UTF_8)
                + new String(put.bytes(), UTF_8)
                + new String(body, put.at(), body.length - put.at(), UTF_8);
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
