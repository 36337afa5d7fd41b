package io.kvkeep.probe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** An HTTP server on this machine that answers questions as a script says, 404 by default, and keeps them. */
public final class ScriptedEngine implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpServer server;
    private final Map<String, Function<JsonNode, Reply>> script = new ConcurrentHashMap<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();

    private volatile String serverHeader = "script";

    private ScriptedEngine(HttpServer server) {
        this.server = server;
    }

    /** Starts one on a free port. */
    public static ScriptedEngine start() throws IOException {
        return start("http://127.0.0.1:0");
    }

    /** Starts one where another was. */
    public static ScriptedEngine start(String url) throws IOException {
        int port = URI.create(url).getPort();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        ScriptedEngine engine = new ScriptedEngine(server);
        server.createContext("/", engine::serve);
        server.start();
        return engine;
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Asks it as a probe does. */
    public EngineHttp http() {
        return new EngineHttp(EngineHttp.client(), url());
    }

    /** Answers a path with JSON from now on. */
    public ScriptedEngine on(String path, String json) {
        return on(path, body -> new Reply(200, json));
    }

    /** Answers a path from now on by what the question's body is. */
    public ScriptedEngine on(String path, Function<JsonNode, Reply> answer) {
        script.put(path, answer);
        return this;
    }

    /** Names itself so in the Server header from now on. */
    public void serverHeader(String name) {
        serverHeader = name;
    }

    /** Returns all paths that were asked for. */
    public List<String> asked() {
        return List.copyOf(asked);
    }

    private void serve(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        asked.add(path);
        JsonNode body = JSON.readTree(exchange.getRequestBody().readAllBytes());
        Reply reply = script.getOrDefault(path, any -> new Reply(404, "{}")).apply(body);
        byte[] bytes = reply.body().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Server", serverHeader);
        exchange.sendResponseHeaders(reply.status(), bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }

    /** An answer's status and body. */
    public record Reply(int status, String body) {}
}
