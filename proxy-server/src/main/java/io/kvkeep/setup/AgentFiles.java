package io.kvkeep.setup;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Finds the addresses in agents' files and in the environment. What can't be read is left out; nothing is changed. */
public final class AgentFiles {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MAX_FILE_BYTES = 4 << 20;

    private final Path home;
    private final Map<String, String> environment;

    /**
     * Looks in one home.
     *
     * @param environment variables by name; some name other directories, some an address
     */
    public AgentFiles(Path home, Map<String, String> environment) {
        this.home = home;
        this.environment = Map.copyOf(environment);
    }

    /** Returns each address that is found, as often as it is. */
    public List<AgentSetup> find() {
        List<AgentSetup> found = new ArrayList<>();
        for (AgentFile file : AgentFile.KNOWN) {
            Path path = file.in(home, environment);
            tree(path).ifPresent(tree -> setups(file, shown(path) + ": ", tree, found));
        }
        JsonNode variables = JSON.valueToTree(environment);
        new TreeMap<>(AgentFile.VARIABLES).values().forEach(known -> setups(known, "$", variables, found));
        return found;
    }

    private static void setups(AgentFile file, String source, JsonNode tree, List<AgentSetup> found) {
        for (Map.Entry<String, JsonNode> url : at(tree, file.url()).entrySet()) {
            Optional<URI> address = address(url.getValue().asText(""));
            address.ifPresent(uri -> found.add(new AgentSetup(
                    file.agent(),
                    source + url.getKey(),
                    uri,
                    models(file, tree),
                    file.wantsV1(),
                    file.firstPromptTokens())));
        }
    }

    private static List<String> models(AgentFile file, JsonNode tree) {
        Set<String> names = new LinkedHashSet<>();
        if (file.models().endsWith(".**")) {
            String parent = file.models().substring(0, file.models().length() - ".**".length());
            at(tree, parent).values().forEach(node -> node.fieldNames().forEachRemaining(names::add));
        } else if (!file.models().isEmpty()) {
            at(tree, file.models()).values().forEach(node -> names.add(node.asText("")));
        }
        names.remove("");
        return List.copyOf(names);
    }

    /** Returns the nodes at a path with wildcards, by their own paths. */
    private static Map<String, JsonNode> at(JsonNode tree, String path) {
        Map<String, JsonNode> nodes = new TreeMap<>(Map.of("", tree));
        for (String step : path.split("\\.", -1)) {
            Map<String, JsonNode> next = new TreeMap<>();
            nodes.forEach((name, node) -> {
                if (step.equals("*") && node.isArray()) {
                    for (int i = 0; i < node.size(); i++) {
                        next.put(join(name, Integer.toString(i)), node.get(i));
                    }
                } else if (step.equals("*")) {
                    node.properties().forEach(entry -> next.put(join(name, entry.getKey()), entry.getValue()));
                } else if (node.has(step)) {
                    next.put(join(name, step), node.get(step));
                }
            });
            nodes = next;
        }
        return nodes;
    }

    private static String join(String name, String step) {
        return name.isEmpty() ? step : name + '.' + step;
    }

    /** Keys may stand in an address, as a user or behind a question mark; neither is kept. */
    private static Optional<URI> address(String text) {
        try {
            URI uri = new URI(text.strip());
            boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            return http && uri.getHost() != null
                    ? Optional.of(
                            new URI(uri.getScheme(), null, uri.getHost(), uri.getPort(), uri.getPath(), null, null))
                    : Optional.empty();
        } catch (java.net.URISyntaxException e) {
            return Optional.empty();
        }
    }

    private static Optional<JsonNode> tree(Path path) {
        try {
            if (Files.isRegularFile(path) && Files.size(path) <= MAX_FILE_BYTES) {
                return ConfigTree.read(path.getFileName().toString(), Files.readString(path));
            }
            // OpenCode and Kilo read comments too, in a file of that name.
            Path commented = path.resolveSibling(path.getFileName() + "c");
            return path.toString().endsWith(".json") && Files.isRegularFile(commented)
                    ? ConfigTree.read("config.json", Files.readString(commented))
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private String shown(Path path) {
        return path.startsWith(home) ? "~/" + home.relativize(path) : path.toString();
    }
}
