package io.kvkeep.draft;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.draft.LearnedStatus.Agent;
import io.kvkeep.draft.LearnedStatus.Place;
import io.kvkeep.learn.Finding;
import io.kvkeep.learn.FirstWords;
import io.kvkeep.learn.ProfileEntry;
import io.kvkeep.learn.Variation;
import io.kvkeep.profile.HeaderStart;
import io.kvkeep.profile.Profile;
import io.kvkeep.profile.ProfileReader;
import io.kvkeep.section.SectionRule;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProfileDraftTest {
    private static final Place TIDE = place("Tide: ", "", "line-end");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "## Notes of AGENTS.md | | blank-line | a file with rules is named there",
                "Rule 4 | # .github/copilot-instructions.md | line-end | a file with rules is named there",
                "## Weather | | text-end | where it ends can't be told",
            })
    void whatMustNotMoveIsLeftOutWithTheReason(String starts, String heading, String until, String reason)
            throws Exception {
        Place bad = place(starts, heading == null ? "" : heading, until);
        ProfileDraft draft = ProfileDraft.of("tern", new Agent(4, List.of(), List.of(), List.of(bad, TIDE)));

        assertThat(draft.leftOut()).containsOnlyKeys(bad);
        assertThat(draft.rules()).containsExactly(TIDE);
        assertThat(draft.text()).contains("# Left out, changed 3 times in 4 system texts: " + reason);
        assertThat(sections(draft.text())).extracting(SectionRule::starts).containsExactly(List.of("Tide: "));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "kind: other | kind: tides | no kind tides",
                "'Tide: ' | ' ' | starts",
                "until: [line-end] | until: [] | until or through",
                "stability: volatile | stability: volatile\\n    nest: 4 | no key nest"
            })
    void whatTheReaderRefusesIsLeftOutWithItsWords(String from, String to, String reason) throws Exception {
        String rule = TIDE.rule().replace(from, to.replace("\\n", "\n"));
        assertThat(rule).isNotEqualTo(TIDE.rule());
        Place bad = new Place("learned-other-1", "other", 4, 3, 400, false, "", rule);
        ProfileDraft draft = ProfileDraft.of("tern", new Agent(4, List.of(), List.of(), List.of(bad)));

        assertThat(draft.leftOut()).containsOnlyKeys(bad);
        assertThat(draft.leftOut().get(bad)).isNotBlank().contains(reason);
        assertThat(sections(draft.text())).isEmpty();
    }

    @Test
    void memoryIsNoFileOfRules() {
        Place memory = place("## MEMORY.md", "", "blank-line");

        assertThat(ProfileDraft.of("tern", new Agent(4, List.of(), List.of(), List.of(memory)))
                        .rules())
                .containsExactly(memory);
    }

    @Test
    void firstWordsBehindAChangingPartAreLinesAndWithoutAnyTheUserIsAsked() throws Exception {
        FirstWords start = new FirstWords("You are 'Tern': # \\1\n- of \"harbours\"", true);
        FirstWords line = new FirstWords("You are a gull.", false);
        ProfileDraft draft = ProfileDraft.of("tern", new Agent(4, List.of(start, line), List.of(), List.of(TIDE)));
        Profile profile = ProfileReader.read("tern.yaml", draft.text());
        assertThat(profile.recognise().systemStarts()).containsExactly(start.words());
        assertThat(profile.recognise().systemLines()).containsExactly(line.words());
        assertThat(draft.text()).contains("several beginnings");
        assertThat(draft.recognises()).isTrue();

        ProfileDraft bare = ProfileDraft.of("tern", new Agent(4, List.of(), List.of(), List.of(TIDE)));
        assertThat(bare.text()).contains("# Fill in what tells this agent from others", "# recognise:");
        assertThat(bare.recognises()).isFalse();
    }

    @Test
    void whatIsToBeFilledInIsValidWithoutItsCommentMark() throws Exception {
        HeaderStart userAgent = new HeaderStart("user-agent", "tern/");
        FirstWords start = new FirstWords("You are Tern.", true);
        List<String> sent = List.of("tern/2.1 (linux)", "tern/2.2 (linux)");
        String known = ProfileDraft.of("tern", new Agent(4, List.of(start), sent, List.of(TIDE)))
                .text()
                .replace("  # user-agent-starts", "  user-agent-starts");
        String bare = ProfileDraft.of("tern", new Agent(4, List.of(), sent, List.of(TIDE)))
                .text()
                .replaceAll("(?m)^# (recognise| +system-starts| +user-agent-starts)", "$1");

        assertThat(known).contains("# Its requests came with the User-Agent tern/2.1 (linux), tern/2.2 (linux).");
        assertThat(ProfileReader.read("tern.yaml", known).recognise().headers()).containsExactly(userAgent);
        assertThat(ProfileReader.read("tern.yaml", bare).recognise().headers()).containsExactly(userAgent);
        assertThat(ProfileReader.read("tern.yaml", bare).recognise().systemStarts())
                .containsExactly("You are ...");
    }

    @Test
    void withoutAUserAgentThatNamesAProductNoneIsOffered() throws Exception {
        ProfileDraft draft = ProfileDraft.of("tern", new Agent(4, List.of(), List.of("tern"), List.of(TIDE)));

        assertThat(draft.text())
                .contains("# A User-Agent that names a product tells more")
                .doesNotContain("agent-starts");
    }

    @Test
    void tokensAreAQuarterOfTheBytes() throws Exception {
        ProfileDraft draft = ProfileDraft.of("tern", new Agent(4, List.of(), List.of(), List.of(TIDE)));

        assertThat(draft.text()).contains("; about 1,100 tokens of system text behind it were read again");
    }

    private static List<SectionRule> sections(String yaml) throws Exception {
        return ProfileReader.read("tern.yaml", yaml).rules().sections();
    }

    private static Place place(String starts, String heading, String until) {
        Finding finding = new Finding(
                "learned-other-" + Integer.toHexString(starts.hashCode()),
                Variation.OTHER,
                heading,
                starts,
                List.of(until),
                "",
                4,
                3,
                4_400,
                false);
        return new Place(finding.name(), "other", 4, 3, 4_400, false, heading, ProfileEntry.asYaml(finding));
    }
}
