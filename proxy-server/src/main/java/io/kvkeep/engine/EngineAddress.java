package io.kvkeep.engine;

import java.net.URI;
import java.net.URISyntaxException;

/**
 * Where an engine listens.
 *
 * @param tls whether connections are encrypted
 * @param host a name or an IP address, without brackets
 * @param port 1 to 65535
 * @param prefix what stands before every path, such as {@code /llm}; empty for none
 */
public record EngineAddress(boolean tls, String host, int port, String prefix) {

    /**
     * Reads a URL such as {@code http://127.0.0.1:11434}. A {@code /v1} at its end is dropped, since clients send it.
     *
     * @throws IllegalArgumentException if it is no HTTP URL with a host; the message is meant for the user
     */
    public static EngineAddress parse(String url) {
        URI uri;
        try {
            uri = new URI(url.strip());
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(wrong(url), e);
        }
        boolean tls = "https".equals(uri.getScheme());
        if ((!tls && !"http".equals(uri.getScheme()))
                || uri.getHost() == null
                || uri.getRawUserInfo() != null
                || uri.getRawQuery() != null
                || uri.getPort() == 0
                || uri.getPort() > 65_535) {
            throw new IllegalArgumentException(wrong(url));
        }
        String host = uri.getHost().replaceAll("[\\[\\]]", "");
        int port = uri.getPort() > 0 ? uri.getPort() : tls ? 443 : 80;
        String prefix = uri.getRawPath().replaceAll("/+$", "").replaceAll("/v1$", "");
        return new EngineAddress(tls, host, port, prefix);
    }

    private static String wrong(String url) {
        // A credential in it is not repeated: this text ends up on screens and in logs.
        String shown = url.indexOf('@') < 0 ? "'" + url + "'" : "a URL with a user name";
        return shown + " is no engine URL; give one like http://127.0.0.1:11434";
    }

    /** Returns what stands in the Host header. */
    public String authority() {
        String bracketed = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        return port == (tls ? 443 : 80) ? bracketed : bracketed + ":" + port;
    }

    /** Returns the URL without a slash at its end. */
    public String url() {
        return (tls ? "https://" : "http://") + authority() + prefix;
    }
}
