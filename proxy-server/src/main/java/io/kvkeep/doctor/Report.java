package io.kvkeep.doctor;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.kvkeep.doctor.Finding.Grade;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Findings for a person, or for a program. */
final class Report {
    private static final ObjectWriter JSON = new ObjectMapper().writerWithDefaultPrettyPrinter();
    private static final int WIDTH = 100;
    private static final String INDENT = " ".repeat(10);

    private final List<Finding> findings;

    Report(List<Finding> findings) {
        this.findings = List.copyOf(findings);
    }

    long count(Grade grade) {
        return findings.stream().filter(finding -> finding.grade() == grade).count();
    }

    /** Prints what is to be done first: problems, then notes, then what is good. */
    void print(PrintWriter out) {
        for (Grade grade : List.of(Grade.PROBLEM, Grade.NOTE, Grade.GOOD)) {
            for (Finding finding : findings) {
                if (finding.grade() == grade) {
                    print(out, finding);
                }
            }
        }
        out.println();
        out.println(problems() + ", " + number(count(Grade.NOTE), "note") + ", " + number(count(Grade.GOOD), "check")
                + " good");
    }

    private String problems() {
        long problems = count(Grade.PROBLEM);
        return problems == 0 ? "no problem" : number(problems, "problem");
    }

    private static String number(long count, String what) {
        return count + " " + what + (count == 1 ? "" : "s");
    }

    private static void print(PrintWriter out, Finding finding) {
        boolean good = finding.grade() == Grade.GOOD;
        String grade = finding.grade() == Grade.PROBLEM
                ? finding.grade().id().toUpperCase(Locale.ROOT)
                : finding.grade().id();
        if (!good) {
            out.println();
        }
        wrap(
                out,
                String.format(Locale.ROOT, "%-8s  ", grade),
                finding.check() + ", " + finding.subject() + (good ? ": " + finding.seen() : ""));
        if (good) {
            return;
        }
        wrap(out, "  seen    ", finding.seen());
        if (!finding.costs().isEmpty()) {
            wrap(out, "  costs   ", finding.costs());
        }
        String name = "  change  ";
        for (String line : finding.change()) {
            out.println(name + line); // whole, so that it can be copied
            name = INDENT;
        }
    }

    private static void wrap(PrintWriter out, String name, String text) {
        String head = name;
        StringBuilder line = new StringBuilder();
        for (String word : text.split(" ", -1)) {
            if (line.length() > 0 && head.length() + line.length() + 1 + word.length() > WIDTH) {
                out.println(head + line);
                head = INDENT;
                line.setLength(0);
            }
            line.append(line.length() == 0 ? "" : " ").append(word);
        }
        out.println(head + line);
    }

    /**
     * Returns the same as JSON.
     *
     * @param about what was looked at, by name
     */
    String json(Map<String, Object> about) {
        List<Map<String, Object>> rows = new ArrayList<>();
        for (Finding finding : findings) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("check", finding.check());
            row.put("grade", finding.grade().id());
            row.put("subject", finding.subject());
            row.put("seen", finding.seen());
            row.put("costs", finding.costs());
            row.put("change", finding.change());
            rows.add(row);
        }
        Map<String, Object> all = new LinkedHashMap<>(about);
        all.put("problems", count(Grade.PROBLEM));
        all.put("findings", rows);
        try {
            return JSON.writeValueAsString(all);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("maps of texts and numbers can't be written", e);
        }
    }
}
