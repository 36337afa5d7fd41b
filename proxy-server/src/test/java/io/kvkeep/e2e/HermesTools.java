package io.kvkeep.e2e;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** Tool definitions of an agent's usual kinds: shell, files, search, memory, plans and the web. */
final class HermesTools {
    private HermesTools() {}

    static List<ObjectNode> all() {
        return List.of(
                tool(
                        "terminal",
                        "Run a shell command in the workspace and return its exit status, output and errors. The"
                                + " shell is fresh each time, so a change of directory does not last. Long output"
                                + " loses its middle. Use the file tools to read, write and search files.",
                        List.of("command"),
                        text("command", "The command line, as typed into a POSIX shell"),
                        number("timeout", "Seconds until the command is stopped, 180 unless told"),
                        flag("background", "Return at once and let the command go on; ask for its output later")),
                tool(
                        "read_file",
                        "Read a text file with line numbers. Use offset and limit for long files; at most 2,000 lines"
                                + " come back at once. Images and archives are refused.",
                        List.of("path"),
                        text("path", "The file, relative to the workspace or absolute"),
                        number("offset", "The first line wanted, counted from 1"),
                        number("limit", "How many lines are wanted at most")),
                tool(
                        "write_file",
                        "Write a whole file and create its folders. What the file held before is gone, so use patch"
                                + " to change a part of a file that exists.",
                        List.of("path", "content"),
                        text("path", "The file to write"),
                        text("content", "The complete new content")),
                tool(
                        "patch",
                        "Replace one piece of text in a file. The old text has to occur exactly once; take in enough"
                                + " lines around it. Small differences in white space are forgiven. A diff and the"
                                + " result of a syntax check come back.",
                        List.of("path", "old_string", "new_string"),
                        text("path", "The file to change"),
                        text("old_string", "The text as it stands in the file now"),
                        text("new_string", "The text to put in its place; empty to delete"),
                        flag("replace_all", "Change every occurrence and not only a unique one")),
                tool(
                        "search_files",
                        "Search the content of files by regular expression, or find files by a pattern for their"
                                + " names. Faster than grep and find in a terminal, and it leaves ignored files out.",
                        List.of("pattern"),
                        text("pattern", "A regular expression, or a file pattern such as *.py"),
                        choice("target", "What the pattern is for", "content", "files"),
                        text("path", "The folder to search in, the workspace unless told"),
                        number("context", "Lines to show before and after each hit")),
                tool(
                        "memory",
                        "Change the memory that outlives this conversation. Each entry is one fact. replace and remove"
                                + " find an entry by a short piece of its text that no other entry has.",
                        List.of("action", "target"),
                        choice("action", "What to do", "add", "replace", "remove"),
                        choice("target", "Your own notes, or what is known of the user", "memory", "user"),
                        text("content", "The new text of the entry"),
                        text("old_text", "A piece of the entry that is meant")),
                tool(
                        "todo",
                        "Keep the list of steps for a task of three steps or more. Without an argument the list comes"
                                + " back as it is. Exactly one step is in progress at a time.",
                        List.of(),
                        text("todos", "The whole list as JSON: objects with id, content and status"),
                        flag("merge", "Change the named steps only and keep the others")),
                tool(
                        "web_search",
                        "Search the web and return titles, addresses and short excerpts. Give a few words as for a"
                                + " search engine, not a question.",
                        List.of("query"),
                        text("query", "The words to search for"),
                        number("limit", "How many results are wanted, 5 unless told")),
                tool(
                        "skill_view",
                        "Load a skill from the list of available skills, or one of the files that belong to it.",
                        List.of("name"),
                        text("name", "The skill's name as listed"),
                        text("file_path", "A file of the skill, for instance references/columns.md")));
    }

    private record Property(String name, ObjectNode schema) {
        Property describedAs(String description) {
            schema.put("description", description);
            return this;
        }
    }

    private static ObjectNode tool(String name, String description, List<String> required, Property... properties) {
        ObjectNode tool = Http.object().put("type", "function");
        ObjectNode parameters = tool.putObject("function")
                .put("name", name)
                .put("description", description)
                .putObject("parameters")
                .put("type", "object");
        ObjectNode schemas = parameters.putObject("properties");
        for (Property property : properties) {
            schemas.set(property.name(), property.schema());
        }
        ArrayNode names = parameters.putArray("required");
        required.forEach(names::add);
        return tool;
    }

    private static Property text(String name, String description) {
        return property(name, "string").describedAs(description);
    }

    private static Property number(String name, String description) {
        return property(name, "integer").describedAs(description);
    }

    private static Property flag(String name, String description) {
        return property(name, "boolean").describedAs(description);
    }

    private static Property choice(String name, String description, String... values) {
        Property property = property(name, "string");
        ArrayNode choices = property.schema().putArray("enum");
        List.of(values).forEach(choices::add);
        return property.describedAs(description);
    }

    private static Property property(String name, String type) {
        return new Property(name, Http.object().put("type", type));
    }
}
