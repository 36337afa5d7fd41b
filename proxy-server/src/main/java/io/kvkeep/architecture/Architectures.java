package io.kvkeep.architecture;

import io.kvkeep.template.Fact;
import io.kvkeep.yaml.YamlMap;
import io.kvkeep.yaml.YamlNotValid;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What models remember of their prompts, by metadata of GGUF files and by the names of architectures. */
public final class Architectures {
    private static final String RESOURCE = "/kvkeep/architectures.yaml";
    private static final Architectures BUILT_IN = load();
    /** Parts of metadata keys that only models with a running state have. */
    private static final List<String> STATE_KEYS = List.of(".ssm.", ".shortconv.", ".wkv.", ".kda.");

    private final Map<String, Attention> byName;

    private Architectures(Map<String, Attention> byName) {
        this.byName = Map.copyOf(byName);
    }

    /** Returns those that come with kvkeep. */
    public static Architectures builtIn() {
        return BUILT_IN;
    }

    /** Reads a file of architectures. */
    static Architectures read(String file, String yaml) throws YamlNotValid {
        YamlMap root = YamlMap.parse(file, yaml);
        root.allow("architectures");
        Map<String, Attention> byName = new HashMap<>();
        for (YamlMap entry : root.maps("architectures")) {
            entry.allow("attention", "names");
            Attention attention = attention(entry);
            for (String name : entry.strings("names")) {
                if (byName.put(name, attention) != null) {
                    throw entry.errorAt("names", "architecture " + name + " is there twice");
                }
            }
        }
        return new Architectures(byName);
    }

    private static Attention attention(YamlMap entry) throws YamlNotValid {
        String id = entry.string("attention");
        for (Attention one : Attention.values()) {
            if (one != Attention.UNKNOWN
                    && one.name().toLowerCase(Locale.ROOT).replace('_', '-').equals(id)) {
                return one;
            }
        }
        throw entry.errorAt("attention", "no attention " + id + "; full, sliding-window, hybrid or recurrent");
    }

    /**
     * Concludes from a model's metadata, else from its architecture's name.
     *
     * @param source where both come from; it begins the evidence
     * @param architecture its name, or an empty text
     * @param metadata simple values by key, such as {@code gemma3.attention.sliding_window}
     */
    public Fact<Attention> attention(String source, String architecture, Map<String, String> metadata) {
        Attention named = byName.getOrDefault(architecture, Attention.UNKNOWN);
        String evidence = source + ": architecture " + (architecture.isEmpty() ? "not named" : architecture);
        Optional<String> state = metadata.keySet().stream()
                .filter(key -> STATE_KEYS.stream().anyMatch(key::contains))
                .sorted()
                .findFirst();
        if (state.isPresent()) {
            return new Fact<>(
                    named == Attention.RECURRENT ? named : Attention.HYBRID, evidence + ", with " + state.get());
        }
        long window = number(metadata, architecture + ".attention.sliding_window");
        long context = number(metadata, architecture + ".context_length");
        // Phi-3 names a window as long as its context, and llama.cpp runs it with full attention.
        if (window > 0 && (context == 0 || window < context) && named != Attention.FULL) {
            return new Fact<>(Attention.SLIDING_WINDOW, evidence + ", with a sliding window of " + window);
        }
        return new Fact<>(named, named == Attention.UNKNOWN ? evidence + ", of which nothing is known" : evidence);
    }

    private static long number(Map<String, String> metadata, String key) {
        try {
            return Long.parseLong(metadata.getOrDefault(key, "0"));
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private static Architectures load() {
        try (InputStream in = Architectures.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException("no " + RESOURCE + " in this build");
            }
            return read("architectures.yaml", new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (YamlNotValid e) {
            throw new IllegalStateException("the architectures of this build are broken", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
