package io.kvkeep.simulation;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

/** Tool definitions with an agent's usual names, parameters and lengths. */
final class Tools {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Map<String, List<String>> PARAMETERS = Map.of(
            "terminal", List.of("command", "timeout"),
            "read_file", List.of("path", "offset", "limit"),
            "patch", List.of("path", "old_string", "new_string"),
            "search_files", List.of("pattern", "path"),
            "memory", List.of("action", "target", "content"));
    private static final List<String> NAMES = List.of(
            "clarify",
            "cronjob",
            "delegate_task",
            "execute_code",
            "memory",
            "patch",
            "process",
            "read_file",
            "search_files",
            "session_search",
            "skill_manage",
            "skill_view",
            "skills_list",
            "terminal",
            "todo",
            "web_search",
            "write_file");

    private Tools() {}

    static ArrayNode all(Size size) {
        ArrayNode tools = JSON.createArrayNode();
        for (String name : NAMES) {
            Filler filler = new Filler(name.hashCode());
            ObjectNode function = tools.addObject().put("type", "function").putObject("function");
            function.put("name", name).put("description", filler.paragraph(size.toolChars()));
            ObjectNode schema = function.putObject("parameters").put("type", "object");
            ObjectNode properties = schema.putObject("properties");
            List<String> parameters = PARAMETERS.getOrDefault(name, List.of("action", "target", "options"));
            for (String parameter : parameters) {
                properties.putObject(parameter).put("type", "string").put("description", filler.sentence());
            }
            schema.putArray("required").add(parameters.get(0));
        }
        return tools;
    }
}
