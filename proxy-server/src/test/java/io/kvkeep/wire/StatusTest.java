package io.kvkeep.wire;

import static io.kvkeep.wire.Talk.answer;
import static io.kvkeep.wire.Talk.assistant;
import static io.kvkeep.wire.Talk.body;
import static io.kvkeep.wire.Talk.sent;
import static io.kvkeep.wire.Talk.system;
import static io.kvkeep.wire.Talk.user;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kvkeep.cli.Kvkeep;
import io.kvkeep.config.LedgerOptions;
import io.kvkeep.config.Mode;
import io.kvkeep.plan.Policy;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the admin port tells of the ledger. */
class StatusTest extends WireTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String CREDENTIAL = "sk-harbour-4711";

    @Test
    void theLedgerTellsItsSize() throws Exception {
        RawEngine engine = engine(call -> call.answer(200, answer(assistant("Hello."))));
        Kvkeep kvkeep = proxy(engine, LedgerOptions.defaults(), false);
        JsonNode before = status(kvkeep).path("ledger");
        assertThat(before.path("kept").asText()).isEqualTo("disk");
        assertThat(before.path("lanes").asInt(-1)).isZero();

        sent(kvkeep, engine, day(21, "hi"));
        sent(kvkeep, engine, day(21, "hello"));
        JsonNode after = status(kvkeep).path("ledger");

        assertThat(after.path("lanes").asInt()).isEqualTo(2);
        assertThat(after.path("memoryBytes").asLong())
                .isPositive()
                .isLessThan(after.path("maxBytes").asLong());
        assertThat(after.path("diskBytes").asLong())
                .isEqualTo(Files.size(dataDir().resolve("ledger/lanes.log")))
                .isGreaterThan(before.path("diskBytes").asLong());
        assertThat(after.path("recordsNotWritten").asInt(-1)).isZero();
    }

    @Test
    void aLedgerInMemorySaysSo() throws Exception {
        RawEngine engine = engine(call -> call.answer(200, "{}"));
        JsonNode ledger = status(proxy(engine, LedgerOptions.defaults().inMemory(), false))
                .path("ledger");

        assertThat(ledger.path("kept").asText()).isEqualTo("memory");
        assertThat(ledger.path("diskBytes").asInt(-1)).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "vllm|true|left alone|shares what it holds between all requests",
                "somebody|true|left alone|not known how the engine shares",
                "llamacpp|false|left alone|marks: off",
                "llamacpp|true|marks, when lanes take each other's slot|/slots is not served",
                "library|true|marks, when lanes take each other's slot|id_slot is not used"
            })
    void howLanesAreKeptApartIsToldWithTheReason(String modelOwner, boolean marks, String how, String why)
            throws Exception {
        RawEngine engine = engine(modelOwner, call -> call.answer(200, "{}"));
        LedgerOptions usual = LedgerOptions.defaults();
        JsonNode slots = status(proxy(engine, new LedgerOptions(false, usual.maxBytes(), marks, true), false))
                .path("slots");

        assertThat(slots.path("how").asText()).isEqualTo(how);
        assertThat(slots.path("why").asText()).contains(why);
    }

    @Test
    void whatWasLearnedIsToldAndItsTextOnlyIfTheOperatorWantsIt() throws Exception {
        JsonNode silent = learned(false);
        JsonNode telling = learned(true);

        assertThat(silent.path("name").asText()).startsWith("learned-");
        assertThat(silent.path("state").asText()).isEqualTo("applied");
        assertThat(silent.path("changed").asInt()).isEqualTo(1);
        assertThat(silent.has("rule")).isFalse();
        assertThat(telling.path("rule").asText()).contains("Tide day: ");
    }

    private JsonNode learned(boolean showsText) throws Exception {
        RawEngine engine = engine(call -> call.answer(200, answer(assistant("Hello."))));
        Kvkeep kvkeep = proxy(engine, LedgerOptions.defaults().inMemory(), showsText);
        sent(kvkeep, engine, day(21, "hi"));
        sent(kvkeep, engine, day(22, "hi"));
        JsonNode agents = status(kvkeep).path("learner");
        assertThat(agents).hasSize(1);
        assertThat(agents.elements().next()).hasSize(1);
        return agents.elements().next().get(0);
    }

    @Test
    void noTextOfAPromptAndNoCredentialIsThere() throws Exception {
        RawEngine engine = engine(call -> call.answer(200, answer(assistant("At noon."))));
        Kvkeep kvkeep = proxy(engine, LedgerOptions.defaults(), false);
        for (int day = 21; day < 24; day++) {
            sent(kvkeep, engine, day(day, "When is high water?"), "Authorization: Bearer " + CREDENTIAL);
        }

        assertThat(page(kvkeep))
                .contains("learned-")
                .doesNotContain("tide tables", "Tide day", "2026-11-2", "high water", "At noon", CREDENTIAL, "note-");
    }

    private static String day(int day, String words) {
        return body(
                system("You keep the tide tables.\nBe kind.\n\nTide day: 2026-11-" + day + "\n\nBe brief."),
                user(words));
    }

    private Kvkeep proxy(RawEngine engine, LedgerOptions ledger, boolean showsText) throws IOException {
        return proxy(engine.port(), config(dataDir(), Mode.REWRITE, Policy.DEFAULT, ledger, LIMITS, showsText));
    }

    private JsonNode status(Kvkeep kvkeep) throws IOException {
        return JSON.readTree(page(kvkeep));
    }

    private String page(Kvkeep kvkeep) throws IOException {
        return client(kvkeep.adminAddress().port()).get("/status").answer().text();
    }
}
