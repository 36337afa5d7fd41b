package io.kvkeep.admin;

import io.kvkeep.turns.Turns;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Tells open pages of turns as they happen, by server-sent events. A client that comes back says which event it had last
 * and gets those behind it; one that does not read is left alone until it does, and dropped at the next beat.
 *
 * <p>All on the admin loop but {@link #turnsChanged}.
 */
final class Events {
    private static final int MAX_CLIENTS = 16;
    /** Turns that come close together go out together. */
    private static final long GATHER_MILLIS = 200;

    private static final long BEAT_SECONDS = 15;
    private static final String RETRY = "retry: 2000\n\n";
    private static final String BEAT = ":\n\n";

    private final EventLoop loop;
    private final Turns turns;
    private final Map<Channel, Long> lastSent = new HashMap<>();
    private final AtomicBoolean waiting = new AtomicBoolean();
    private volatile boolean open;

    Events(EventLoop loop, Turns turns) {
        this.loop = loop;
        this.turns = turns;
        loop.scheduleWithFixedDelay(this::beat, BEAT_SECONDS, BEAT_SECONDS, TimeUnit.SECONDS);
    }

    /** Says that there are more turns; for any thread, and nearly free while no page is open. */
    void turnsChanged() {
        if (open && !loop.isShuttingDown() && waiting.compareAndSet(false, true)) {
            loop.schedule(this::sendAll, GATHER_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /**
     * Begins to tell a client.
     *
     * @param lastEventId the event that it had last, as it was told; empty for a new client
     * @return false if there are too many
     */
    boolean take(Channel client, String lastEventId) {
        if (lastSent.size() >= MAX_CLIENTS) {
            return false;
        }
        HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
        Pages.secure(head.headers());
        head.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, "text/event-stream; charset=utf-8")
                .set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
        client.write(head);
        write(client, RETRY);
        open = true;
        client.closeFuture().addListener(closed -> drop(client));
        // Even if there is no turn: it says which run this is, so that a page drops those of an earlier one.
        write(client, turns.behind(since(lastEventId)));
        send(client);
        return true;
    }

    /** Goes on with a client that reads again. */
    void writable(Channel client) {
        if (lastSent.containsKey(client) && client.isWritable()) {
            send(client);
        }
    }

    int clients() {
        return lastSent.size();
    }

    private void drop(Channel client) {
        lastSent.remove(client);
        open = !lastSent.isEmpty();
    }

    /** An event of another run says nothing: its turns were others. */
    private long since(String lastEventId) {
        String own = turns.run() + '-';
        String id = lastEventId.startsWith(own) ? lastEventId.substring(own.length()) : "";
        return id.matches("[0-9]{1,18}") ? Long.parseLong(id) : 0;
    }

    private void sendAll() {
        waiting.set(false);
        Channel[] clients = lastSent.keySet().toArray(Channel[]::new);
        for (Channel client : clients) {
            send(client);
        }
    }

    private void send(Channel client) {
        while (client.isWritable()) {
            long sent = lastSent.getOrDefault(client, Long.MAX_VALUE);
            Turns.Page page = turns.behind(sent);
            if (page.last() <= sent) {
                break;
            }
            write(client, page);
        }
        client.flush();
    }

    private void write(Channel client, Turns.Page page) {
        lastSent.put(client, page.last());
        write(client, "id: " + turns.run() + '-' + page.last() + "\nevent: turns\ndata: " + page.json() + "\n\n");
    }

    private void beat() {
        Channel[] clients = lastSent.keySet().toArray(Channel[]::new);
        for (Channel client : clients) {
            if (client.isWritable()) {
                write(client, BEAT);
                client.flush();
            } else {
                client.close();
            }
        }
    }

    private static void write(Channel client, String text) {
        ByteBuf bytes = Unpooled.copiedBuffer(text, StandardCharsets.UTF_8);
        client.write(new DefaultHttpContent(bytes));
    }
}
