package io.kvkeep.plan;

import io.kvkeep.json.JsonCursor;
import io.kvkeep.json.NotJson;
import io.kvkeep.json.Range;
import io.kvkeep.lane.Digest;
import io.kvkeep.lane.DigestMemo;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Keeps tools in the order in which they were first sent; a tool that comes later stands behind the others. */
final class ToolOrder {
    private static final int MAX_TOOLS = 1024;

    private final byte[] body;
    private final List<Range> tools = new ArrayList<>();
    private final List<String> names = new ArrayList<>();

    private ToolOrder(byte[] body) {
        this.body = body;
    }

    /**
     * The tools of a request, ordered.
     *
     * @param edit empty if they stand as they should
     * @param order the names in the order first sent, those of this request included
     */
    record Ordered(Optional<Edit> edit, List<String> order) {}

    /**
     * Orders tools.
     *
     * @param range the array of tools in the body
     * @param fingerprint of its bytes
     * @param order names in the order first sent
     * @param scope of the agent: what is remembered is for it alone
     * @param memo remembers which tools stand as they should, so that they need not be read again
     */
    static Ordered of(byte[] body, Range range, Digest fingerprint, List<String> order, Digest scope, DigestMemo memo)
            throws NotJson {
        Digest tools = fingerprint.within(scope);
        Digest names = Digest.of(order);
        if (names.equals(memo.get(tools))) {
            return new Ordered(Optional.empty(), order);
        }
        Ordered ordered = of(body, range, order);
        if (ordered.edit().isEmpty() && ordered.order().equals(order)) {
            memo.put(tools, names);
        }
        return ordered;
    }

    private static Ordered of(byte[] body, Range range, List<String> order) throws NotJson {
        ToolOrder now = new ToolOrder(body);
        if (!now.read(range)) {
            return new Ordered(Optional.empty(), order);
        }
        List<String> all = new ArrayList<>(order);
        Map<String, Integer> places = new HashMap<>();
        order.forEach(name -> places.put(name, places.size()));
        for (String name : now.names) {
            if (places.putIfAbsent(name, places.size()) == null) {
                all.add(name);
            }
        }
        return all.size() > MAX_TOOLS ? new Ordered(Optional.empty(), order) : new Ordered(now.sorted(places), all);
    }

    /** Reads names and places; returns false if the tools can't be told apart by name. */
    private boolean read(Range range) throws NotJson {
        JsonCursor cursor = new JsonCursor(body, range.start(), range.end());
        if (cursor.peek() != '[') {
            return false;
        }
        cursor.enter('[');
        while (cursor.nextElement()) {
            if (cursor.peek() != '{') {
                return false;
            }
            int start = cursor.offset();
            String name = name(cursor);
            if (name.isEmpty() || names.contains(name)) {
                return false;
            }
            names.add(name);
            tools.add(new Range(start, cursor.offset()));
        }
        return true;
    }

    /**
     * Moves over a tool and returns its name: a member of its own, or of the function in it. Tools of the engine's own,
     * such as web_search in OpenAI responses, have none; there the type tells them apart, with a blank before it, which
     * no name has.
     */
    private static String name(JsonCursor cursor) throws NotJson {
        String name = "";
        String type = "";
        cursor.enter('{');
        while (cursor.nextMember()) {
            if (cursor.keyIs("name") && cursor.peek() == '"') {
                name = cursor.string().text();
            } else if (cursor.keyIs("function") && cursor.peek() == '{') {
                name = name(cursor);
            } else if (cursor.keyIs("type") && cursor.peek() == '"') {
                type = " " + cursor.string().text();
            } else {
                cursor.value();
            }
        }
        return name.isEmpty() ? type : name;
    }

    private Optional<Edit> sorted(Map<String, Integer> places) {
        List<Integer> wanted = new ArrayList<>();
        for (int i = 0; i < tools.size(); i++) {
            wanted.add(i);
        }
        wanted.sort(Comparator.comparingInt(i -> places.getOrDefault(names.get(i), 0)));
        int first = 0;
        while (first < wanted.size() && wanted.get(first) == first) {
            first++;
        }
        if (first == wanted.size()) {
            return Optional.empty();
        }
        int start = tools.get(first).start();
        int end = tools.get(tools.size() - 1).end();
        ByteArrayOutputStream out = new ByteArrayOutputStream(end - start);
        for (int i = first; i < wanted.size(); i++) {
            Range tool = tools.get(wanted.get(i));
            out.write(body, tool.start(), tool.length());
            if (i + 1 < wanted.size()) {
                int gap = tools.get(i).end(); // the separators stay where they are
                out.write(body, gap, tools.get(i + 1).start() - gap);
            }
        }
        return Optional.of(new Edit(new Range(start, end), out.toByteArray(), Reason.ORDER_TOOLS, "tools"));
    }
}
