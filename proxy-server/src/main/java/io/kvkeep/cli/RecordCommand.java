package io.kvkeep.cli;

import io.kvkeep.config.Mode;
import io.kvkeep.recording.RecordOptions;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs the proxy and writes a user's own requests, and their answers, into a private file. */
@Command(
        name = "record",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "Runs the proxy as serve does, and writes what agents send, as they send it, and what the engine answers, into"
                    + " a file that its owner alone can read. It changes nothing unless --mode rewrite is given.",
            "Prompts and answers stand in it as they are. Credentials do not: of headers only those are kept that tell"
                    + " agents and sessions apart. Play it with kvkeep replay FILE."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  kvkeep record --out monday.jsonl.gz",
            "  kvkeep record --out monday.jsonl.gz --engine http://127.0.0.1:8080 --listen 127.0.0.1:11435"
        })
final class RecordCommand extends ServeCommand {
    @Option(
            names = "--out",
            paramLabel = "FILE",
            required = true,
            description = "Where it is written; never over another file.")
    private Path out = Path.of("");

    @Option(
            names = "--max-bytes",
            paramLabel = "N",
            description =
                    "About how long the file may become; ${DEFAULT-VALUE} by default. What comes later passes unrecorded.")
    private long maxBytes = RecordOptions.USUAL_MAX_BYTES;

    @Override
    void begin() {
        options.usualMode(Mode.OBSERVE);
        if (options.isOff()) {
            throw wrong("with --mode off no prompt is read, so nothing could be recorded; observe changes nothing too");
        }
        if (maxBytes < 1) {
            throw wrong("--max-bytes is " + maxBytes + "; 1 or more is allowed");
        }
    }

    @Override
    Optional<RecordOptions> recording() {
        return Optional.of(new RecordOptions(out, maxBytes));
    }

    @Override
    void begun(PrintWriter to) {
        to.println("  Recording             " + out);
        to.println();
        to.flush();
    }

    @Override
    void ended(PrintWriter err, Kvkeep kvkeep) {
        kvkeep.recorder()
                .ifPresent(recorder -> err.println(String.format(
                        Locale.ROOT,
                        "kvkeep: %s: %,d requests in %,d bytes%s",
                        out,
                        recorder.written(),
                        recorder.bytes(),
                        recorder.leftOut() == 0
                                ? ""
                                : String.format(Locale.ROOT, "; %,d more were left out", recorder.leftOut()))));
        err.flush();
    }
}
