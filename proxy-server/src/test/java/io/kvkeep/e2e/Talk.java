package io.kvkeep.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** A conversation through kvkeep that goes on from what the model has really said, turn by turn. */
final class Talk {
    private static final String WORDS = "The tide table lives in the drawer of the harbour office. ";

    private final KvkeepServer kvkeep;
    private final ArrayNode messages = Http.object().putArray("messages");
    private String model = "tiny";
    private String tool = "";
    private String made = "";
    private String userAgent = "";

    private Talk(KvkeepServer kvkeep) {
        this.kvkeep = kvkeep;
    }

    /** Begins one: a system text of some 500 tokens that starts with these words. */
    static Talk begin(KvkeepServer kvkeep, String words) {
        return new Talk(kvkeep).say("system", words + ' ' + words(30));
    }

    /** Filler of about 15 tokens for each. */
    static String words(int times) {
        return WORDS.repeat(times);
    }

    /** Asks for another model than {@code tiny}. */
    Talk of(String name) {
        model = name;
        return this;
    }

    /** Sends this User-Agent. */
    Talk as(String agent) {
        userAgent = agent;
        return this;
    }

    /** Offers a tool with such a description from now on. */
    Talk offer(String description) {
        tool = description;
        return this;
    }

    /** Makes the model answer so from now on; llama.cpp alone does. */
    Talk makeSay(String answer) {
        made = answer;
        return this;
    }

    Talk say(String role, String text) {
        messages.addObject().put("role", role).put("content", text);
        return this;
    }

    /** A message that was said, to be changed. */
    ObjectNode message(int index) {
        return (ObjectNode) messages.get(index);
    }

    /** Says something, takes in the answer, and returns what kvkeep tells of the turn. */
    JsonNode ask(String text) {
        return say("user", text).turn();
    }

    /** Sends what was said, takes in the answer, and returns what kvkeep tells of the turn. */
    JsonNode turn() {
        int before = kvkeep.turns().size();
        JsonNode answer = Http.postJson(kvkeep.uri().resolve("/v1/chat/completions"), body(), userAgent);
        JsonNode message = answer.at("/choices/0/message");
        ObjectNode said = messages.addObject()
                .put("role", "assistant")
                .put("content", message.path("content").asText());
        if (message.hasNonNull("reasoning_content")) {
            said.set("reasoning_content", message.get("reasoning_content"));
        }
        return kvkeep.turn(before);
    }

    /** The request as it stands now. */
    String body() {
        ObjectNode body = Http.object().put("model", model).put("max_tokens", made.isEmpty() ? 8 : 512);
        if (!tool.isEmpty()) {
            body.putArray("tools")
                    .addObject()
                    .put("type", "function")
                    .putObject("function")
                    .put("name", "gauge")
                    .put("description", tool)
                    .putObject("parameters")
                    .put("type", "object");
        }
        if (!made.isEmpty()) {
            body.put("grammar", "root ::= " + Http.quoted(made));
        }
        body.set("messages", messages);
        return body.toString();
    }
}
