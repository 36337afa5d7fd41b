package io.kvkeep.bench.compare;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A process that this program started; what it writes to standard error goes to a file of its own. */
final class Child implements AutoCloseable {
    private final String name;
    private final Process process;
    private final Path log;
    private final BufferedReader lines;
    private final BufferedWriter orders;

    private Child(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
        lines = process.inputReader(UTF_8);
        orders = process.outputWriter(UTF_8);
    }

    /** Starts one of our own programs, which are spoken with line by line. */
    static Child talking(String name, List<String> command, Path folder) throws IOException {
        Path log = folder.resolve(name + ".log");
        return new Child(
                name, new ProcessBuilder(command).redirectError(log.toFile()).start(), log);
    }

    /** Starts a proxy: all that it says goes to its file. */
    static Child silent(String name, List<String> command, Path folder) throws IOException {
        Path log = folder.resolve(name + ".log");
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        return new Child(name, builder.start(), log);
    }

    void say(String line) throws IOException {
        orders.write(line);
        orders.newLine();
        orders.flush();
    }

    String hear() throws IOException {
        String line = lines.readLine();
        if (line == null) {
            throw new IOException(lastWords());
        }
        return line;
    }

    boolean alive() {
        return process.isAlive();
    }

    ProcessTree tree() {
        return new ProcessTree(process.toHandle());
    }

    /** Why it may have ended: the end of what it wrote. */
    String lastWords() throws IOException {
        List<String> said = Files.exists(log) ? Files.readAllLines(log) : List.of();
        String end = String.join("\n", said.subList(Math.max(0, said.size() - 12), said.size()));
        return name
                + (alive() ? " still runs" : " ended with status " + process.exitValue())
                + (end.isEmpty() ? ", without a word" : ":\n" + end);
    }

    /** Ends this process and its descendants, politely first. */
    @Override
    public void close() {
        List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
        all.add(process.toHandle());
        process.destroy();
        try {
            process.waitFor(3, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        all.stream().filter(ProcessHandle::isAlive).forEach(ProcessHandle::destroyForcibly);
    }
}
