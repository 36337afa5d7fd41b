package io.kvkeep.doctor;

import io.kvkeep.engine.EngineKind;
import io.kvkeep.probe.ModelFacts;
import io.kvkeep.setup.AgentSetup;
import io.kvkeep.traffic.Traffic.Sent;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Compares the context of each model with the prompts that were sent, or with what agents that are set up will send.
 *
 * <p>Ollama 0.34 gives a model 4,096 tokens on a machine without a large GPU, and drops the oldest messages of a longer
 * prompt without a word; system text and tools that are too long by themselves it refuses with 400, as llama.cpp and vLLM
 * refuse every prompt that is too long.
 */
final class ContextCheck implements Check {
    private static final String NAME = "context";
    /** What an answer may need. */
    private static final long ANSWER_TOKENS = 4_096;

    private static final long STEP_TOKENS = 8_192;
    /** A session that works doubles the first prompt, and goes on. */
    private static final double FIRST_PROMPT_SHARE = 2;

    private static final double ROOM = 1.25;
    private static final long OLLAMA_DEFAULT_TOKENS = 4_096;

    @Override
    public List<Finding> look(Seen seen) {
        List<Finding> findings = new ArrayList<>();
        for (ModelFacts model : seen.modelsInUse()) {
            findings.add(look(seen, model));
        }
        if (seen.traffic().refused() > 0) {
            findings.add(Finding.note(
                    NAME,
                    seen.engine().kind().id(),
                    count(seen.traffic().refused())
                            + " requests through kvkeep were refused with a status of 400 to 499",
                    "a prompt that is longer than the context is refused so; kvkeep does not count its tokens",
                    "the agent shows the engine's own words; a recording has the prompt: kvkeep record"));
        }
        return findings;
    }

    private static Finding look(Seen seen, ModelFacts model) {
        OptionalLong told = model.contextTokens().value();
        Optional<Need> need = need(seen, model.model());
        if (told.isEmpty()) {
            return unknown(seen, model, need);
        }
        long context = told.getAsLong();
        String size = count(context) + " tokens (" + model.contextTokens().evidence() + ")";
        if (need.isEmpty()) {
            return Finding.good(NAME, model.model(), size + "; no prompt was seen to compare it with");
        }
        long tokens = need.get().tokens;
        String both = size + "; " + need.get().words;
        if (tokens > context) {
            return Finding.problem(
                    NAME, model.model(), both, tooShort(seen), change(seen, model.model(), need.get().lastTokens));
        }
        if (tokens + ANSWER_TOKENS > context) {
            return Finding.problem(
                    NAME,
                    model.model(),
                    both,
                    "what is left for the answer is " + count(context - tokens)
                            + " tokens; the next turns will not fit",
                    change(seen, model.model(), need.get().lastTokens));
        }
        return Finding.good(NAME, model.model(), both);
    }

    private static Finding unknown(Seen seen, ModelFacts model, Optional<Need> need) {
        String seenSoFar = model.contextTokens().evidence()
                + need.map(known -> "; " + known.words).orElse("");
        if (seen.engine().kind() == EngineKind.OLLAMA) {
            return Finding.note(
                    NAME,
                    model.model(),
                    seenSoFar,
                    "unless it is set, Ollama gives it " + count(OLLAMA_DEFAULT_TOKENS)
                            + " tokens where no large GPU is, which no agent's prompt fits into",
                    "load it, and ask again: curl -s " + seen.engine().address().url()
                            + "/api/generate -d '{\"model\":\"" + model.model() + "\"}'");
        }
        return Finding.note(NAME, model.model(), seenSoFar, "");
    }

    /** What is needed, by what was seen, else by what is known of the agents that are set up. */
    private static Optional<Need> need(Seen seen, String model) {
        Sent largest = seen.traffic().sent().stream()
                .filter(one -> seen.engine().facts().model(one.model()).stream()
                        .anyMatch(facts -> facts.model().equals(model)))
                .max(Comparator.comparingLong(seen.traffic()::tokens))
                .orElse(null);
        if (largest != null) {
            boolean isCut = seen.traffic().isCut(largest);
            String cut = isCut ? ", of which the engine read " + count(largest.readTokens()) : "";
            long tokens = seen.traffic().tokens(largest);
            return Optional.of(new Need(
                    tokens,
                    tokens,
                    "the largest of " + seen.traffic().source() + " had " + (isCut ? "about " : "") + count(tokens)
                            + " tokens (" + largest.agent() + ")" + cut));
        }
        return seen.agents().stream()
                .filter(agent -> seen.isReachedBy(agent) && agent.firstPromptTokens() > 0)
                .max(Comparator.comparingLong(AgentSetup::firstPromptTokens))
                .map(agent -> new Need(
                        agent.firstPromptTokens(),
                        (long) (FIRST_PROMPT_SHARE * agent.firstPromptTokens()),
                        "the first prompt of " + agent.agent() + " has about " + count(agent.firstPromptTokens())
                                + " tokens, before any work"));
    }

    private static String tooShort(Seen seen) {
        return seen.engine().kind() == EngineKind.OLLAMA
                ? "the oldest messages are dropped without a word, others at each turn, so the model forgets and nothing"
                        + " behind the system text is found in the cache; system text and tools that are too long alone"
                        + " are refused with HTTP 400"
                : "the engine refuses the prompt with HTTP 400";
    }

    private static String[] change(Seen seen, String model, long tokens) {
        long wanted = ((long) (tokens * ROOM) + ANSWER_TOKENS + STEP_TOKENS - 1) / STEP_TOKENS * STEP_TOKENS;
        long slots = Math.max(1, seen.engine().facts().slots().value().orElse(1));
        return switch (seen.engine().kind()) {
            case OLLAMA ->
                new String[] {
                    "for all models, where Ollama is started: OLLAMA_CONTEXT_LENGTH=" + wanted + " ollama serve",
                    "or for this one: printf 'FROM " + model + "\\nPARAMETER num_ctx " + wanted
                            + "\\n' > Modelfile && ollama create " + model.replaceFirst(":latest$", "") + "-"
                            + wanted / 1024
                            + "k -f Modelfile"
                };
            case LLAMA_CPP ->
                new String[] {
                    "llama-server --ctx-size " + wanted * slots
                            + (slots > 1
                                    ? " (" + count(slots) + " slots share it: " + count(wanted) + " for each)"
                                    : "")
                };
            case VLLM -> new String[] {"vllm serve --max-model-len " + wanted};
            case SGLANG -> new String[] {"python -m sglang.launch_server --context-length " + wanted};
            case LM_STUDIO -> new String[] {"lms load " + model + " --context-length " + wanted};
            case UNKNOWN -> new String[] {"start the engine with a context of " + count(wanted) + " tokens or more"};
        };
    }

    static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /**
     * What a context has to hold.
     *
     * @param tokens of one prompt that is known
     * @param lastTokens of the longest to come, as far as that can be told
     */
    private record Need(long tokens, long lastTokens, String words) {}
}
