package io.kvkeep.reading;

import io.kvkeep.reuse.ReportedUsage;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How far an engine has come with a prompt: llama.cpp b11434 tells it at each batch, as {@code
 * "prompt_progress":{"total":9685,"cache":0,"processed":2048,"time_ms":119}}; what was processed includes what was
 * cached.
 */
final class Progress {
    private static final Pattern COUNTS =
            Pattern.compile("\"prompt_progress\":\\{\"total\":\\d+,\"cache\":(\\d{1,9}),\"processed\":(\\d{1,9})\\b");

    private Progress() {}

    /** Returns the newest counts in what has come of an answer, as those of a prompt that ended there. */
    static ReportedUsage read(byte[] answer) {
        Matcher matcher = COUNTS.matcher(new String(answer, StandardCharsets.ISO_8859_1));
        ReportedUsage newest = ReportedUsage.NOTHING;
        while (matcher.find()) {
            newest = new ReportedUsage(
                    OptionalLong.of(Long.parseLong(matcher.group(2))),
                    OptionalLong.of(Long.parseLong(matcher.group(1))));
        }
        return newest;
    }
}
