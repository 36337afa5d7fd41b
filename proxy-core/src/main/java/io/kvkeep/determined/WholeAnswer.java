package io.kvkeep.determined;

import io.kvkeep.json.NotJson;
import io.kvkeep.json.Range;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;

/**
 * Judges one answer by what it says, since neither an error in a stream nor an answer that ends with its connection
 * shows in the framing. What it does not know is not whole.
 *
 * <p>Ends: chat completions and completions {@code [DONE]} behind a {@code finish_reason}; responses {@code
 * response.completed} or {@code response.incomplete}; messages {@code message_stop}; Ollama {@code "done":true}. Errors
 * in a stream: llama.cpp b11434 and SGLang {@code data: {"error":..}}, vLLM 0.33 the same and {@code [DONE]} behind it,
 * llama.cpp on messages {@code event: error}, Ollama a line with {@code error}.
 */
final class WholeAnswer {
    private static final byte[] DATA = ascii("data:");
    private static final byte[] ERROR_EVENT = ascii("event: error");
    private static final byte[] DONE = ascii("[DONE]");
    /** Reasons that vLLM and SGLang give for an answer that was broken off, and one that asks for a continuation. */
    private static final Set<String> NO_END = Set.of("", "abort", "error", "pause_turn");

    private final RequestKind kind;
    private boolean ended;

    WholeAnswer(RequestKind kind) {
        this.kind = kind;
    }

    boolean isWhole(String contentType, byte[] body) {
        int parameters = contentType.indexOf(';');
        String mediaType = (parameters < 0 ? contentType : contentType.substring(0, parameters))
                .strip()
                .toLowerCase(Locale.ROOT);
        try {
            return switch (mediaType) {
                case "application/json" -> isWholeText(body);
                case "text/event-stream" -> areWholeEvents(body);
                case "application/x-ndjson" -> areWholeLines(body);
                default -> false;
            };
        } catch (NotJson e) {
            return false;
        }
    }

    private boolean isWholeText(byte[] body) throws NotJson {
        Members answer = Members.of(body, new Range(0, body.length));
        return !answer.has("error")
                && switch (kind) {
                    case EMBEDDINGS ->
                        answer.isFilled("data") || answer.isFilled("embeddings") || answer.isFilled("embedding");
                    case CHAT_COMPLETIONS, COMPLETIONS ->
                        answer.isFilled("choices")
                                && answer.objects("choices").stream()
                                        .noneMatch(choice -> NO_END.contains(choice.text("finish_reason")));
                    case RESPONSES ->
                        answer.text("status").equals("completed")
                                || answer.text("status").equals("incomplete");
                    case MESSAGES ->
                        answer.text("type").equals("message") && !NO_END.contains(answer.text("stop_reason"));
                    case OLLAMA_CHAT, OLLAMA_GENERATE -> answer.spelling("done").equals("true");
                };
    }

    private boolean areWholeEvents(byte[] body) throws NotJson {
        boolean openEvent = false;
        boolean done = false;
        int from = 0;
        for (int at = 0; at < body.length; at++) {
            if (body[at] == '\n') {
                int to = at > from && body[at - 1] == '\r' ? at - 1 : at;
                openEvent = to > from;
                if (starts(body, from, to, ERROR_EVENT)) {
                    return false;
                }
                if (starts(body, from, to, DATA)) {
                    Range data = trimmed(body, from + DATA.length, to);
                    done = starts(body, data.start(), data.end(), DONE);
                    if (!done) {
                        event(Members.of(body, data));
                    }
                }
                from = at + 1;
            }
        }
        boolean saysDone = kind == RequestKind.CHAT_COMPLETIONS || kind == RequestKind.COMPLETIONS;
        return from == body.length && !openEvent && ended && (done || !saysDone);
    }

    private void event(Members event) throws NotJson {
        if (event.has("error")) {
            throw new NotJson("no error", 0);
        }
        String type = event.text("type");
        switch (kind) {
            case CHAT_COMPLETIONS, COMPLETIONS -> {
                for (Members choice : event.objects("choices")) {
                    String reason = choice.text("finish_reason");
                    if (!reason.isEmpty() && NO_END.contains(reason)) {
                        throw new NotJson("an end", 0);
                    }
                    ended |= !reason.isEmpty();
                }
            }
            case RESPONSES -> ended = type.equals("response.completed") || type.equals("response.incomplete");
            case MESSAGES -> {
                ended = type.equals("message_stop");
                Members delta = event.object("delta");
                if (type.equals("error")
                        || (delta != null && delta.text("stop_reason").equals("pause_turn"))) {
                    throw new NotJson("no error", 0);
                }
            }
            default -> throw new NotJson("no events", 0);
        }
    }

    private boolean areWholeLines(byte[] body) throws NotJson {
        if (kind != RequestKind.OLLAMA_CHAT && kind != RequestKind.OLLAMA_GENERATE) {
            return false;
        }
        boolean done = false;
        int from = 0;
        for (int at = 0; at < body.length; at++) {
            if (body[at] == '\n') {
                Members line = Members.of(body, new Range(from, at));
                done = line.spelling("done").equals("true");
                if (line.has("error")) {
                    return false;
                }
                from = at + 1;
            }
        }
        return from == body.length && done;
    }

    private static Range trimmed(byte[] body, int from, int to) {
        return new Range(from < to && body[from] == ' ' ? from + 1 : from, to);
    }

    private static boolean starts(byte[] bytes, int from, int to, byte[] wanted) {
        return to - from >= wanted.length && Arrays.equals(bytes, from, from + wanted.length, wanted, 0, wanted.length);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
