package io.kvkeep.doctor;

import io.kvkeep.engine.EngineKind;
import io.kvkeep.plan.Capabilities.CacheKind;
import io.kvkeep.setup.AgentSetup;
import io.kvkeep.traffic.Traffic.AtOnce;
import java.util.List;

/** Compares the slots of an engine with the conversations that take turns on it. */
final class SlotsCheck implements Check {
    private static final String NAME = "slots";

    @Override
    public List<Finding> look(Seen seen) {
        String subject = seen.engine().kind().id();
        CacheKind kind = seen.engine().facts().cacheKind().value();
        String evidence = seen.engine().facts().slots().evidence();
        if (kind == CacheKind.BLOCKS) {
            return List.of(Finding.good(NAME, subject, evidence + "; requests share what it holds"));
        }
        if (kind != CacheKind.SLOTS || seen.engine().kind() == EngineKind.LM_STUDIO) {
            return List.of(); // nothing is known, or nothing can be set
        }
        long slots = seen.engine().facts().slots().value().orElse(1);
        AtOnce atOnce = seen.traffic().atOnce();
        List<String> here = seen.agents().stream()
                .filter(seen::isReachedBy)
                .map(AgentSetup::agent)
                .distinct()
                .toList();
        if (atOnce.conversations() > slots) {
            String whose = atOnce.agents().size() > 1
                    ? atOnce.agents().size() + " agents (" + String.join(", ", atOnce.agents()) + ")"
                    : "one agent (" + String.join(", ", atOnce.agents()) + ")";
            return List.of(Finding.problem(
                    NAME,
                    subject,
                    evidence + "; " + atOnce.conversations() + " conversations of " + whose + " took turns in "
                            + seen.traffic().source(),
                    costs(seen),
                    change(seen, atOnce.conversations())));
        }
        if (atOnce.conversations() == 0 && here.size() > slots) {
            return List.of(Finding.note(
                    NAME,
                    subject,
                    evidence + "; " + here.size() + " agents are set up for it: " + String.join(", ", here),
                    "if they work at the same time, " + costs(seen),
                    change(seen, here.size())));
        }
        return List.of(Finding.good(
                NAME,
                subject,
                evidence
                        + (atOnce.conversations() > 0
                                ? "; at most " + atOnce.conversations() + " went on at once in "
                                        + seen.traffic().source()
                                : "")));
    }

    private static String costs(Seen seen) {
        return "one waits for the other's answer, and each change of turns moves a whole prompt's state out of the slot and"
                + " back (llama.cpp: --cache-ram), or reads it again where that is off or full"
                + (seen.proxied()
                        ? ""
                        : "; two sessions of one agent read all their history again, unless kvkeep marks them");
    }

    private static String[] change(Seen seen, int wanted) {
        if (seen.engine().kind() == EngineKind.OLLAMA) {
            return new String[] {"where Ollama is started: OLLAMA_NUM_PARALLEL=" + wanted + " ollama serve"};
        }
        long context = seen.engine().facts().models().stream()
                .flatMapToLong(model -> model.contextTokens().value().stream())
                .max()
                .orElse(0);
        String size = context == 0
                ? ""
                : " --ctx-size " + context * wanted + "   (the slots share the context: " + ContextCheck.count(context)
                        + " for each)";
        return new String[] {"llama-server --parallel " + wanted + size};
    }
}
