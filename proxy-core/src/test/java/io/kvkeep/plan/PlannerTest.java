package io.kvkeep.plan;

import static io.kvkeep.plan.Exchange.reasons;
import static io.kvkeep.plan.Exchange.talk;
import static io.kvkeep.plan.Exchange.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.answer.Emitted;
import io.kvkeep.answer.Emitted.Call;
import io.kvkeep.dialect.Dialect;
import io.kvkeep.ledger.Lane;
import io.kvkeep.ledger.Start;
import io.kvkeep.note.Deliver;
import io.kvkeep.plan.Capabilities.CacheKind;
import io.kvkeep.plan.Policy.StableChanges;
import io.kvkeep.prompt.PromptNotUnderstood;
import io.kvkeep.template.LateSystem;
import io.kvkeep.template.TemplateSwitch;
import io.kvkeep.template.ToolsPlace;
import io.kvkeep.template.Truth;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

final class PlannerTest {
    private static final String RULES = "You are Pilot.\nKeep the log.";
    private static final TemplateSwitch KEEP = new TemplateSwitch("preserve_thinking", "true");

    private final Exchange exchange = new Exchange(Policy.DEFAULT, Capabilities.UNKNOWN);

    // ---- sections and notes

    @Test
    void aChangedSectionGoesIntoTheNewestCarrierAndAllBeforeIsSentAsBefore() throws PromptNotUnderstood {
        Rewrite first = exchange.send(talk(logged("fog"), "Hi"));
        Rewrite second = exchange.send(talk(logged("sun"), "Hi", "Go"));
        Rewrite third = exchange.rewrite(talk(logged("sun"), "Hi", "Go", "Stop"));

        assertThat(text(second, 0)).isEqualTo(text(first, 0)).doesNotContain("fog");
        assertThat(text(second, 1)).isEqualTo(text(first, 1)).contains("Log: fog");
        assertThat(text(second, 3)).contains("Log: sun").endsWith("\nGo");
        assertThat(text(third, 3)).isEqualTo(text(second, 3));
        assertThat(text(third, 5)).isEqualTo("Stop");
        assertThat(third.known()).isEqualTo(4);
        assertThat(third.entry().before()).isPresent();
    }

    @Test
    void sectionsOfOneNameAreToldApart() throws PromptNotUnderstood {
        Rewrite first = exchange.send(talk("Log: fog\n\n" + RULES + "\n\nLog: sun", "Hi"));
        Rewrite second = exchange.rewrite(talk("Log: fog\n\n" + RULES + "\n\nLog: ice", "Hi", "Go"));

        assertThat(text(first, 1)).contains(" log,log-2>");
        assertThat(text(second, 3)).contains(" log-2>", "Log: ice").doesNotContain("fog");
    }

    @ParameterizedTest
    @EnumSource(Placement.class)
    void aNonceIsDroppedWhereverSectionsGo(Placement placement) throws PromptNotUnderstood {
        Exchange placed = new Exchange(new Policy(placement, Set.of()), Capabilities.UNKNOWN);
        Rewrite rewrite = placed.send(talk("x-billing: cch=1;\n" + RULES, "Hi"));
        Rewrite later = placed.rewrite(talk("x-billing: cch=2;\n" + RULES, "Hi", "Go"));

        assertThat(text(rewrite, 0)).isEqualTo(RULES);
        assertThat(reasons(rewrite)).containsExactly(Reason.DROP_NONCE);
        assertThat(text(later, 0)).isEqualTo(RULES);
        assertThat(later.known()).isEqualTo(2);
    }

    @Test
    void aLaneThatNothingCanCarryNotesForKeepsItsSectionsFromThenOn() throws PromptNotUnderstood {
        String body =
                "{\"messages\":[{\"role\":\"system\",\"content\":\"%s\"},{\"role\":\"assistant\",\"content\":\"x\"}%s]}";
        String system = logged("fog").replace("\n", "\\n");
        Rewrite first = exchange.send(body.formatted(system, ""));
        Rewrite second = exchange.rewrite(body.formatted(system, ",{\"role\":\"user\",\"content\":\"Hi\"}"));

        assertThat(first.plan().isEmpty()).isTrue();
        assertThat(first.entry().lane().start().moves()).isFalse();
        assertThat(second.known()).isEqualTo(1);
        assertThat(second.plan().isEmpty()).isTrue();
    }

