package io.kvkeep.admin;

import io.netty.util.NetUtil;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Refuses what a page of another site asks through a name of its own that leads to this machine (DNS rebinding).
 *
 * <p>That needs a name: a browser that was told an address, or {@code localhost}, has asked what it meant to ask. It is
 * checked only where the port is bound to this machine alone; elsewhere it has names that kvkeep can't know.
 */
final class HostCheck {
    private HostCheck() {}

    /**
     * Tells whether a request may be answered.
     *
     * @param host its Host header; null without one, as no browser sends it
     */
    static boolean allows(@Nullable String host) {
        if (host == null || host.isEmpty()) {
            return true;
        }
        String name = withoutPort(host).toLowerCase(Locale.ROOT);
        return name.equals("localhost")
                || name.endsWith(".localhost")
                || NetUtil.isValidIpV4Address(name)
                || (name.startsWith("[") && name.endsWith("]") && NetUtil.isValidIpV6Address(name));
    }

    private static String withoutPort(String host) {
        int colon = host.lastIndexOf(':');
        return colon > host.lastIndexOf(']') ? host.substring(0, colon) : host;
    }
}
