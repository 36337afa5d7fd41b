package io.kvkeep.probe;

import io.kvkeep.plan.Capabilities.CacheKind;
import io.kvkeep.template.Fact;
import io.kvkeep.template.TemplateFacts;
import io.kvkeep.template.Truth;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What is known of one engine, each conclusion with its evidence.
 *
 * @param version its own name of its version
 * @param slots how many conversations it can hold at once, where it counts them
 * @param cacheKind how requests share what it holds
 * @param reportsReuse whether its answers tell how many tokens came from the cache
 * @param missingFlag the start option that would make it tell, if that is what is or may be missing
 * @param pinning whether {@code id_slot} brings a conversation back to what its slot holds
 * @param models facts of its first models, in the engine's order
 */
public record EngineFacts(
        Fact<Optional<String>> version,
        Fact<OptionalLong> slots,
        Fact<CacheKind> cacheKind,
        Fact<Truth> reportsReuse,
        Optional<String> missingFlag,
        Fact<Truth> pinning,
        List<ModelFacts> models) {
    private static final String NOT_ASKED = "not asked yet";

    /** An engine that has not been asked. */
    public static final EngineFacts UNKNOWN = new EngineFacts(
            new Fact<>(Optional.empty(), NOT_ASKED),
            new Fact<>(OptionalLong.empty(), NOT_ASKED),
            new Fact<>(CacheKind.UNKNOWN, NOT_ASKED),
            new Fact<>(Truth.UNKNOWN, NOT_ASKED),
            Optional.empty(),
            new Fact<>(Truth.UNKNOWN, NOT_ASKED),
            List.of());

    /** Copies the list. */
    public EngineFacts {
        models = List.copyOf(models);
    }

    /** Returns the same with one more model. */
    public EngineFacts with(ModelFacts model) {
        List<ModelFacts> more = new ArrayList<>(models);
        more.add(model);
        return new EngineFacts(version, slots, cacheKind, reportsReuse, missingFlag, pinning, more);
    }

    /** Returns the same with what a trial of pinning showed. */
    public EngineFacts withPinning(Fact<Truth> shown) {
        return new EngineFacts(version, slots, cacheKind, reportsReuse, missingFlag, shown, models);
    }

    /**
     * Finds the facts of a model. An engine with one model answers every name with it; Ollama's names may leave out
     * {@code :latest}.
     */
    public Optional<ModelFacts> model(String name) {
        if (models.size() == 1) {
            return Optional.of(models.get(0));
        }
        return models.stream()
                .filter(facts -> facts.model().equals(name) || facts.model().equals(name + ":latest"))
                .findFirst();
    }

    /** Returns all conclusions with their evidence, those of the engine first. */
    public List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        rows.add(Row.of("", "version", version.value().orElse("unknown"), version));
        rows.add(Row.of("", "slots", number(slots.value()), slots));
        rows.add(Row.of("", "cache", cacheKind));
        rows.add(Row.of("", "reports-reuse", reportsReuse));
        rows.add(Row.of("", "pinning", pinning));
        for (ModelFacts model : models) {
            String name = model.model();
            TemplateFacts template = model.template();
            rows.add(Row.of(name, "context-tokens", number(model.contextTokens().value()), model.contextTokens()));
            rows.add(Row.of(name, "attention", model.attention()));
            rows.add(Row.of(name, "tools-place", template.toolsPlace()));
            rows.add(Row.of(name, "late-system", template.lateSystem()));
            rows.add(Row.of(name, "strips-reasoning", template.stripsReasoning()));
            String keep =
                    template.keepReasoning().value().map(one -> one.shown()).orElse("none");
            rows.add(Row.of(name, "keep-reasoning", keep, template.keepReasoning()));
            rows.add(Row.of(name, "prints-date", template.printsDate()));
        }
        return rows;
    }

    private static String number(OptionalLong value) {
        return value.isPresent() ? Long.toString(value.getAsLong()) : "unknown";
    }

    /**
     * One conclusion as text.
     *
     * @param model the model it is about; empty for the engine itself
     * @param fact its name, such as {@code tools-place}
     * @param value such as {@code before-system}
     * @param evidence what it rests on
     */
    public record Row(String model, String fact, String value, String evidence) {
        private static Row of(String model, String name, String value, Fact<?> fact) {
            return new Row(model, name, value, fact.evidence());
        }

        private static Row of(String model, String name, Fact<? extends Enum<?>> fact) {
            String value = fact.value().name().toLowerCase(Locale.ROOT).replace('_', '-');
            return new Row(model, name, value, fact.evidence());
        }
    }
}
