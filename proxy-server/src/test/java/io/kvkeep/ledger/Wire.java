package io.kvkeep.ledger;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kvkeep.answer.Emitted;
import io.kvkeep.answer.Framing;
import io.kvkeep.dialect.Dialect;
import java.util.List;

/** A dialect as agents and engines write it: how the same conversation is spelled in it, and what an engine reads. */
interface Wire {
    /** All that conversations are held in. */
    List<Wire> ALL = List.of(new ChatWire(), new ResponsesWire(), new MessagesWire(), new OllamaWire());

    Dialect dialect();

    /** Returns the body of a request as an agent writes it. */
    String request(Asked asked, Spelling spelling);

    /** Tells whether a message of the user or of a tool has a place for text as the agent writes it. */
    boolean takesText(Said said, Spelling spelling);

    /**
     * Returns a body in the form of chat completions, as engines turn every dialect into it for their templates. Nothing
     * is left out: what has no place there keeps its own name.
     */
    ObjectNode chat(byte[] body);

    /** Returns how an engine cuts its answers. */
    Framing framing(boolean streams);

    /** Returns an answer as an engine writes it. */
    String answer(Emitted said, boolean streams);

    /** Returns what an agent takes from an answer into its history. */
    Said heard(String answer, boolean streams);

    /** Returns the arguments of a call as the template prints them when the answer comes back. */
    String printed(String arguments);

    /**
     * What an agent asks.
     *
     * @param layout 0 to 3: how the agent arranges system text and tools
     * @param number which request of the agent it is; ids, names and marks differ in each
     */
    record Asked(
            String model,
            boolean streams,
            Instructions instructions,
            List<String> tools,
            List<Said> messages,
            int layout,
            int number) {}
}
