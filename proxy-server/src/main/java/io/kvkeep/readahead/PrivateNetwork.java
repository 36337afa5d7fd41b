package io.kvkeep.readahead;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Tells engines of one's own from services: nobody is to be billed for what no user asked for. */
final class PrivateNetwork {
    private static final int UNIQUE_LOCAL = 0xfc;
    private static final int UNIQUE_LOCAL_MASK = 0xfe;
    private static final int IPV6_BYTES = 16;

    private PrivateNetwork() {}

    /**
     * Tells whether all addresses of a host are private: loopback, RFC 1918, link-local, or unique local (RFC 4193). It
     * may ask a name server.
     */
    static boolean holds(String host) {
        try {
            InetAddress[] all = InetAddress.getAllByName(host);
            for (InetAddress one : all) {
                if (!isPrivate(one)) {
                    return false;
                }
            }
            return all.length > 0;
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private static boolean isPrivate(InetAddress address) {
        byte[] bytes = address.getAddress();
        boolean uniqueLocal = bytes.length == IPV6_BYTES && (bytes[0] & UNIQUE_LOCAL_MASK) == UNIQUE_LOCAL;
        return address.isLoopbackAddress()
                || (address.isSiteLocalAddress() && bytes.length != IPV6_BYTES)
                || address.isLinkLocalAddress()
                || uniqueLocal;
    }
}
