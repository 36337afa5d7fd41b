package io.kvkeep.e2e;

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
    /** A grammar of llama.cpp. It takes none beside tools unless it is told to make no calls, so calls stay noise. */
    GRAMMAR {
        @Override
        void addTo(ObjectNode body, String answer) {
            boolean isCall = answer.contains("<tool_call>");
            if (isCall) {
                NONE.addTo(body, answer);
            } else {
                String quoted = Http.quoted(answer);
                body.put("grammar", "root ::= " + quoted).put("max_tokens", FORCED_TOKENS);
            }
            body.put("tool_choice", "none");
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

    private static final int NOISE_TOKENS = 4;
    private static final int FORCED_TOKENS = 1_000;

    abstract void addTo(ObjectNode body, String answer);

    /** What a model that knows the tiny template writes to call {@code write_file}: spaced, in the order of the schema. */
    static String callText(ObjectNode arguments) {
        return "\n<tool_call>\n{\"name\": \"write_file\", \"arguments\": {\"path\": "
                + arguments.path("path")
                + ", \"content\": "
                + arguments.path("content")
                + "}}\n</tool_call>";
    }
}
