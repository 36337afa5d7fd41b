package io.kvkeep.note;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvkeep.fixture.JsonTree;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class NoteTagTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "01234",
                "0123456789abcdef0123456789abcdef0",
                "0123456G",
                "0123456A",
                "01234567\n",
                "01234567>",
                "\"0123456",
                "0123 4567",
                "٠١٢٣٤٥٦٧"
            })
    void anIdThatIsNotSixToThirtyTwoHexDigitsIsRefusedByName(String id) {
        assertThatThrownBy(() -> new NoteTag(id))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("6 to 32 lower-case hex digits")
                .hasMessageEndingWith(id);
    }

    @ParameterizedTest
    @ValueSource(strings = {"012345", "0123456789abcdef0123456789abcdef"})
    void aBlockOpensAndClosesWithTheTagOfTheDeployment(String id) {
        NoteTag tag = new NoteTag(id);

        assertThat(inString(tag.opening(List.of("memory", "clock")))).isEqualTo("<note-" + id + " memory,clock>\n");
        assertThat(inString(tag.closing())).isEqualTo("\n</note-" + id + ">");
    }

    @Test
    void theDeclarationSaysWhereThePartsStandAndThatTheLatestHolds() {
        assertThat(inString(new NoteTag("01234567").declaration()))
                .startsWith("\n\n<note-01234567>")
                .endsWith("</note-01234567>")
                .contains("the last on a part holds");
    }

    private static String inString(byte[] escaped) {
        String inside = new String(escaped, UTF_8);
        assertThat(inside.chars()).allMatch(c -> c < 0x80);
        return (String) JsonTree.parse('"' + inside + '"');
    }
}
