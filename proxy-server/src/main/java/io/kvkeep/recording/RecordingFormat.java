package io.kvkeep.recording;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kvkeep.recording.RecordedRequest.RecordedAnswer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The lines of a recording, version {@value #VERSION}: JSON objects in UTF-8, the whole file compressed with gzip.
 *
 * <p>The first line has {@code kvkeep-recording}; every other line is a request. Bodies
 * stand as texts, in which JSON keeps every character; bytes that are no UTF-8 stand as Base64 in a member of another name.
 */
final class RecordingFormat {
    static final int VERSION = 1;
    private static final String MARK = "kvkeep-recording";
    /** A body is one text, and longer than what Jackson takes for one unless told otherwise. */
    private static final ObjectMapper JSON = new ObjectMapper(JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .build());

    private RecordingFormat() {}

    static String head(String engine, long startedMillis) {
        return JSON.createObjectNode()
                .put(MARK, VERSION)
                .put("engine", engine)
                .put("startedMillis", startedMillis)
                .toString();
    }

    static String line(RecordedRequest request) {
        ObjectNode line = JSON.createObjectNode()
                .put("id", request.id())
                .put("timeMillis", request.timeMillis())
                .put("tenant", request.tenant())
                .put("path", request.path());
        line.set("headers", JSON.valueToTree(request.headers()));
        bytes(line, "body", request.body());
        request.answer().ifPresent(answer -> {
            ObjectNode member = line.putObject("answer")
                    .put("status", answer.status())
                    .put("contentType", answer.contentType())
                    .put("whole", answer.whole())
                    .put("firstTokenMillis", answer.firstTokenMillis())
                    .put("lastTokenMillis", answer.lastTokenMillis());
            bytes(member, "body", answer.body());
        });
        return line.toString();
    }

    private static void bytes(ObjectNode member, String name, byte[] bytes) {
        try {
            member.put(
                    name,
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(bytes))
                            .toString());
        } catch (CharacterCodingException e) {
            member.put(name + "Base64", bytes);
        }
    }

    /**
     * Reads a line.
     *
     * @return empty if it is the first line
     */
    static Optional<RecordedRequest> read(String file, long number, String line) throws NotARecording {
        try {
            JsonNode json = JSON.readTree(line);
            if (json.has(MARK)) {
                checkVersion(file, json);
                return Optional.empty();
            }
            if (number == 1) {
                throw new NotARecording(file + " is no recording of kvkeep: its first line has no " + MARK);
            }
            Map<String, String> headers = new LinkedHashMap<>();
            json.path("headers")
                    .properties()
                    .forEach(header ->
                            headers.put(header.getKey(), header.getValue().asText()));
            return Optional.of(new RecordedRequest(
                    json.path("id").asLong(),
                    json.path("timeMillis").asLong(),
                    json.path("tenant").asText(),
                    json.path("path").asText(),
                    headers,
                    bytes(json, "body"),
                    json.has("answer") ? Optional.of(answer(json.path("answer"))) : Optional.empty()));
        } catch (JsonProcessingException e) {
            throw new NotARecording(file + ", line " + number + " is no JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw e instanceof NotARecording told
                    ? told
                    : new NotARecording(file + ", line " + number + " can't be read: " + e.getMessage());
        }
    }

    private static void checkVersion(String file, JsonNode head) throws NotARecording {
        int version = head.path(MARK).asInt();
        if (version != VERSION) {
            throw new NotARecording(
                    file + " is a recording of version " + version + "; this kvkeep reads version " + VERSION);
        }
    }

    private static RecordedAnswer answer(JsonNode json) throws IOException {
        return new RecordedAnswer(
                json.path("status").asInt(),
                json.path("contentType").asText(),
                json.path("whole").asBoolean(),
                bytes(json, "body"),
                json.path("firstTokenMillis").asLong(),
                json.path("lastTokenMillis").asLong());
    }

    private static byte[] bytes(JsonNode json, String name) throws IOException {
        return json.has(name)
                ? json.path(name).asText().getBytes(StandardCharsets.UTF_8)
                : json.path(name + "Base64").binaryValue() == null
                        ? new byte[0]
                        : json.path(name + "Base64").binaryValue();
    }
}
