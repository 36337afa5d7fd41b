package io.kvkeep.yaml;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** A YAML mapping with the place where it stands, so that errors can name file and line. */
public final class YamlMap {
    private final String file;
    private final MappingNode node;

    private YamlMap(String file, MappingNode node) {
        this.file = file;
        this.node = node;
    }

    /** Parses a document whose root is a mapping; an empty one counts as an empty mapping. */
    public static YamlMap parse(String file, String yaml) throws YamlNotValid {
        LoadSettings settings = LoadSettings.builder().setLabel(file).build();
        try {
            Node root = new Compose(settings)
                    .composeString(yaml)
                    .orElseGet(() -> new MappingNode(Tag.MAP, List.of(), FlowStyle.BLOCK));
            if (root instanceof MappingNode mapping) {
                return new YamlMap(file, mapping);
            }
            throw new YamlNotValid(file, line(root), "the document is no mapping (key: value)");
        } catch (MarkedYamlEngineException e) {
            int line = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(1);
            throw new YamlNotValid(file, line, "not YAML: " + e.getProblem());
        } catch (YamlEngineException e) {
            throw new YamlNotValid(file, 1, "not YAML: " + e.getMessage());
        }
    }

    /** Returns the file's name. */
    public String file() {
        return file;
    }

    /** Checks that there are no other keys than these, and none twice. */
    public void allow(String... keys) throws YamlNotValid {
        allow(List.of(keys));
    }

    /** Checks that there are no other keys than these, and none twice. */
    public void allow(List<String> keys) throws YamlNotValid {
        List<YamlNotValid> unknown = unknown(keys);
        if (!unknown.isEmpty()) {
            throw unknown.get(0);
        }
    }

    /** Returns an error for every other key than these, and for every one that is there again. */
    public List<YamlNotValid> unknown(List<String> keys) {
        return unknown(keys, Map.of());
    }

    /**
     * Returns an error for every other key than these, and for every one that is there again.
     *
     * @param elsewhere keys that are right in another place, with what is to be written there
     */
    public List<YamlNotValid> unknown(List<String> keys, Map<String, String> elsewhere) {
        Set<String> allowed = Set.copyOf(keys);
        Set<String> seen = new HashSet<>();
        List<YamlNotValid> unknown = new ArrayList<>();
        for (NodeTuple tuple : node.getValue()) {
            int line = line(tuple.getKeyNode());
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                unknown.add(new YamlNotValid(file, line, "a key is no text"));
            } else if (!allowed.contains(key.getValue())) {
                Optional<String> meant =
                        Optional.ofNullable(elsewhere.get(key.getValue())).or(() -> NearName.of(key.getValue(), keys));
                String allKeys = meant.map(name -> "; did you mean " + name + "? All keys: ")
                                .orElse("; one of ")
                        + String.join(", ", keys);
                unknown.add(new YamlNotValid(file, line, "no key " + key.getValue() + " here" + allKeys));
            } else if (!seen.add(key.getValue())) {
                unknown.add(new YamlNotValid(file, line, "key " + key.getValue() + " is there twice"));
            }
        }
        return unknown;
    }

    /** Returns all keys in the order of the file. */
    public List<String> keys() throws YamlNotValid {
        List<String> keys = new ArrayList<>();
        for (NodeTuple tuple : node.getValue()) {
            keys.add(scalar(tuple.getKeyNode(), "a key"));
        }
        return keys;
    }

    /** Returns a text that has to be there. */
    public String string(String key) throws YamlNotValid {
        return optional(key).orElseThrow(() -> error(key + " is missing"));
    }

    /** Returns a text that may be there. */
    public Optional<String> optional(String key) throws YamlNotValid {
        Node value = find(key);
        return value == null ? Optional.empty() : Optional.of(scalar(value, key));
    }

    /** Returns a list of texts; absent means empty, a single text means a list of one. */
    public List<String> strings(String key) throws YamlNotValid {
        Node value = find(key);
        if (value == null) {
            return List.of();
        }
        List<String> texts = new ArrayList<>();
        for (Node item : value instanceof SequenceNode sequence ? sequence.getValue() : List.of(value)) {
            texts.add(scalar(item, key));
        }
        return texts;
    }

    /** Returns a mapping that may be there. */
    public Optional<YamlMap> map(String key) throws YamlNotValid {
        Node value = find(key);
        if (value == null) {
            return Optional.empty();
        }
        if (value instanceof MappingNode mapping) {
            return Optional.of(new YamlMap(file, mapping));
        }
        throw new YamlNotValid(file, line(value), key + " is no mapping (key: value)");
    }

    /** Tells whether the value of a key is a mapping. */
    public boolean isMap(String key) {
        return find(key) instanceof MappingNode;
    }

    /** Returns a list of mappings; absent means empty. */
    public List<YamlMap> maps(String key) throws YamlNotValid {
        Node value = find(key);
        if (value == null) {
            return List.of();
        }
        if (!(value instanceof SequenceNode sequence)) {
            throw new YamlNotValid(file, line(value), key + " is no list");
        }
        List<YamlMap> maps = new ArrayList<>();
        for (Node item : sequence.getValue()) {
            if (!(item instanceof MappingNode mapping)) {
                throw new YamlNotValid(file, line(item), "an entry of " + key + " is no mapping (key: value)");
            }
            maps.add(new YamlMap(file, mapping));
        }
        return maps;
    }

    /** Returns the line of a key's value, or of this mapping if it is not there; the first of a file is 1. */
    public int lineOf(String key) {
        Node value = find(key);
        return line(value == null ? node : value);
    }

    /** Makes an error that names this mapping's line. */
    public YamlNotValid error(String problem) {
        return new YamlNotValid(file, line(node), problem);
    }

    /** Makes an error that names the line of a key's value. */
    public YamlNotValid errorAt(String key, String problem) {
        return new YamlNotValid(file, lineOf(key), problem);
    }

    private @Nullable Node find(String key) {
        for (NodeTuple tuple : node.getValue()) {
            if (tuple.getKeyNode() instanceof ScalarNode scalar
                    && scalar.getValue().equals(key)) {
                return tuple.getValueNode();
            }
        }
        return null;
    }

    private String scalar(Node value, String what) throws YamlNotValid {
        if (value instanceof ScalarNode scalar) {
            return scalar.getValue();
        }
        throw new YamlNotValid(file, line(value), what + " is no text");
    }

    private static int line(Node node) {
        return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
    }
}
