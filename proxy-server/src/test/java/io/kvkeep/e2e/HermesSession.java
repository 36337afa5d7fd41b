package io.kvkeep.e2e;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/**
 * Twelve requests of one conversation with Hermes Agent: tool loops, two memory changes, a compression that rebuilds
 * the system text, and midnight. The assistant's side is scripted, so that every run sends the same bytes.
 */
final class HermesSession {
    /** What is different in a request's system text, compared with the request before. */
    enum Change {
        NOTHING,
        MEMORY,
        COMPRESSION,
        DATE
    }

    record Turn(String name, Change change, String body) {}

    static final int ENDLESS_TOKENS = 40_000;

    private static final String BUILD_NOTE =
            "Tideboard is built with uv; the page is checked with `uv run page-check`.";
    private static final String ANSWERS_NOTE =
            "Recorded answers live in tests/answers and are named by source and day.";
    private static final String FERRY_NOTE = "The ferry source sends times without a zone; they are harbour time.";
    private static final String AGE_NOTE = "store.last_good() gives a source's newest rows together with their age.";

    private static final HermesSystemText FIRST_SYSTEM = new HermesSystemText(
            List.of(
                    "- Branch: main → origin/main",
                    "- Status: 1 modified",
                    "- Recent commits:",
                    "    4be91d0 Show the wind in knots",
                    "    c07a5f2 Keep the last good rows of a source"),
            List.of(BUILD_NOTE, ANSWERS_NOTE),
            "Saturday, November 21, 2026");

    private final List<Turn> turns = new ArrayList<>();
    private final List<ObjectNode> messages = new ArrayList<>();
    private HermesSystemText system = FIRST_SYSTEM;
    private int calls;

    private HermesSession() {}

    static List<Turn> turns() {
        HermesSession session = new HermesSession();
        session.firstToolLoop();
        session.memoryChanges();
        session.compression();
        session.midnight();
        return List.copyOf(session.turns);
    }

    /** A request of nothing but the stable system text, all tools and one user message. */
    static String stableRequest(String userText) {
        return body(HermesSystemText.stableText(), List.of(user(userText)));
    }

    /** A request whose answer goes on for much longer than anybody waits. */
    static String endlessRequest() {
        ObjectNode body = Http.object().put("model", "tiny");
        body.putArray("messages").add(user("Count the waves."));
        return body.put("stream", true)
                .put("ignore_eos", true)
                .put("max_tokens", ENDLESS_TOKENS)
                .toString();
    }

    private void firstToolLoop() {
        messages.add(
                user("The board at the pier shows the 18:40 ferry at 17:40 since the clocks changed. Find out why."));
        turn("question", Change.NOTHING);

        call("search_files", Http.object().put("path", "tideboard").put("pattern", "depart"));
        result("""
                {"total_count": 6, "matches": [
                  {"path": "tideboard/sources/ferries.py", "line": 21, "content": "departs = parse_time(cells[1], day)"},
                  {"path": "tideboard/sources/ferries.py", "line": 27, "content": "    rows.append(Departure(quay, departs))"},
                  {"path": "tideboard/store.py", "line": 88, "content": "def departures_after(db, moment):"},
                  {"path": "tideboard/store.py", "line": 90, "content": "    query = 'SELECT * FROM departure WHERE departs > ?'"},
                  {"path": "tideboard/page.py", "line": 55, "content": "def departure_row(row, zone):"},
                  {"path": "tideboard/page.py", "line": 57, "content": "    shown = clock_text(row.departs, zone)"}]}""");
        turn("search result", Change.NOTHING);

        call("read_file", Http.object().put("limit", 40).put("path", "tideboard/sources/ferries.py"));
        result("""
                 1|'''Reads the ferry company's timetable page.'''
                 2|from datetime import datetime
                 3|from tideboard.clock import utc
                 4|from tideboard.rows import Departure
                 5|from tideboard.table import cells_of
                 6|
                 7|
                 8|def parse_time(text, day):
                 9|    '''The company prints times such as 18:40, and 0:15+1 for a departure after midnight.'''
                10|    text, _, days = text.partition('+')
                11|    hour, minute = text.split(':')
                12|    day_offset = int(days or 0)
                13|    return datetime(day.year, day.month, day.day + day_offset, int(hour), int(minute), tzinfo=utc)
                14|
                15|
                16|def departures(page, day):
                17|    rows = []
                18|    for cells in cells_of(page, table='timetable'):
                19|        if cells[0] == 'Quay':
                20|            continue
                21|        departs = parse_time(cells[1], day)
                22|        quay = cells[0].strip()
                23|        line = cells[2].strip()
                24|        if 'cancelled' in cells[3].lower():
                25|            continue
                26|        # The board shows the next twelve hours only.
                27|        rows.append(Departure(quay, departs))
                28|    return rows""");
        turn("file content", Change.NOTHING);

        messages.add(
                assistant("The times are read as UTC, but the company prints harbour time. In summer a wrong offset"
                        + " in the page hid it. `parse_time` has to attach the harbour's zone and convert to UTC. The"
                        + " day arithmetic in line 13 also fails on the last day of a month."));
        messages.add(user("Good find. Fix both, and add a test for the night of the change."));
        turn("next question", Change.NOTHING);

        String oldLine =
                "    return datetime(day.year, day.month, day.day + day_offset, int(hour), int(minute), tzinfo=utc)";
        String newLines = "    local = datetime.combine(day, time(int(hour), int(minute)), tzinfo=HARBOUR)\n"
                + "    return (local + timedelta(days=day_offset)).astimezone(utc)";
        patch("tideboard/sources/ferries.py", oldLine, newLines);
        result("{\"success\": true, \"diff\": \"@@ -13 +13,2 @@\", \"lint\": {\"status\": \"ok\"}}");
        call(
                "memory",
                Http.object().put("action", "add").put("content", FERRY_NOTE).put("target", "memory"));
        result("{\"success\": true, \"target\": \"memory\", \"entry_count\": 3}");
        turn("patch and memory write", Change.NOTHING);
    }

