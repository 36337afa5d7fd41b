package io.kvkeep.probe;

import io.kvkeep.plan.Capabilities.CacheKind;
import io.kvkeep.template.Fact;
import io.kvkeep.template.Truth;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Asks engines of one kind for facts. What can't be asked for stays unknown; nothing here throws. */
public interface FactsReader {
    /** Asks nothing: an engine of no known kind gets only what its clients send. */
    FactsReader NOTHING = new FactsReader() {
        @Override
        public EngineFacts engine(EngineHttp http) {
            String evidence = "an engine of no known kind is not asked";
            return new EngineFacts(
                    new Fact<>(Optional.empty(), evidence),
                    new Fact<>(OptionalLong.empty(), evidence),
                    new Fact<>(CacheKind.UNKNOWN, evidence),
                    new Fact<>(Truth.UNKNOWN, evidence),
                    Optional.empty(),
                    new Fact<>(Truth.UNKNOWN, evidence),
                    List.of());
        }

        @Override
        public ModelFacts model(EngineHttp http, String model, LocalDate today) {
            return ModelFacts.unknown(model, "an engine of no known kind is not asked");
        }
    };

    /** Asks what holds for the whole engine; without models. */
    EngineFacts engine(EngineHttp http);

    /**
     * Asks about one model.
     *
     * @param today to find the date in rendered prompts
     */
    ModelFacts model(EngineHttp http, String model, LocalDate today);
}
