package io.kvkeep.admin;

import io.kvkeep.http.ErrorForm;
import io.kvkeep.http.OwnAnswers;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.function.Supplier;

/**
 * Tells an agent that was pointed at the admin port where to go, in the form in which its protocol has errors.
 *
 * <p>It stands before bodies are put together: a prompt is longer than anything that is asked here. Its bytes are let
 * go, and the connection closes behind the last one; sooner, the client might see a reset in place of the answer.
 */
final class LostAgent extends ChannelInboundHandlerAdapter {
    private final Supplier<String> proxy;
    private boolean answered;

    /**
     * Starts with no request.
     *
     * @param proxy where agents connect, host and port
     */
    LostAgent(Supplier<String> proxy) {
        this.proxy = proxy;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (!answered && message instanceof HttpRequest request && isOfAgents(request.uri())) {
            ErrorForm form = ErrorForm.of(request.uri());
            answered = true;
            ctx.writeAndFlush(OwnAnswers.error(form, HttpResponseStatus.NOT_FOUND, "admin_port", words(form)));
        }
        if (!answered) {
            ctx.fireChannelRead(message);
            return;
        }
        boolean last = message instanceof LastHttpContent;
        ReferenceCountUtil.release(message);
        if (last) {
            ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        }
    }

    /** The admin port has two paths of its own under {@code /api/}; engines have neither. */
    static boolean isOfAgents(String target) {
        String path = target.split("\\?", 2)[0];
        boolean own = path.equals("/api/events") || path.equals("/api/turns") || path.startsWith("/api/turns/");
        return !own
                && (path.startsWith("/v1/")
                        || path.equals("/v1")
                        || path.startsWith("/api/")
                        || path.endsWith("/chat/completions"));
    }

    private String words(ErrorForm form) {
        String address = "http://" + proxy.get();
        return "this is kvkeep's admin port, where no prompt is served; agents connect to " + address
                + (form == ErrorForm.OPENAI ? "/v1" : "") + ". Set the agent's base URL to that";
    }
}
