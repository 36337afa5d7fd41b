package io.kvkeep.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All parts of the status in one JSON object; a part that fails says so, and the others are shown. */
final class StatusPage {
    private static final Logger LOG = LoggerFactory.getLogger(StatusPage.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ObjectWriter WRITER = JSON.writerWithDefaultPrettyPrinter();

    private final List<StatusPart> parts;

    StatusPage(List<StatusPart> parts) {
        this.parts = List.copyOf(parts);
    }

    String json() {
        ObjectNode page = JSON.createObjectNode();
        for (StatusPart part : parts) {
            try {
                page.set(part.name(), JSON.valueToTree(part.value().get()));
            } catch (RuntimeException e) {
                LOG.warn("the status of {} can't be shown; please report this", part.name(), e);
                page.putObject(part.name()).put("error", "can't be shown; see the log");
            }
        }
        try {
            return WRITER.writeValueAsString(page) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a JSON tree can't be written", e);
        }
    }
}
