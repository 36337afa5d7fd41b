package io.kvkeep.probe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kvkeep.probe.EngineHttp.Answer;
import io.kvkeep.template.Rendered;

/**
 * Renders with {@code /tokenize}, which applies the chat template in vLLM and SGLang, and turns the tokens back into
 * text with {@code /detokenize} (vLLM: {@code prompt}, SGLang: {@code text}). vLLM without {@code /tokenize} has {@code
 * /v1/chat/completions/render}, which takes the same body.
 */
final class TokenRendering implements TemplateTrials.Renderer {
    static final String SOURCE = "/tokenize";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final EngineHttp http;

    TokenRendering(EngineHttp http) {
        this.http = http;
    }

    @Override
    public Rendered render(ObjectNode chat) {
        Answer answer = http.post("/tokenize", chat);
        if (answer.status() == 404) {
            answer = http.post("/v1/chat/completions/render", chat);
        }
        JsonNode tokens = tokens(answer.json());
        if (!tokens.isArray() || tokens.isEmpty()) {
            return TemplateTrials.refusedOrNothing(answer);
        }
        ObjectNode body =
                JSON.createObjectNode().put("model", chat.path("model").asText());
        body.set("tokens", tokens);
        JsonNode text = http.post("/detokenize", body).json();
        String prompt = text.path("prompt").asText(text.path("text").asText(""));
        return prompt.isEmpty() ? new Rendered.Nothing() : new Rendered.Text(prompt);
    }

    private static JsonNode tokens(JsonNode answer) {
        for (String field : new String[] {"tokens", "token_ids", "prompt_token_ids"}) {
            JsonNode found = answer.findPath(field);
            if (found.isArray()) {
                return found;
            }
        }
        return answer.path("tokens");
    }
}
