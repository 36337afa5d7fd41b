package io.kvkeep.setup;

import java.net.URI;
import java.util.List;
import java.util.Set;

/**
 * Where one agent on this machine sends its prompts, by its own files or by the environment. No key of any kind is in it.
 *
 * @param agent its name
 * @param where the file or the variable, such as {@code ~/.hermes/config.yaml: custom_providers.0.base_url}
 * @param url scheme, host, port and path; no user and no query
 * @param models those it is set to use there; may be empty
 * @param wantsV1 whether the URL has to end with {@code /v1}
 * @param firstPromptTokens about how long its first prompt is before any work; 0 if that is not known
 */
public record AgentSetup(
        String agent, String where, URI url, List<String> models, boolean wantsV1, long firstPromptTokens) {
    private static final Set<String> THIS_MACHINE = Set.of("localhost", "127.0.0.1", "0.0.0.0", "[::1]", "::1");

    /** Copies the list. */
    public AgentSetup {
        models = List.copyOf(models);
    }

    /** Tells whether it goes to the port of a URL. */
    public boolean goesTo(String other) {
        URI there = URI.create(other);
        return port(url) == port(there) && host(url).equals(host(there));
    }

    /** Tells whether its prompts stay on this machine. */
    public boolean isOnThisMachine() {
        return host(url).equals("127.0.0.1");
    }

    private static String host(URI uri) {
        String host = uri.getHost() == null ? "" : uri.getHost();
        return THIS_MACHINE.contains(host) ? "127.0.0.1" : host;
    }

    private static int port(URI uri) {
        return uri.getPort() > 0 ? uri.getPort() : "https".equals(uri.getScheme()) ? 443 : 80;
    }

    /** Tells whether the URL ends with {@code /v1}. */
    public boolean endsWithV1() {
        return url.getPath() != null && url.getPath().replaceAll("/+$", "").endsWith("/v1");
    }

    /** Returns the URL that belongs there to go through kvkeep. */
    public String through(String proxy) {
        return proxy + (wantsV1 ? "/v1" : "");
    }
}
