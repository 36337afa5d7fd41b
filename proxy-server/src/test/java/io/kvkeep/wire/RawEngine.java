package io.kvkeep.wire;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * An engine on a plain socket: keeps the exact bytes of every request and plays exact bytes as answers. What kvkeep
 * itself asks to find out the engine's kind is answered beside the script and not kept.
 */
final class RawEngine implements AutoCloseable {
    private static final int SMALL_BUFFER_BYTES = 64 << 10;

    private final ServerSocket listening;
    private final String modelOwner;
    private final boolean readsBodies;
    private final Script script;
    private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();
    private final BlockingQueue<Call> calls = new LinkedBlockingQueue<>();
    private final Map<Integer, Long> endNanos = new ConcurrentHashMap<>();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final AtomicInteger connections = new AtomicInteger();
    private final Map<String, Function<String, String>> pages = new ConcurrentHashMap<>();
    private final Thread accepting;

    /** Holds the port while the engine is away, so that no other test listens there. */
    private Optional<Socket> held = Optional.empty();

    /**
     * @param modelOwner what it names as the owner of its models, such as {@code llamacpp}
     * @param readsBodies whether a request's body is read before the script is asked
     */
    RawEngine(String modelOwner, boolean readsBodies, Script script) throws IOException {
        this(modelOwner, readsBodies, 0, script);
    }

    /**
     * @param port where it listens; 0 for any
     */
    RawEngine(String modelOwner, boolean readsBodies, int port, Script script) throws IOException {
        this.modelOwner = modelOwner;
        this.readsBodies = readsBodies;
        this.script = script;
        listening = new ServerSocket();
        listening.setReceiveBufferSize(SMALL_BUFFER_BYTES);
        listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
        accepting = start(this::accept);
    }

    /** Answers a question of kvkeep's own from now on, with JSON made of the question's body. */
    RawEngine on(String path, Function<String, String> page) {
        pages.put(path, page);
        return this;
    }

    int port() {
        return listening.getLocalPort();
    }

    boolean listensAt(int port) {
        return port() == port && !listening.isClosed();
    }

    String authority() {
        return "127.0.0.1:" + port();
    }

    /** The next request that came, waited for if need be. */
    Call next() throws InterruptedException {
        Call call = calls.poll(10, TimeUnit.SECONDS);
        if (call == null) {
            throw new AssertionError("no request reached the engine", failures.peek());
        }
        return call;
    }

    /** The requests that came and were not taken with {@link #next}. */
    List<Call> untaken() {
        return List.copyOf(calls);
    }

    /** When a connection ended, if it did. */
    Optional<Long> endNanos(int connection) {
        return Optional.ofNullable(endNanos.get(connection));
    }

    /** What went wrong in scripts. */
    List<Throwable> failures() {
        return List.copyOf(failures);
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listening.accept();
                socket.setTcpNoDelay(true);
                sockets.add(socket);
                start(() -> serve(socket, connections.incrementAndGet()));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void serve(Socket socket, int connection) {
        try (socket) {
            RawReader in = new RawReader(socket.getInputStream());
            int ordinal = 0;
            for (Optional<String> head = in.head(); head.isPresent(); head = in.head()) {
                if (head.get().contains("Java-http-client")) {
                    String question = in.body(head.get(), false).text();
                    socket.getOutputStream().write(RawMessage.bytes(probeAnswer(head.get(), question)));
                    continue;
                }
                Call call = new Call(socket, in, connection, ++ordinal, head.get());
                if (readsBodies) {
                    call.body();
                }
                calls.add(call);
                script.play(call);
                if (socket.isClosed()) {
                    break;
                }
            }
        } catch (IOException e) {
            // kvkeep has gone, or the test is over
        } catch (Exception | AssertionError e) {
            failures.add(e);
        } finally {
            endNanos.put(connection, System.nanoTime());
        }
    }

    private String probeAnswer(String head, String question) {
        Function<String, String> page = pages.get(head.split(" ", 3)[1]);
        if (page != null) {
            String body = page.apply(question);
            return "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
        }
        if (head.startsWith("GET /v1/models ")) {
            String body = "{\"object\":\"list\",\"data\":[{\"id\":\"m\",\"owned_by\":\"" + modelOwner + "\"}]}";
            return "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
        }
        if (head.startsWith("GET / ") && modelOwner.equals("library")) {
            return "HTTP/1.1 200 OK\r\nContent-Length: 17\r\n\r\nOllama is running";
        }
        return "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";
    }

    private static Thread start(Runnable task) {
        Thread thread = new Thread(task, "raw-engine");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /** Goes away as a process that ends: its connections end, and its port refuses new ones until it is closed. */
    void leave() throws IOException {
        stop();
        Socket holder = new Socket();
        holder.setReuseAddress(true);
        holder.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port()));
        held = Optional.of(holder);
    }

    @Override
    public void close() throws IOException {
        stop();
        if (held.isPresent()) {
            held.get().close();
        }
    }

    private void stop() throws IOException {
        listening.close();
        try {
            // The kernel goes on listening until the thread inside accept has left it, and may hand it a connection.
            accepting.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    /** What the engine does with a request. */
    interface Script {
        void play(Call call) throws Exception;
    }

    /** One request that reached the engine. */
    static final class Call {
        private final Socket socket;
        private final RawReader in;
        private final int connection;
        private final int ordinal;
        private final String head;
        private volatile Optional<RawMessage> whole = Optional.empty();

        private Call(Socket socket, RawReader in, int connection, int ordinal, String head) {
            this.socket = socket;
            this.in = in;
            this.connection = connection;
            this.ordinal = ordinal;
            this.head = head;
        }

        /** The number of the connection that it came on. */
        int connection() {
            return connection;
        }

        /** Its number on that connection, from 1. */
        int ordinal() {
            return ordinal;
        }

        String head() {
            return head;
        }

        /** The whole request; its body is read at the first call. */
        RawMessage body() throws IOException {
            if (whole.isEmpty()) {
                whole = Optional.of(in.body(head, false));
            }
            return whole.get();
        }

        RawMessage message() {
            return whole.orElseThrow();
        }

        Call send(String chars) throws IOException {
            return send(RawMessage.bytes(chars));
        }

        Call send(byte[] bytes) throws IOException {
            OutputStream out = socket.getOutputStream();
            out.write(bytes);
            out.flush();
            return this;
        }

        /** Sends a chunk of a chunked body. */
        Call chunk(byte[] bytes) throws IOException {
            return send(Integer.toHexString(bytes.length) + "\r\n").send(bytes).send("\r\n");
        }

        /** Answers with a JSON body. */
        void answer(int status, String body, String... headerLines) throws IOException {
            StringBuilder answer = new StringBuilder("HTTP/1.1 " + status + " Whatever\r\n");
            for (String line : headerLines) {
                answer.append(line).append("\r\n");
            }
            byte[] bytes = body.getBytes(java.nio.charset.StandardCharsets.UTF_8);
            answer.append("Content-Type: application/json\r\nContent-Length: ").append(bytes.length);
            send(answer.append("\r\n\r\n").toString()).send(bytes);
        }

        /** Reads until kvkeep ends the connection, and says when that was. */
        long awaitEndNanos() {
            in.rest();
            return System.nanoTime();
        }

        void close() throws IOException {
            socket.close();
        }

        /** Breaks the connection off instead of closing it. */
        void reset() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }
    }
}
