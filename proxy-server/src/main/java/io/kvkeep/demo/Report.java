package io.kvkeep.demo;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.OptionalDouble;

/** The words around the table. */
final class Report {
    private final PrintWriter out;
    private final Style style;

    Report(PrintWriter out, Style style) {
        this.out = out;
        this.style = style;
    }

    void simulatedIntro(int prefillSpeed) {
        out.println();
        out.println(style.bold("kvkeep demo: an agent's session, direct and through kvkeep"));
        out.println();
        out.println(style.yellow("The engine is SIMULATED")
                + ": it counts the tokens that a real one would find in its cache,");
        out.println("and computes nothing. The proxy is real. A token is 4 characters; the cache holds one prompt,");
        out.printf(
                Locale.ROOT,
                "as llama.cpp with -np 1; waiting is reading at %,d tokens/s, and nobody waits.%n",
                prefillSpeed);
        out.println("To try a real engine:  kvkeep demo --engine http://127.0.0.1:8080");
        out.println();
        out.flush();
    }

    void realIntro(String engine, String model) {
        out.println();
        out.println(style.bold("kvkeep demo: an agent's session, direct and through kvkeep"));
        out.println();
        out.println("Engine  " + engine);
        out.println("Model   " + model);
        out.println();
        out.println("Tokens are those that the engine reports; waiting is measured until the first event of an");
        out.println("answer. The assistant's messages are scripted. Use the engine for nothing else meanwhile.");
        out.println();
        out.flush();
    }

    void result(Comparison comparison, boolean simulated) {
        out.println();
        out.print(new Table(comparison, style).text());
        out.println();
        out.println("* The system text is not the one of the turn before.");
        factors(comparison);
        comparison.growth().ifPresent(tokens -> {
            out.println();
            out.printf(
                    Locale.ROOT,
                    "Through kvkeep prompts were %,d tokens longer on average: the tags around the%n",
                    tokens);
            out.println("sections that it moved behind the tools. They are counted above.");
        });
        if (simulated) {
            out.println();
            out.println(style.yellow("The engine was SIMULATED.") + " Figures from your own: kvkeep demo --engine URL");
        } else {
            warnings(comparison);
        }
        out.flush();
    }

    private void factors(Comparison comparison) {
        OptionalDouble all = comparison.tokenFactor(i -> true);
        OptionalDouble changes = comparison.tokenFactor(comparison::isChange);
        out.println();
        if (all.isPresent()) {
            out.println("Tokens read, whole session:          " + factor(all.getAsDouble(), "fewer"));
        }
        if (changes.isPresent()) {
            String text = "Tokens read on the " + comparison.changes() + " turns marked *:";
            out.printf("%-37s%s%n", text, factor(changes.getAsDouble(), "fewer"));
        }
        out.println("Waiting, whole session:              " + factor(comparison.waitFactor(), "shorter"));
    }

    private String factor(double factor, String better) {
        return style.green(String.format(Locale.ROOT, "%.1f times %s", factor, better)) + " through kvkeep";
    }

    private void warnings(Comparison comparison) {
        if (comparison.tokenFactor(i -> true).isEmpty()) {
            out.println();
            out.println("This engine does not report cached tokens, so tokens read are unknown (-); the waiting");
            out.println("times tell. It does with: vLLM --enable-prompt-tokens-details, SGLang");
            out.println("--enable-cache-report, Ollama 0.34 or newer, llama.cpp always.");
        }
        if (comparison.looksCut()) {
            out.println();
            out.println("The engine read much less than was sent: its context is too small and it cut the prompts,");
            out.println("so these figures mean little. Give it 32,768 tokens (Ollama: OLLAMA_CONTEXT_LENGTH=32768)");
            out.println("or use --small.");
        }
    }
}
