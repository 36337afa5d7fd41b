package io.kvkeep.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What the machine offers: programs, cores, and its description for the report. */
public record Machine(List<Integer> cores, Optional<Path> taskset) {
    private static final Path STATUS = Path.of("/proc/self/status");

    /** Looks at the machine that this program runs on. */
    public static Machine here() throws IOException {
        if (!Files.isReadable(STATUS)) {
            throw new IOException("needs Linux: " + STATUS + " is not there");
        }
        return new Machine(cores(value(STATUS, "Cpus_allowed_list")), program("taskset"));
    }

    /** Whether processes can be bound to a core of their own. */
    public boolean canPin() {
        return taskset.isPresent() && cores.size() >= 2;
    }

    /** The command bound to one of the allowed cores, where that can be done. */
    List<String> pinned(int core, List<String> command) {
        if (!canPin()) {
            return command;
        }
        List<String> pinned = new ArrayList<>(
                List.of(taskset.orElseThrow().toString(), "-c", cores.get(core).toString()));
        pinned.addAll(command);
        return pinned;
    }

    /** One line on processor, kernel and load. */
    public String describe() throws IOException {
        return value(Path.of("/proc/cpuinfo"), "model name") + ", " + cores.size() + " cores, Linux "
                + System.getProperty("os.version") + ", load "
                + Files.readString(Path.of("/proc/loadavg")).split(" ", 2)[0];
    }

    static Optional<Path> program(String name) {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("") + ":/usr/local/sbin:/usr/sbin:/sbin";
        return Stream.of(path.split(":", -1))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Reads a list such as {@code 0-3,8}. */
    static List<Integer> cores(String list) {
        List<Integer> cores = new ArrayList<>();
        for (String range : list.split(",", -1)) {
            String[] ends = range.strip().split("-", -1);
            for (int core = Integer.parseInt(ends[0]); core <= Integer.parseInt(ends[ends.length - 1]); core++) {
                cores.add(core);
            }
        }
        return List.copyOf(cores);
    }

    private static String value(Path file, String name) throws IOException {
        return Files.readAllLines(file).stream()
                .filter(line -> line.startsWith(name))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse("unknown");
    }
}
