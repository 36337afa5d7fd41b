package io.kvkeep.config;

import java.util.regex.Pattern;

/**
 * Where kvkeep listens.
 *
 * @param host an IP address or a name of this machine
 * @param port 0 to 65535; 0 takes any that is free
 */
public record ListenAddress(String host, int port) {
    private static final Pattern URL_SIGNS = Pattern.compile("[/@?\\s]");

    /**
     * Reads {@code HOST:PORT}.
     *
     * @throws IllegalArgumentException with a message for the user
     */
    public static ListenAddress parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon <= 0 || URL_SIGNS.matcher(text).find()) {
            throw wrong(text);
        }
        try {
            int port = Integer.parseInt(text.substring(colon + 1));
            if (port < 0 || port > 65_535) {
                throw wrong(text);
            }
            return new ListenAddress(text.substring(0, colon).replaceAll("[\\[\\]]", ""), port);
        } catch (NumberFormatException e) {
            throw wrong(text);
        }
    }

    private static IllegalArgumentException wrong(String text) {
        return new IllegalArgumentException("'" + text + "' is no HOST:PORT; give one like 127.0.0.1:11435");
    }

    /** Returns an address under which this machine reaches it: a wildcard is no address to connect to. */
    public ListenAddress forClients() {
        return host.equals("0.0.0.0") || host.equals("::") ? new ListenAddress("127.0.0.1", port) : this;
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