    private void memoryChanges() {
        messages.add(assistant("Patched. `HARBOUR` is a ZoneInfo in tideboard/clock.py. The test comes next."));
        messages.add(user("Go on, and put the test next to the other ferry tests."));
        system = system.withMemory(BUILD_NOTE, ANSWERS_NOTE, FERRY_NOTE);
        turn("memory changed", Change.MEMORY);

        call("write_file", Http.object().put("content", """
                        from datetime import date, datetime, timezone

                        from tideboard.sources.ferries import parse_time


                        def test_winter_time_is_one_hour_ahead_of_utc():
                            read = parse_time('18:40', date(2026, 11, 3))
                            assert read == datetime(2026, 11, 3, 17, 40, tzinfo=timezone.utc)


                        def test_departure_after_midnight_on_the_last_day_of_a_month():
                            read = parse_time('0:15+1', date(2026, 10, 31))
                            assert read == datetime(2026, 10, 31, 23, 15, tzinfo=timezone.utc)
                        """).put("path", "tests/test_ferry_times.py"));
        result("{\"success\": true, \"bytes_written\": 498, \"path\": \"tests/test_ferry_times.py\"}");
        turn("file written", Change.NOTHING);

        messages.add(assistant("The tests are in tests/test_ferry_times.py."));
        messages.add(user("Does the board say how old the ferry times are when the company's page is down?"));
        system = system.withMemory(BUILD_NOTE, ANSWERS_NOTE, FERRY_NOTE, AGE_NOTE);
        turn("memory changed again", Change.MEMORY);

        call("terminal", Http.object().put("command", "uv run pytest -q && uv run ruff check"));
        result("""
                {"exit_code": 0, "output": "............... [100%]\\n49 passed in 1.92s\\nAll checks passed!"}""");
        turn("command output", Change.NOTHING);
    }

    private void compression() {
        messages.clear();
        messages.add(user("""
                [CONTEXT COMPACTION — REFERENCE ONLY] Earlier turns were compacted into this summary. Answer only \
                what the user asks behind it.

                ## Goal
                The pier board showed ferries one hour early since the clocks changed.

                ## Done
                - tideboard/sources/ferries.py: times are read as harbour time and stored as UTC; day arithmetic mended.
                - tests/test_ferry_times.py: two tests, for winter time and for the last day of a month.
                - All 49 tests and the linter pass.

                ## Open
                The user asked whether the board shows the age of ferry times when the source is down."""));
        messages.add(assistant("It does not yet: page.py drops the age that the store hands out."));
        messages.add(user("Then show it in small print below the table."));
        system = system.withMemory(BUILD_NOTE, FERRY_NOTE + " Fixed in November 2026.", AGE_NOTE)
                .withGitLines(
                        "- Branch: main → origin/main (ahead 1, behind 0)",
                        "- Status: 2 modified, 1 untracked",
                        "- Recent commits:",
                        "    91fe3c8 Read ferry times in the harbour's zone",
                        "    4be91d0 Show the wind in knots");
        turn("compression", Change.COMPRESSION);
    }

    private void midnight() {
        messages.add(assistant("The page now prints the age below the table whenever it is above ten minutes."));
        messages.add(user("Make it five minutes."));
        system = system.withDate("Sunday, November 22, 2026");
        turn("date changed", Change.DATE);

        patch("tideboard/page.py", "STALE_AFTER = timedelta(minutes=10)", "STALE_AFTER = timedelta(minutes=5)");
        result("{\"success\": true, \"diff\": \"@@ -9 +9 @@\", \"lint\": {\"status\": \"ok\"}}");
        turn("patch", Change.NOTHING);
    }

    private void turn(String name, Change change) {
        turns.add(new Turn(name, change, body(system.text(), messages)));
    }

    private void patch(String path, String oldText, String newText) {
        call(
                "patch",
                Http.object()
                        .put("new_string", newText)
                        .put("old_string", oldText)
                        .put("path", path));
    }

    private void call(String tool, ObjectNode arguments) {
        calls++;
        ObjectNode message = message("assistant", "");
        ObjectNode call = message.putArray("tool_calls").addObject();
        call.put("id", "call_" + calls).put("type", "function");
        // Hermes prints the arguments of an earlier call in its own way: compact, keys in alphabetical order.
        call.putObject("function").put("name", tool).put("arguments", arguments.toString());
        messages.add(message);
    }

    private void result(String content) {
        messages.add(message("tool", content).put("tool_call_id", "call_" + calls));
    }

    private static ObjectNode user(String text) {
        return message("user", text);
    }

    private static ObjectNode assistant(String text) {
        return message("assistant", text);
    }

    private static ObjectNode message(String role, String content) {
        return Http.object().put("role", role).put("content", content);
    }

    private static String body(String systemText, List<ObjectNode> messages) {
        ObjectNode body = Http.object().put("model", "tiny");
        body.putArray("messages").add(message("system", systemText)).addAll(messages);
        body.putArray("tools").addAll(HermesTools.all());
        body.put("stream", true).putObject("stream_options").put("include_usage", true);
        // The tiny model's answers are noise, so a few tokens of them are enough.
        return body.put("max_tokens", 4).toString();
    }
}