    @Test
    void whenNotesOutweighTheirBudgetTheLaneStartsAfreshWithOneNote() throws PromptNotUnderstood {
        List<String> said = new ArrayList<>(List.of("Hi"));
        Rewrite rewrite = exchange.send(talk(logged("a".repeat(5_000)), "Hi"));
        for (char value = 'b'; value <= 'e'; value++) {
            assertThat(rewrite.rebased()).isFalse();
            said.add("Go");
            rewrite = exchange.send(talk(logged(String.valueOf(value).repeat(5_000)), said.toArray(new String[0])));
        }
        Lane before = rewrite.entry().lane();
        assertThat(before.laterNoteBytes()).isBetween(16 << 10, 24 << 10);
        said.add("Go");
        Rewrite rebased = exchange.send(talk(logged("f".repeat(5_000)), said.toArray(new String[0])));

        assertThat(rebased.rebased()).isTrue();
        assertThat(text(rebased, 1)).contains("Log: fff").endsWith("\nHi");
        assertThat(new String(rebased.body(), UTF_8)).doesNotContain("aaa", "bbb", "eee");
        assertThat(rebased.entry().lane().sent()).hasSize(1);
        assertThat(rebased.entry().lane().id()).as("it is the same lane").isEqualTo(before.id());
    }

    @Test
    void whenTheEngineHasLostALaneWithLaterNotesItStartsAfresh() throws PromptNotUnderstood {
        exchange.send(talk(logged("fog"), "Hi"));
        exchange.ledger.cool();
        Rewrite second = exchange.send(talk(logged("sun"), "Hi", "Go"));
        Rewrite third = exchange.rewrite(talk(logged("sun"), "Hi", "Go", "Stop"));

        assertThat(second.rebased()).as("one note is a clean prompt already").isFalse();
        assertThat(third.rebased()).isTrue();
        assertThat(text(third, 1)).contains("Log: sun").endsWith("\nHi");
        assertThat(new String(third.body(), UTF_8)).doesNotContain("fog");
    }

    // ---- marks and slots

    @Test
    void aMarkStandsAtTheHeadOfTheSystemTextAndAChangedOneStartsALaneWithLaterNotesAfresh() throws PromptNotUnderstood {
        Rewrite unmarked = exchange.send(talk(logged("fog"), "Hi"));
        exchange.send(talk(logged("sun"), "Hi", "Go"));
        exchange.ledger.mark(3);
        Rewrite marked = exchange.rewrite(talk(logged("sun"), "Hi", "Go", "Stop"));

        assertThat(text(unmarked, 0)).startsWith(RULES);
        assertThat(text(marked, 0)).startsWith("<lane id=\"3\"></lane>\n" + RULES);
        assertThat(marked.entry().lane().start().mark()).isEqualTo(3);
        assertThat(marked.rebased()).isTrue();
        assertThat(exchange.rewrite("{\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}")
                        .plan()
                        .isEmpty())
                .as("without a system text there is no place for a mark")
                .isTrue();
    }

    @Test
    void aSlotIsNamedUnlessTheClientNamesOne() throws PromptNotUnderstood {
        exchange.ledger.slot(2);
        String body = talk(RULES, "Hi");
        Rewrite named = exchange.rewrite(body);
        Rewrite own = exchange.rewrite("{\"id_slot\":0," + body.substring(1));

        assertThat(new String(named.body(), UTF_8)).isEqualTo("{\"id_slot\":2," + body.substring(1));
        assertThat(named.entry().slot()).hasValue(2);
        assertThat(own.plan().isEmpty()).isTrue();
        assertThat(own.entry().slot()).isEmpty();
    }

    // ---- templates

