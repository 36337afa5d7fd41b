package io.kvkeep.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;

/**
 * A request and what an engine answers, drawn by chance.
 *
 * @param path where the request goes
 * @param request its body
 * @param status of the answer
 * @param contentType of the answer, which need not be what its body is
 * @param framing how the end of the body is told
 * @param pieces the body in the parts in which the engine writes it
 * @param told the parts that the client gets; one that kvkeep asked for itself is empty
 */
record DrawnAnswer(
        String path,
        String request,
        int status,
        String contentType,
        Framing framing,
        Content content,
        List<byte[]> pieces,
        List<byte[]> told) {
    private static final List<String> PATHS = List.of(
            "/v1/chat/completions",
            "/v1/completions",
            "/v1/responses",
            "/v1/messages",
            "/api/chat",
            "/api/generate",
            "/v1/embeddings",
            "/anything");
    private static final String TEXT =
            "ab \\\"\\n\\u00e9{}[]:,\u00e9\u4e2d\ud83d\ude00<note-1>data: choices usage 0.10";
    private static final String COUNTS = "data: {\"id\":\"c\",\"choices\":[],\"usage\":{\"prompt_tokens\":9,"
            + "\"completion_tokens\":5,\"prompt_tokens_details\":{\"cached_tokens\":6}}}\n\n";

    /** How the end of a body is told. */
    enum Framing {
        LENGTH,
        CHUNKED,
        CONNECTION_END
    }

    /** What a body is. */
    enum Content {
        EVENTS,
        LINES,
        JSON,
        NOISE
    }

    /**
     * Draws one.
     *
     * @param asked whether kvkeep asks this engine for the counts of a stream, and hides them from the client
     */
    static DrawnAnswer draw(Random random, boolean asked) {
        String path = PATHS.get(random.nextInt(asked ? 2 : PATHS.size())); // counts are asked for in the first alone
        boolean streams = random.nextBoolean();
        boolean dated = random.nextBoolean();
        String request = (dated ? WireTest.DATED : WireTest.PLAIN)
                .replace("{\"model\"", streams ? "{\"stream\":true,\"model\"" : "{\"model\"");
        // What is refused in a form of kvkeep's own is asked for again, and the client sees the second answer alone.
        boolean mayFail = !dated && !(streams && asked);
        int status = mayFail && random.nextInt(5) == 0
                ? List.of(400, 404, 429, 500, 503).get(random.nextInt(5))
                : 200;
        Content content = Content.values()[random.nextInt(Content.values().length)];
        Framing framing = Framing.values()[random.nextInt(Framing.values().length)];
        String contentType = contentType(random, content);
        boolean hides = asked && streams && path.equals(WireTest.CHAT) && contentType.startsWith("text/event-stream");
        List<byte[]> parts = parts(random, content);
        List<byte[]> pieces = new ArrayList<>();
        List<byte[]> told = new ArrayList<>();
        if (hides && content == Content.EVENTS && framing != Framing.LENGTH) {
            // Half an event is held back until it is known not to be the counts; whole ones are not.
            pieces.addAll(parts);
            told.addAll(parts);
            int at = random.nextInt(pieces.size() + 1);
            pieces.add(at, COUNTS.getBytes(UTF_8));
            told.add(at, new byte[0]);
        } else {
            pieces.addAll(cut(random, joined(parts)));
            told.addAll(hides ? List.of(joined(pieces)) : pieces);
        }
        return new DrawnAnswer(path, request, status, contentType, framing, content, pieces, told);
    }

    /** Whether each piece can be told at once: the client gets it before the engine writes the next one. */
    boolean atOnce() {
        return pieces.size() == told.size();
    }

    int length() {
        return pieces.stream().mapToInt(piece -> piece.length).sum();
    }

    String head(int number) {
        String length = switch (framing) {
            case LENGTH -> "Content-Length: " + length() + "\r\n";
            case CHUNKED -> "Transfer-Encoding: chunked\r\n";
            case CONNECTION_END -> "";
        };
        return "HTTP/1.1 " + status + " So\r\nContent-Type: " + contentType + "\r\nX-Number: " + number + "\r\n"
                + length + "\r\n";
    }

    private static String contentType(Random random, Content content) {
        if (random.nextInt(8) == 0) {
            return "application/octet-stream";
        }
        return switch (content) {
            case EVENTS -> "text/event-stream; charset=utf-8";
            case LINES -> "application/x-ndjson";
            case JSON, NOISE -> "application/json";
        };
    }

    private static List<byte[]> parts(Random random, Content content) {
        List<byte[]> parts = new ArrayList<>();
        int count = random.nextInt(9);
        for (int i = 0; i < count; i++) {
            parts.add(
                    switch (content) {
                        case EVENTS -> event(random).getBytes(UTF_8);
                        case LINES -> (json(random) + "\n").getBytes(UTF_8);
                        case JSON -> (json(random) + " ".repeat(random.nextInt(3))).getBytes(UTF_8);
                        case NOISE -> noise(random);
                    });
        }
        return parts;
    }

    private static byte[] noise(Random random) {
        byte[] bytes = new byte[random.nextInt(random.nextInt(4) == 0 ? 100_000 : 200)];
        random.nextBytes(bytes);
        return bytes;
    }

    private static String event(Random random) {
        String end = random.nextInt(6) == 0 ? "\r\n\r\n" : "\n\n";
        return switch (random.nextInt(8)) {
            case 0 -> ": " + text(random) + end;
            case 1 ->
                "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"delta\":{\"text\":\""
                        + text(random) + "\"}}" + end;
            case 2 -> "data: [DONE]" + end;
            case 3 -> "data:" + text(random) + end;
            default ->
                "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" + text(random) + "\"}}],\"usage\":null}"
                        + end;
        };
    }

    private static String json(Random random) {
        return switch (random.nextInt(4)) {
            case 0 ->
                "{\"choices\":[{\"message\":{\"role\":\"assistant\",\"content\":\"" + text(random)
                        + "\"}}],\"usage\":{\"prompt_tokens\":1.0}}";
            case 1 -> "{\"message\":{\"content\":\"" + text(random) + "\"},\"done\" : true,\"prompt_eval_count\":7}";
            case 2 -> "{\"output\":[{\"type\":\"message\",\"content\":[{\"text\":\"" + text(random) + "\"}]}]}";
            default -> "{\"error\":{\"message\":\"" + text(random) + "\"}";
        };
    }

    private static String text(Random random) {
        int[] points = TEXT.codePoints().toArray();
        StringBuilder text = new StringBuilder();
        int count = random.nextInt(40);
        for (int i = 0; i < count; i++) {
            text.appendCodePoint(points[random.nextInt(points.length)]);
        }
        return text.toString();
    }

    private static List<byte[]> cut(Random random, byte[] body) {
        TreeSet<Integer> places = new TreeSet<>(List.of(0, body.length));
        int cuts = random.nextInt(10);
        for (int i = 0; i < cuts; i++) {
            places.add(random.nextInt(body.length + 1));
        }
        List<byte[]> pieces = new ArrayList<>();
        int from = places.pollFirst();
        for (int to : places) {
            pieces.add(Arrays.copyOfRange(body, from, to));
            from = to;
        }
        return pieces;
    }

    static byte[] joined(List<byte[]> parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        parts.forEach(all::writeBytes);
        return all.toByteArray();
    }
}
