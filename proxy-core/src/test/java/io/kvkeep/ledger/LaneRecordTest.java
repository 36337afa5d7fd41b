package io.kvkeep.ledger;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvkeep.answer.Emitted;
import io.kvkeep.answer.Emitted.Call;
import io.kvkeep.json.JsonString;
import io.kvkeep.lane.Digest;
import io.kvkeep.ledger.AgentState.Pinned;
import io.kvkeep.ledger.AgentState.Standing;
import io.kvkeep.section.Cutter;
import io.kvkeep.section.Kind;
import io.kvkeep.section.Section;
import io.kvkeep.section.SectionRule;
import io.kvkeep.section.SectionRule.End;
import io.kvkeep.section.Stability;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class LaneRecordTest {
    private static final int SEEDS = 300;

    private final Random random = new Random(4);

    @Test
    void aLaneComesBackFromItsRecordsAsItWas() {
        for (int seed = 0; seed < SEEDS; seed++) {
            Lane first = lane(1 + random.nextInt(6));
            Lane second = grown(first);
            byte[] one = LaneRecord.write(new LaneRecord.Served(first, 7, 1_000), null);
            byte[] two = LaneRecord.write(new LaneRecord.Served(second, 8, 2_000), first);

            LaneRecord.Served read = (LaneRecord.Served) LaneRecord.read(one, id -> null);
            assertSame(read.lane(), first);
            assertThat(read.turn()).isEqualTo(7);
            assertThat(read.servedMillis()).isEqualTo(1_000);
            LaneRecord.Served next =
                    (LaneRecord.Served) LaneRecord.read(two, id -> id == first.id() ? read.lane() : null);
            assertSame(next.lane(), second);
            assertThat(next.turn()).isEqualTo(8);
        }
    }

    @Test
    void aLaneThatGoesOnCostsOnlyWhatIsNew() {
        Lane first = lane(200);
        List<Digest> longer = new ArrayList<>(first.chain());
        longer.add(digest());
        Lane second = new Lane(
                first.id(), first.tenant(), first.scope(), first.start(), longer, first.sent(), Optional.empty());

        assertThat(LaneRecord.write(new LaneRecord.Served(second, 2, 2), first)).hasSizeLessThan(150);
    }

    @Test
    void answersAgentsSlotsAndForgottenLanesComeBack() {
        LaneRecord answered = new LaneRecord.Answered(3, 9, digest(), emitted());
        LaneRecord forgotten = new LaneRecord.Forgotten(12);
        LaneRecord placed = new LaneRecord.Placed(12, 3);
        LaneRecord agent = new LaneRecord.Agent(new AgentState(
                digest(),
                List.of("read", "write"),
                List.of(digest()),
                List.of(digest(), digest()),
                List.of(digest()),
                List.of(
                        new Pinned(digest(), List.of("Rules.\n", "More – ♥")),
                        new Pinned(
                                digest(),
                                digest(),
                                List.of("Rules.\n"),
                                List.of(new Standing(0, 7, "clock", Kind.CLOCK, "\nnoon", "noon"))))));

        for (LaneRecord record : List.of(answered, forgotten, placed, agent)) {
            assertThat(LaneRecord.read(LaneRecord.write(record, null), id -> null))
                    .isEqualTo(record);
        }
    }

    @Test
    void rulesThatWereLearnedComeBackAndCutAsBefore() {
        SectionRule clock = new SectionRule(
                "learned-clock",
                Kind.CLOCK,
                Stability.VOLATILE,
                List.of("Tide at ", "Flut um "),
                List.of(new End.LineEnd()),
                Optional.of(Pattern.compile("Tide at \\d\\d:\\d\\d")));
        SectionRule counter = new SectionRule(
                "learned-counter",
                Kind.OTHER,
                Stability.VOLATILE,
                List.of("Ships: "),
                List.of(new End.LineEnd()),
                Optional.empty());
        byte[] written = LaneRecord.write(new LaneRecord.Rules(7, "pilot", List.of(clock, counter)), null);

        LaneRecord.Rules read = (LaneRecord.Rules) LaneRecord.read(written, id -> null);

        assertThat(read.tenant()).isEqualTo(7);
        assertThat(read.agent()).isEqualTo("pilot");
        assertThat(read.rules()).extracting(SectionRule::name).containsExactly("learned-clock", "learned-counter");
        assertThat(read.rules()).extracting(SectionRule::kind).containsExactly(Kind.CLOCK, Kind.OTHER);
        String text = "Rules.\nTide at 10:15\nTide at noon\nShips: 4";
        assertThat(new Cutter(read.rules()).cut(text).sections())
                .isEqualTo(new Cutter(List.of(clock, counter)).cut(text).sections())
                .filteredOn(Section::isVolatile)
                .extracting(section -> section.value(text))
                .containsExactly("Tide at 10:15", "Ships: 4");
    }

    @Test
    void aRecordOfAnotherKindIsRefused() {
        for (byte kind : new byte[] {0, 7, 100}) {
            assertThatThrownBy(() -> LaneRecord.read(new byte[] {kind}, id -> null))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("kind " + kind);
        }
    }

    @Test
    void whatIsNoRecordIsRefusedWithoutAskingForMemory() {
        byte[] whole = LaneRecord.write(new LaneRecord.Served(lane(5), 1, 1), null);
        for (int length = 0; length < whole.length; length++) {
            byte[] torn = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> LaneRecord.read(torn, id -> null)).isInstanceOf(IllegalArgumentException.class);
        }
        byte[] more = Arrays.copyOf(whole, whole.length + 1);
        assertThatThrownBy(() -> LaneRecord.read(more, id -> null)).isInstanceOf(IllegalArgumentException.class);
        byte[] huge = {4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, -1, -1, 7};
        assertThatThrownBy(() -> LaneRecord.read(huge, id -> null)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aValueThatDoesNotStandInItsNoteIsRefused() {
        Sent sent = Sent.note(0, "noon".getBytes(UTF_8), Map.of("c", Optional.of("noon")));
        Lane lane = lane(1);
        byte[] whole = LaneRecord.write(
                new LaneRecord.Served(lane.sharing(lane.scope(), lane.start(), List.of(sent)), 1, 1), null);
        int kind = new String(whole, ISO_8859_1).indexOf("noon\u0001\u0001c") + 7;
        for (byte[] place : new byte[][] {{2, 0, 5}, {2, 3, 2}, {3, 0, 4}}) {
            byte[] broken = whole.clone();
            System.arraycopy(place, 0, broken, kind, place.length);
            assertThatThrownBy(() -> LaneRecord.read(broken, id -> null)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aDifferenceFromALaneThatIsNotKnownIsRefused() {
        Lane first = lane(4);
        byte[] difference = LaneRecord.write(new LaneRecord.Served(grown(first), 2, 2), first);

        assertThatThrownBy(() -> LaneRecord.read(difference, id -> null)).isInstanceOf(IllegalArgumentException.class);
    }

    private Lane lane(int messages) {
        Start start = new Start(random.nextLong(), random.nextBoolean(), true, random.nextInt(9), digest(), false);
        List<Digest> chain = new ArrayList<>();
        List<Sent> sent = new ArrayList<>();
        for (int i = 0; i < messages; i++) {
            chain.add(digest());
            if (random.nextInt(3) == 0) {
                sent.add(random.nextBoolean() ? Sent.answer(i, emitted()) : note(i));
            }
        }
        Optional<Emitted> awaited = random.nextBoolean() ? Optional.of(emitted()) : Optional.empty();
        return new Lane(1 + random.nextInt(1_000), random.nextLong(), digest(), start, chain, sent, awaited);
    }

    private Lane grown(Lane lane) {
        int kept = 1 + random.nextInt(lane.chain().size());
        List<Digest> chain = new ArrayList<>(lane.chain().subList(0, kept));
        chain.add(digest());
        List<Sent> sent = new ArrayList<>(lane.sentUpTo(kept));
        sent.add(note(kept));
        return new Lane(lane.id(), lane.tenant(), lane.scope(), lane.start(), chain, sent, Optional.empty());
    }

    /** Returns a note with a value that stands in it, one that does not, and a section that is gone. */
    private Sent note(int message) {
        String memory = "likes \"tea\" " + random.nextInt() + " times. ".repeat(random.nextInt(80));
        Map<String, Optional<String>> values = new LinkedHashMap<>();
        values.put("memory", Optional.of(memory));
        values.put("clock", Optional.of("noon " + random.nextInt()));
        values.put("summary", Optional.empty());
        byte[] spelled = JsonString.escape("<note>" + memory + "\nIt is later.</note>");
        return Sent.note(message, spelled, values);
    }

    private Emitted emitted() {
        return new Emitted("text " + random.nextInt(), "why", List.of(new Call("read", "{\"a\" : 1.0}")));
    }

    private Digest digest() {
        return new Digest(random.nextLong(), random.nextLong());
    }

    private static void assertSame(Lane read, Lane written) {
        assertThat(read).isEqualTo(written).usingRecursiveComparison().isEqualTo(written);
    }
}
