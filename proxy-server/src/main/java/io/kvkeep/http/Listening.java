package io.kvkeep.http;

import io.kvkeep.config.ListenAddress;
import io.kvkeep.engine.Broken;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import java.io.IOException;

/** Takes addresses to listen on. */
public final class Listening {
    private Listening() {}

    /**
     * Binds a server to an address.
     *
     * @throws IOException if that fails; the message names the address and what to do
     */
    public static Channel bind(ServerBootstrap bootstrap, ListenAddress address) throws IOException {
        ChannelFuture bound = bootstrap.bind(address.host(), address.port()).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException(
                    "can't listen on " + address + ": " + Broken.words(bound.cause())
                            + "; is another kvkeep running there?",
                    bound.cause());
        }
        return bound.channel();
    }
}