    @Test
    void theTemplateIsToldToKeepReasoningUnlessTheClientSetsItself() throws PromptNotUnderstood {
        Exchange keeping = new Exchange(Policy.DEFAULT, template(LateSystem.KEPT, Truth.YES, Optional.of(KEEP)));
        String body = talk(RULES, "Hi");
        Rewrite told = keeping.rewrite(body);
        Rewrite own = keeping.rewrite("{\"chat_template_kwargs\":{}," + body.substring(1));

        assertThat(new String(told.body(), UTF_8))
                .isEqualTo("{\"chat_template_kwargs\":{\"preserve_thinking\":true}," + body.substring(1));
        assertThat(told.entry().lane().start().keepsReasoning()).isTrue();
        assertThat(own.plan().isEmpty()).isTrue();
        assertThat(own.entry().lane().start().keepsReasoning()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void aLaneKeepsReasoningFromItsStartOrNeverDoes(boolean keeps) throws PromptNotUnderstood {
        Exchange keeping = new Exchange(Policy.DEFAULT, template(LateSystem.KEPT, Truth.YES, Optional.of(KEEP)));
        Lane first = keeping.rewrite(talk(RULES, "Hi")).entry().lane();
        Start start = first.start();
        keeping.ledger.put(new Lane(
                1,
                first.tenant(),
                first.scope(),
                new Start(start.session(), start.moves(), start.declared(), start.mark(), start.stable(), keeps),
                first.chain(),
                first.sent(),
                first.awaited()));
        Rewrite second = keeping.rewrite(talk(RULES, "Hi", "Go"));

        assertThat(second.known()).isEqualTo(1);
        assertThat(reasons(second)).isEqualTo(keeps ? List.of(Reason.KEEP_REASONING) : List.of());
        assertThat(second.entry().lane().start().keepsReasoning()).isEqualTo(keeps);
    }

    @ParameterizedTest
    @CsvSource({"NO, false, true", "YES, false, false", "UNKNOWN, false, false", "YES, true, true"})
    void reasoningComesBackOnlyWhereTheTemplateKeepsIt(Truth strips, boolean hasSwitch, boolean restored)
            throws PromptNotUnderstood {
        Exchange thinking = new Exchange(
                Policy.DEFAULT, template(LateSystem.KEPT, strips, hasSwitch ? Optional.of(KEEP) : Optional.empty()));
        thinking.send(talk(RULES, "Hi"), new Emitted(" Aye.", "Tide?", List.of()));
        Rewrite second = thinking.send(talk(RULES, "Hi", "Go"));
        Rewrite third = thinking.rewrite(talk(RULES, "Hi", "Go", "Stop"));

        assertThat(text(second, 2)).isEqualTo(" Aye.");
        assertThat(new String(second.body(), UTF_8).contains("\"reasoning_content\":\"Tide?\""))
                .isEqualTo(restored);
        assertThat(text(third, 2)).as("also in later requests").isEqualTo(" Aye.");
        assertThat(new String(third.body(), UTF_8).contains("\"reasoning_content\":\"Tide?\""))
                .isEqualTo(restored);
    }

    @Test
    void argumentsOfCallsComeBackAsTheModelSpelledThem() throws PromptNotUnderstood {
        String asked = talk(RULES, "Hi");
        exchange.send(asked, new Emitted("", "", List.of(new Call("read", "{\"b\": 2, \"a\": 1}"))));
        Rewrite second = exchange.rewrite(asked.substring(0, asked.length() - 2)
                + ",{\"role\":\"assistant\",\"content\":\"\",\"tool_calls\":[{\"id\":\"c1\",\"type\":\"function\","
                + "\"function\":{\"name\":\"read\",\"arguments\":\"{\\\"a\\\":1,\\\"b\\\":2}\"}}]},"
                + "{\"role\":\"tool\",\"tool_call_id\":\"c1\",\"content\":\"4\"}]}");

        assertThat(reasons(second)).containsExactly(Reason.RESTORE_ANSWER);
        assertThat(new String(second.body(), UTF_8)).contains("\"arguments\":\"{\\\"b\\\": 2, \\\"a\\\": 1}\"");
    }

    @ParameterizedTest
    @EnumSource(
            value = LateSystem.class,
            names = {"RAISES", "LOST", "HOISTED"})
    void aLateSystemMessageSpeaksAsTheUserWhereTheTemplateWouldNotLeaveItThere(LateSystem does)
            throws PromptNotUnderstood {
        Rewrite rewrite = new Exchange(Policy.DEFAULT, template(does, Truth.UNKNOWN, Optional.empty()))
                .rewrite(late("[{\"type\":\"text\",\"text\":\"Plan\"},{\"type\":\"text\",\"text\":\"mode.\"}]"));

        assertThat(new String(rewrite.body(), UTF_8))
                .isEqualTo(late("[{\"type\":\"text\",\"text\":\"<note-5eed5eed5eed5eed system>\\nPlan\"},"
                                + "{\"type\":\"text\",\"text\":\"mode.\\n</note-5eed5eed5eed5eed>\"}]")
                        .replace("\"role\":\"developer\"", "\"role\":\"user\""));
        assertThat(reasons(rewrite)).containsOnly(Reason.KEEP_IN_PLACE);
    }

    @ParameterizedTest
    @EnumSource(
            value = LateSystem.class,
            mode = Mode.EXCLUDE,
            names = {"RAISES", "LOST", "HOISTED"})
    void elsewhereALateSystemMessageStaysWhatItIs(LateSystem does) throws PromptNotUnderstood {
        Exchange other = new Exchange(Policy.DEFAULT, template(does, Truth.UNKNOWN, Optional.empty()));

        assertThat(other.rewrite(late("\"Plan mode.\"")).plan().isEmpty()).isTrue();
    }

    // ---- lanes

    @Test
    void aLateSystemMessageSpeaksAsTheUserWhereTheEngineMovesItInThatDialect() throws PromptNotUnderstood {
        Capabilities hoisting = new Capabilities(false, CacheKind.UNKNOWN, Set.of("messages"));
        Exchange moved = new Exchange(Policy.DEFAULT, hoisting);
        String body = "{\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"},{\"role\":\"system\",\"content\":"
                + "[{\"type\":\"text\",\"text\":\"Mind\"},{\"type\":\"text\",\"text\":\"the tide.\"}]}]}";
        Rewrite rewrite = moved.rewrite(Dialect.MESSAGES, body);

        assertThat(reasons(rewrite)).isNotEmpty().containsOnly(Reason.KEEP_IN_PLACE);
        assertThat(new String(rewrite.body(), UTF_8))
                .contains("{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"<note-")
                .contains("\"the tide.\\n</note-");
        assertThat(moved.rewrite(body).plan().isEmpty()).isTrue();
    }

    @Test
    void aChangedAnswerIsALaneThatGoesOnAndAChangedUserMessageIsABranch() throws PromptNotUnderstood {
        exchange.send(talk(RULES, "Hi"));
        exchange.send(talk(RULES, "Hi", "Go"));
        Rewrite answerChanged = exchange.rewrite(talk(RULES, "Hi", "Go", "Stop").replaceFirst("(.*)Aye", "$1No"));
        Rewrite branch = exchange.rewrite(talk(RULES, "Hi", "Wait"));
        Rewrite retry = exchange.rewrite(talk(RULES, "Hi", "Go"));

        assertThat(answerChanged.entry().lane().id()).isEqualTo(1);
        assertThat(answerChanged.known()).isEqualTo(3);
        assertThat(branch.entry().lane().id()).isEqualTo(Lane.NO_ID);
        assertThat(branch.known()).isEqualTo(2);
        assertThat(retry.entry().lane().id()).isEqualTo(Lane.NO_ID);
        assertThat(retry.known()).isEqualTo(3);
    }

    @Test
    void anotherHeadOfTheStableTextIsAnotherScope() throws PromptNotUnderstood {
        exchange.send(talk(RULES, "Hi"));

        assertThat(exchange.rewrite(talk("You are Pilot. Name this talk.", "Hi", "Go"))
                        .known())
                .isZero();
        assertThat(exchange.rewrite(talk(RULES, "Hi", "Go")).known()).isEqualTo(2);
    }

    @Test
    void aToolThatComesLateStandsBehindTheOthers() throws PromptNotUnderstood {
        String body = talk(RULES, "Hi");
        String write = "{\"name\":\"write\"}";
        String ask = "{\"name\":\"ask\"}";
        exchange.send("{\"tools\":[" + write + "]," + body.substring(1));
        Rewrite second = exchange.rewrite("{\"tools\":[" + ask + "," + write + "]," + body.substring(1));

        assertThat(new String(second.body(), UTF_8))
                .isEqualTo("{\"tools\":[" + write + "," + ask + "]," + body.substring(1));
        assertThat(second.entry().agent().tools()).containsExactly("write", "ask");
    }

    @Test
    void behindAToolResultAChangeWaitsForTheUserIfThatIsWanted() throws PromptNotUnderstood {
        Exchange waiting = new Exchange(
                new Policy(Placement.FIRST_USER, Set.of(), Deliver.NEXT_USER, StableChanges.SEND),
                Capabilities.UNKNOWN);
        waiting.send(talk(logged("fog"), "Hi"));
        String asked = talk(logged("sun"), "Hi");
        Rewrite second = waiting.send(asked.substring(0, asked.length() - 2)
                + ",{\"role\":\"assistant\",\"content\":\"Aye.\"},{\"role\":\"tool\",\"content\":\"4\"}]}");

        assertThat(text(second, 1)).contains("Log: fog");
        assertThat(new String(second.body(), UTF_8)).doesNotContain("sun");
        assertThat(second.entry().lane().id()).isEqualTo(1);
    }

    private static String logged(String value) {
        return RULES + "\n\nLog: " + value;
    }

    private static String late(String content) {
        return "{\"messages\":[{\"role\":\"system\",\"content\":\"You are Pilot.\"},"
                + "{\"role\":\"user\",\"content\":\"Hi\"},"
                + "{\"role\":\"developer\",\"content\":" + content + "},"
                + "{\"role\":\"system\",\"content\":null}]}";
    }

    private static Capabilities template(LateSystem late, Truth strips, Optional<TemplateSwitch> keep) {
        return new Capabilities(false, CacheKind.UNKNOWN, ToolsPlace.UNKNOWN, late, strips, keep);
    }
}
