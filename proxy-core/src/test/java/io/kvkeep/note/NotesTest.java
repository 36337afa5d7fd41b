package io.kvkeep.note;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.answer.Emitted;
import io.kvkeep.dialect.Dialect;
import io.kvkeep.lane.Digest;
import io.kvkeep.ledger.Lane;
import io.kvkeep.ledger.Linked;
import io.kvkeep.ledger.Sent;
import io.kvkeep.ledger.Start;
import io.kvkeep.note.Note.Part;
import io.kvkeep.prompt.PromptNotUnderstood;
import io.kvkeep.section.Cutter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class NotesTest {
    private static final NoteTag TAG = new NoteTag("5eed5eed5eed5eed");
    private static final Linked NOWHERE = new Linked(Optional.empty(), 0);
    private static final Map<String, Part> NIGHT = Map.of("clock", new Part("night", "night".getBytes(US_ASCII)));
    private static final Sent NOON = told(0, "noon");

    @ParameterizedTest
    @EnumSource(Deliver.class)
    void atFirstContactTheFirstUserMessageCarriesAllSections(Deliver deliver) throws PromptNotUnderstood {
        Notes notes = of(NOWHERE, deliver, "assistant:\"Hello\"", "user:\"a\"", "assistant:\"b\"", "user:\"c\"");

        assertThat(notes.carrier()).isEqualTo(1);
        assertThat(told(notes)).contains("night");
        assertThat(notes.replayed()).isEmpty();
        assertThat(notes.kept()).isZero();
        assertThat(notes.possible()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(Deliver.class)
    void aChangeGoesIntoTheNewestUserMessageAndEarlierNotesComeAgain(Deliver deliver) throws PromptNotUnderstood {
        Notes notes = of(
                linked(2, NOON),
                deliver,
                "user:\"a\"",
                "assistant:\"b\"",
                "user:\"c\"",
                "assistant:\"\"",
                "user:\"d\"");

        assertThat(notes.replayed()).containsExactly(NOON);
        assertThat(notes.carrier()).isEqualTo(4);
        assertThat(told(notes)).contains("night");
        assertThat(notes.kept()).isEqualTo(2);
    }

    @Test
    void aChangeGoesIntoTheNewestToolResult() throws PromptNotUnderstood {
        Notes notes = of(linked(2, NOON), Deliver.NOW, "user:\"a\"", "assistant:null", "tool:\"1\"", "tool:\"2\"");

        assertThat(notes.carrier()).isEqualTo(3);
        assertThat(notes.replayed()).containsExactly(NOON);
    }

    @Test
    void behindAToolResultAChangeWaitsForTheUserIfThatIsWanted() throws PromptNotUnderstood {
        Notes notes = of(linked(2, NOON), Deliver.NEXT_USER, "user:\"a\"", "assistant:null", "tool:\"1\"");

        assertThat(notes.carrier()).isEqualTo(-1);
        assertThat(notes.fresh()).isEmpty();
        assertThat(notes.replayed()).containsExactly(NOON);
        assertThat(notes.kept()).isEqualTo(2);
        assertThat(notes.possible()).isTrue();
    }

    @Test
    void whatHoldsIsNotToldAgain() throws PromptNotUnderstood {
        Sent now = told(0, "night");
        Notes notes = of(
                linked(2, now, Sent.answer(1, new Emitted("b", "", List.of()))),
                Deliver.NOW,
                "user:\"a\"",
                "assistant:\"b\"",
                "user:\"c\"");

        assertThat(notes.replayed()).as("an answer is no note").containsExactly(now);
        assertThat(notes.fresh()).isEmpty();
        assertThat(notes.carrier()).isEqualTo(-1);
        assertThat(notes.kept()).isEqualTo(2);
    }

    @Test
    void newsInARetryAreSentInTheLastCarrierAnew() throws PromptNotUnderstood {
        Notes notes = of(linked(3, NOON, told(2, "eve")), Deliver.NOW, "user:\"a\"", "assistant:\"b\"", "user:\"c\"");

        assertThat(notes.replayed()).containsExactly(NOON);
        assertThat(notes.carrier()).isEqualTo(2);
        assertThat(told(notes)).contains("night");
        assertThat(notes.kept()).isEqualTo(2);
    }

    @Test
    void newsInARetryOfTheFirstRequestAreAFirstContact() throws PromptNotUnderstood {
        Notes notes = of(linked(1, NOON), Deliver.NOW, "user:\"a\"");

        assertThat(notes.replayed()).isEmpty();
        assertThat(notes.carrier()).isZero();
        assertThat(notes.kept()).isZero();
    }

    @Test
    void aNoteWhoseMessageHasNoPlaceForItAnyMoreIsToldAgainBehind() throws PromptNotUnderstood {
        Notes notes = of(
                linked(4, NOON, told(2, "night")),
                Deliver.NOW,
                "user:\"a\"",
                "assistant:\"b\"",
                "user:null",
                "user:\"c\"");

        assertThat(notes.kept()).isEqualTo(2);
        assertThat(notes.replayed()).containsExactly(NOON);
        assertThat(notes.carrier()).isEqualTo(3);
        assertThat(told(notes)).contains("night");
    }

    @ParameterizedTest
    @EnumSource(Deliver.class)
    void withoutAMessageOfTheUserTheNewestToolResultCarries(Deliver deliver) throws PromptNotUnderstood {
        assertThat(of(NOWHERE, deliver, "tool:\"1\"", "tool:\"2\"", "assistant:\"b\"")
                        .carrier())
                .isEqualTo(1);
    }

    @Test
    void withoutAnyCarrierNotesAreNotPossibleUnlessThereIsNothingToTell() throws PromptNotUnderstood {
        Carriers none = carriers("assistant:\"b\"", "user:null", "critic:\"c\"");

        assertThat(Notes.of(TAG, NOWHERE, 3, none, Map.of(), NIGHT, Deliver.NOW).possible())
                .isFalse();
        assertThat(Notes.of(TAG, NOWHERE, 3, none, Map.of(), Map.of(), Deliver.NOW)
                        .possible())
                .isTrue();
    }

    private static Notes of(Linked linked, Deliver deliver, String... messages) throws PromptNotUnderstood {
        return Notes.of(TAG, linked, messages.length, carriers(messages), Map.of(), NIGHT, deliver);
    }

    /** Takes messages as role:content. */
    static Carriers carriers(String... messages) throws PromptNotUnderstood {
        List<String> objects = new ArrayList<>();
        for (String message : messages) {
            int colon = message.indexOf(':');
            objects.add("{\"role\":\"" + message.substring(0, colon) + "\",\"content\":" + message.substring(colon + 1)
                    + "}");
        }
        byte[] body = ("{\"messages\":[" + String.join(",", objects) + "]}").getBytes(UTF_8);
        return new Carriers(Dialect.CHAT_COMPLETIONS.read(body).conversation(), new Cutter(List.of()));
    }

    private static Optional<String> told(Notes notes) {
        return Objects.requireNonNull(notes.fresh().orElseThrow().values().get("clock"));
    }

    private static Sent told(int message, String clock) {
        return Sent.note(message, clock.getBytes(US_ASCII), Map.of("clock", Optional.of(clock)));
    }

    private static Linked linked(int known, Sent... sent) {
        Digest digest = new Digest(0, 0);
        Lane lane = new Lane(
                1,
                0,
                digest,
                new Start(0, true, true, 0, digest, false),
                Collections.nCopies(known, digest),
                List.of(sent),
                Optional.empty());
        return new Linked(Optional.of(lane), known);
    }
}
