package io.kvkeep.e2e;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** How a model of random weights is made to answer with a given text. */
enum Forcing {
    /** Not at all: a few tokens of noise. */
    NONE {
        @Override
        void addTo(ObjectNode body, String answer) {
            body.put("max_tokens", NOISE_TOKENS).put("temperature", 0);
        }
    },
    /**
     * A grammar of llama.cpp, which takes none beside tools that may be called. Where a call is wanted, the server's own
     * grammar for calls leads the way. It lets any text go first, so the tokens that begin a call and end its strings
     * are made likely. Which tool is called, with what, and in which spelling is noise.
     */
    GRAMMAR {
        @Override
        void addTo(ObjectNode body, String answer) {
            body.put("max_tokens", FORCED_TOKENS);
            if (!answer.contains(CALL)) {
                body.put("tool_choice", "none").put("grammar", "root ::= " + Http.quoted(answer));
                return;
            }
            body.put("tool_choice", "required").putArray("stop").add("</tool_call>");
            ArrayNode bias = body.put("temperature", 1).put("seed", 1).putArray("logit_bias");
            bias.addArray().add(CALL).add(CERTAIN);
            bias.addArray().add("\n").add(CERTAIN);
            bias.addArray().add("\"").add(CERTAIN);
            bias.addArray().add("}").add(LIKELY);
        }
    },
    /** A regular expression for vLLM, which reads the forced text for tool calls as it does with any other. */
    REGEX {
        @Override
        void addTo(ObjectNode body, String answer) {
            body.putObject("structured_outputs").put("regex", answer.replaceAll("[^\\w\\s]", "\\\\$0"));
            body.put("max_tokens", FORCED_TOKENS);
        }
    };

    private static final String CALL = "<tool_call>";
    private static final int CERTAIN = 30;
    private static final int LIKELY = 10;
    private static final int NOISE_TOKENS = 4;
    private static final int FORCED_TOKENS = 1_000;

    abstract void addTo(ObjectNode body, String answer);

    /** What a model that knows the tiny template writes to call {@code write_file}: spaced, in the order of the schema. */
    static String callText(ObjectNode arguments) {
        return "\n" + CALL + "\n{\"name\": \"write_file\", \"arguments\": {\"path\": "
                + arguments.path("path")
                + ", \"content\": "
                + arguments.path("content")
                + "}}\n</tool_call>";
    }
}
