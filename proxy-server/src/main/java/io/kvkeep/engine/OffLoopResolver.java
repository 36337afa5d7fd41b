package io.kvkeep.engine;

import io.netty.resolver.AddressResolver;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.InetNameResolver;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Promise;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Looks names up with the system's resolver, but not on an event loop: a silent name server would stop its streams. */
final class OffLoopResolver extends AddressResolverGroup<InetSocketAddress> {
    private static final ExecutorService LOOKUPS = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "kvkeep-lookup");
        thread.setDaemon(true);
        return thread;
    });

    @Override
    protected AddressResolver<InetSocketAddress> newResolver(EventExecutor executor) {
        return new InetNameResolver(executor) {
            @Override
            protected void doResolve(String host, Promise<InetAddress> promise) {
                LOOKUPS.execute(() -> {
                    try {
                        promise.setSuccess(InetAddress.getByName(host));
                    } catch (UnknownHostException e) {
                        promise.setFailure(e);
                    }
                });
            }

            @Override
            protected void doResolveAll(String host, Promise<List<InetAddress>> promise) {
                LOOKUPS.execute(() -> {
                    try {
                        promise.setSuccess(List.of(InetAddress.getAllByName(host)));
                    } catch (UnknownHostException e) {
                        promise.setFailure(e);
                    }
                });
            }
        }.asAddressResolver();
    }
}
