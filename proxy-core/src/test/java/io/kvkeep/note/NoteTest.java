package io.kvkeep.note;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.fixture.JsonTree;
import io.kvkeep.json.JsonString;
import io.kvkeep.note.Note.Part;
import io.kvkeep.section.Kind;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class NoteTest {
    private static final NoteTag TAG = new NoteTag("5eed5eed5eed5eed");
    private static final String FACTS = facts(30);

    @Test
    void aSectionThatIsNewIsToldWholeInTheBytesOfTheBody() {
        Part part = new Part("Zoë/", "Zo\\u00eb\\/".getBytes(UTF_8));
        Note note = Note.of(TAG, Map.of(), Map.of("memory", part)).orElseThrow();

        assertThat(new String(note.bytes(true), UTF_8))
                .isEqualTo("<note-5eed5eed5eed5eed memory>\\nZo\\u00eb\\/\\n</note-5eed5eed5eed5eed>");
        assertThat(note.values()).isEqualTo(Map.of("memory", Optional.of("Zoë/")));
    }

    @Test
    void whatDidNotChangeIsNotToldAgain() {
        assertThat(Note.of(TAG, Map.of("memory", "tea"), parts("memory", "tea")))
                .isEmpty();
        assertThat(Note.of(TAG, Map.of(), Map.of())).isEmpty();
        assertThat(told(Map.of("memory", "tea", "clock", "noon"), parts("memory", "tea", "clock", "night")))
                .isEqualTo("night");
    }

    @Test
    void severalSectionsAreParagraphsWithThoseThatAreGoneInFront() {
        Note note = Note.of(TAG, Map.of("branch", "main"), parts("memory", "tea", "clock", "noon"))
                .orElseThrow();

        assertThat(note.names()).containsExactly("branch", "memory", "clock");
        assertThat(inside(note))
                .isEqualTo("The part \"branch\" is gone; what stands above of it holds no more.\n\ntea\n\nnoon");
        assertThat(note.values())
                .isEqualTo(
                        Map.of("branch", Optional.empty(), "memory", Optional.of("tea"), "clock", Optional.of("noon")));
    }

    @Test
    void aLongSectionIsToldInLinesWhereThatIsMuchShorter() {
        String after = FACTS.replace("fact 7 ", "fact seven ");
        Note note =
                Note.of(TAG, Map.of("memory", FACTS), parts("memory", after)).orElseThrow();

        assertThat(inside(note)).isEqualTo("""
                Lines gone:
                - fact 7 of the harbour
                New:
                - fact seven of the harbour""");
        assertThat(note.values()).as("the value is the whole section").isEqualTo(Map.of("memory", Optional.of(after)));
    }

    @Test
    void theLinesOfOneSectionAmongSeveralNameIt() {
        String after = FACTS.replace("fact 7 ", "fact seven ");

        assertThat(told(Map.of("memory", FACTS, "branch", "main"), parts("branch", "tide", "memory", after)))
                .startsWith("tide\n\nGone from \"memory\":\n- fact 7 ");
        assertThat(told(Map.of("memory", FACTS, "branch", "main"), parts("memory", after)))
                .contains(" is gone; ", "\n\nGone from \"memory\":\n- fact 7 ");
    }

    @Test
    void onlyWhatIsOfItsTimeIsToldByItsLabelsAlone() {
        String before = FACTS + "\nbranch: main";
        String after = FACTS + "\nbranch: dev";

        for (Kind kind : List.of(Kind.WORKSPACE, Kind.MEMORY)) {
            Note note = Note.of(TAG, Map.of("s", before), Map.of("s", new Part(after, after.getBytes(UTF_8), kind)))
                    .orElseThrow();

            assertThat(inside(note).contains("main")).as(kind.id()).isEqualTo(kind == Kind.MEMORY);
            assertThat(inside(note)).endsWith("branch: dev");
        }
    }

    @Test
    void clocksAreNotNamedAndANoteOfThemAloneSaysNothingOfItself() {
        Part clock = new Part("Time: 1", "Time: 1".getBytes(UTF_8), Kind.CLOCK);
        Map<String, Part> both = new LinkedHashMap<>(Map.of("clock", clock));
        both.putAll(parts("memory", "tea"));
        Note alone = Note.of(TAG, Map.of(), Map.of("clock", clock)).orElseThrow();
        Note mixed = Note.of(TAG, Map.of(), both).orElseThrow();

        assertThat(text(alone.bytes(false)))
                .isEqualTo(text(alone.bytes(true)))
                .isEqualTo("<note-5eed5eed5eed5eed>Time: 1</note-5eed5eed5eed5eed>");
        assertThat(text(mixed.bytes(true)))
                .isEqualTo("<note-5eed5eed5eed5eed memory>\ntea\n\nTime: 1\n</note-5eed5eed5eed5eed>");
        assertThat(mixed.names()).containsExactly("memory", "clock");
    }

    @Test
    void theStateOfTheWorkingDirectoryIsNamedAndNeedsNoExplanation() {
        Part workspace = new Part("?? tides.md", "?? tides.md".getBytes(UTF_8), Kind.WORKSPACE);
        Map<String, Part> both = new LinkedHashMap<>(Map.of("git-status", workspace));
        both.putAll(parts("memory", "tea"));
        Note alone = Note.of(TAG, Map.of(), Map.of("git-status", workspace)).orElseThrow();
        Note mixed = Note.of(TAG, Map.of(), both).orElseThrow();
        Note gone = Note.of(TAG, Map.of("git-status", "?? tides.md"), Map.of()).orElseThrow();

        assertThat(text(alone.bytes(false)))
                .isEqualTo("<note-5eed5eed5eed5eed git-status>\n?? tides.md\n</note-5eed5eed5eed5eed>");
        assertThat(text(mixed.bytes(false))).contains("Such blocks belong");
        assertThat(text(gone.bytes(false))).contains("Such blocks belong");
    }

    @Test
    void aLongSectionIsToldWholeWhereLinesWouldBeHardlyShorterOrWouldMislead() {
        String half = FACTS.replaceAll("fact 1", "truth 1");
        String doubled = FACTS + "\n- fact 7 of the harbour";

        assertThat(told(Map.of("memory", FACTS), parts("memory", half))).isEqualTo(half);
        assertThat(told(Map.of("memory", doubled), parts("memory", FACTS))).isEqualTo(FACTS);
    }

    @Test
    void aShortSectionIsToldWhole() {
        String after = facts(2).replace("fact 2 ", "fact two ");

        assertThat(told(Map.of("memory", facts(2)), parts("memory", after))).isEqualTo(after);
    }

    @Test
    void changesOfTheInstructionsAreToldAsTheyAreAndTheirEndInWordsOfItsOwn() {
        String after = FACTS.replace("fact 7 ", "fact seven ");

        assertThat(told(Map.of(Note.INSTRUCTIONS, FACTS), parts(Note.INSTRUCTIONS, after)))
                .isEqualTo(after);
        assertThat(told(Map.of(Note.INSTRUCTIONS, FACTS), Map.of()))
                .isEqualTo("The instructions hold again as they stand at the start.");
    }

    @Test
    void whereTheSystemTextDoesNotSayWhatNotesAreTheNoteItselfDoes() {
        Note note = Note.of(TAG, Map.of(), parts("memory", "tea")).orElseThrow();
        String declared = text(note.bytes(true));
        String undeclared = text(note.bytes(false));
        int head = declared.indexOf("tea");

        assertThat(undeclared)
                .startsWith(declared.substring(0, head))
                .endsWith(declared.substring(head))
                .contains("belong to the instructions at the start", "the last on a part holds");
    }

    private static String told(Map<String, String> delivered, Map<String, Part> current) {
        return inside(Note.of(TAG, delivered, current).orElseThrow());
    }

    private static String inside(Note note) {
        String text = text(note.bytes(true));
        return text.substring(text.indexOf('\n') + 1, text.lastIndexOf('\n'));
    }

    private static String text(byte[] escaped) {
        return (String) JsonTree.parse('"' + new String(escaped, UTF_8) + '"');
    }

    private static Map<String, Part> parts(String... namesAndTexts) {
        Map<String, Part> parts = new LinkedHashMap<>();
        for (int i = 0; i < namesAndTexts.length; i += 2) {
            parts.put(namesAndTexts[i], new Part(namesAndTexts[i + 1], JsonString.escape(namesAndTexts[i + 1])));
        }
        return parts;
    }

    private static String facts(int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(i -> "- fact " + i + " of the harbour")
                .collect(Collectors.joining("\n"));
    }
}
