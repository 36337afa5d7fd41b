package io.kvkeep.simulation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A server that keeps prompts as an engine does and computes nothing: its answers are scripted, its counts of cached
 * tokens are those of {@link PrefixSlot}.
 */
public final class SimulatedEngine implements AutoCloseable {
    /** The name of its only model. */
    public static final String MODEL = "simulated";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Answer NOTHING_LEFT = Answer.says("I have nothing to add.");

    private final HttpServer server;
    private final PrefixSlot slot = new PrefixSlot();
    private final List<Answer> script;
    private final List<JsonNode> requests = new ArrayList<>();

    private SimulatedEngine(HttpServer server, List<Answer> script) {
        this.server = server;
        this.script = List.copyOf(script);
    }

    /** Starts one on a free port of this machine; it gives these answers, one for each request. */
    public static SimulatedEngine start(List<Answer> script) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        SimulatedEngine engine = new SimulatedEngine(server, script);
        server.createContext("/", exchange -> send(exchange, 404, "application/json", "{\"error\":\"not found\"}"));
        server.createContext("/v1/models", SimulatedEngine::models);
        server.createContext("/v1/chat/completions", engine::chat);
        server.start();
        return engine;
    }

    /** Returns where it listens, without a path. */
    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Returns the bodies of all chat requests so far. */
    public synchronized List<JsonNode> requests() {
        return List.copyOf(requests);
    }

    private static void models(HttpExchange exchange) throws IOException {
        String list = "{\"object\":\"list\",\"data\":[{\"id\":\"" + MODEL
                + "\",\"object\":\"model\",\"owned_by\":\"kvkeep-demo\"}]}";
        send(exchange, 200, "application/json", list);
    }

    private void chat(HttpExchange exchange) throws IOException {
        JsonNode request;
        try {
            request = JSON.readTree(exchange.getRequestBody().readAllBytes());
        } catch (JsonProcessingException e) {
            send(exchange, 400, "application/json", "{\"error\":{\"code\":400,\"message\":\"the body is no JSON\"}}");
            return;
        }
        SimulatedAnswer answer = answer(request);
        if (request.path("stream").asBoolean()) {
            boolean withUsage =
                    request.path("stream_options").path("include_usage").asBoolean();
            send(exchange, 200, "text/event-stream", answer.events(withUsage));
        } else {
            send(exchange, 200, "application/json", answer.plain());
        }
    }

    private synchronized SimulatedAnswer answer(JsonNode request) {
        int turn = requests.size();
        requests.add(request);
        Answer answer = turn < script.size() ? script.get(turn) : NOTHING_LEFT;
        PrefixSlot.Count count = slot.take(PromptTemplate.render(request), answer.emitted());
        return new SimulatedAnswer(request.path("model").asText(MODEL), "call_" + turn, answer, count);
    }

    private static void send(HttpExchange exchange, int status, String type, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
