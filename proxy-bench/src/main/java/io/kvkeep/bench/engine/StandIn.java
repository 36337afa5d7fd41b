package io.kvkeep.bench.engine;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** A server that answers as an engine would and computes nothing: one thread for each connection. */
public final class StandIn implements AutoCloseable {
    private final ServerSocketChannel server;

    private StandIn(ServerSocketChannel server) {
        this.server = server;
    }

    /** Starts it on this port of 127.0.0.1, or on a free one for 0. */
    public static StandIn listen(int port) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open();
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1024);
        StandIn engine = new StandIn(server);
        start("accept", engine::accept);
        return engine;
    }

    /** The port it listens on. */
    public int port() {
        return server.socket().getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                SocketChannel client = server.accept();
                start("connection", () -> serve(client));
            }
        } catch (IOException closed) {
            // close() ends this thread
        }
    }

    private static void serve(SocketChannel client) {
        try (Wire wire = new Wire(client)) {
            new StandInConnection(wire).run();
        } catch (IOException gone) {
            // A client that leaves in the middle of an answer sees that itself and counts it.
        }
    }

    private static void start(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
