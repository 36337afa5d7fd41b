package io.kvkeep.recording;

import java.util.Map;
import java.util.Optional;

/**
 * One request as its agent sent it, and the engine's answer.
 *
 * @param id ascending from 1 in its recording
 * @param timeMillis when it was complete, in milliseconds since 1970
 * @param tenant the first digits of a keyed hash of the credential, which tell credentials apart and no more
 * @param path without what stands behind a question mark
 * @param headers those that tell agents and sessions apart, by their lower-case names; never a credential
 * @param body as it came
 * @param answer empty if the engine gave none
 */
@SuppressWarnings("ArrayRecordComponent") // bodies are large and passed from hand to hand
public record RecordedRequest(
        long id,
        long timeMillis,
        String tenant,
        String path,
        Map<String, String> headers,
        byte[] body,
        Optional<RecordedAnswer> answer) {
    /** Copies the map. */
    public RecordedRequest {
        headers = Map.copyOf(headers);
    }

    /**
     * An engine's answer.
     *
     * @param status HTTP status
     * @param contentType as its head tells
     * @param whole whether it came to its end
     * @param body its bytes; empty if they were compressed or more than {@value RecordedExchange#MAX_ANSWER_BYTES}
     * @param firstTokenMillis from the end of the request to the first byte of the body
     * @param lastTokenMillis from the end of the request to the last byte
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record RecordedAnswer(
            int status, String contentType, boolean whole, byte[] body, long firstTokenMillis, long lastTokenMillis) {}
}
