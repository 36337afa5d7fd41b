package io.kvkeep.bench.compare;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Every process and file that a comparison needs, gone when it is closed, also by Ctrl-C. */
public final class Stage implements AutoCloseable {
    private static final int LOAD_CORE = 0;
    private static final int PROXY_CORE = 1;
    private static final long START_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final Machine machine;
    private final String program;
    private final Path folder;
    private final Deque<Child> children = new ArrayDeque<>();
    private boolean closed;

    private Stage(Machine machine, String program, Path folder) {
        this.machine = machine;
        this.program = program;
        this.folder = folder;
        Runtime.getRuntime().addShutdownHook(new Thread(this::close, "clear the stage"));
    }

    /** Opens a stage; {@code program} has the {@code main} that runs the engine stand-in and the load. */
    public static Stage open(Machine machine, Class<?> program) throws IOException {
        return new Stage(machine, program.getName(), Files.createTempDirectory("kvkeep-bench"));
    }

    /** Where files of the comparison go. */
    public Path folder() {
        return folder;
    }

    /** Starts the engine stand-in and returns its port. */
    public int startEngine() throws IOException {
        return Integer.parseInt(own("engine", "--port", "0").hear().replace("ready ", ""));
    }

    /** Starts the load program, which takes orders line by line. */
    Child startLoad() throws IOException {
        return own("load");
    }

    private Child own(String... arguments) throws IOException {
        List<String> command =
                new ArrayList<>(List.of(java(), "-XX:+UseSerialGC", "-Xms256m", "-Xmx1g", "-cp", classPath(), program));
        command.addAll(List.of(arguments));
        return keep(Child.talking(arguments[0], machine.pinned(LOAD_CORE, command), folder));
    }

    /** Starts a peer and waits until an answer of the engine comes through it. */
    Child start(Peer peer) throws IOException, InterruptedException {
        Child child = keep(Child.silent(peer.name(), machine.pinned(PROXY_CORE, peer.command()), folder));
        long start = System.nanoTime();
        while (!peer.ready()) {
            if (!child.alive() || System.nanoTime() - start > START_NANOS) {
                throw new IOException("not ready: " + child.lastWords());
            }
            TimeUnit.MILLISECONDS.sleep(2);
        }
        return child;
    }

    void stop(Child child) {
        child.close();
        synchronized (children) {
            children.remove(child);
        }
    }

    /** The java command of this very process. */
    public static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    private static String classPath() {
        try {
            // The jar's absolute place: a child may run in another folder than this program was called from.
            File own = new File(Stage.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            return own.getPath() + File.pathSeparator + System.getProperty("java.class.path");
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private Child keep(Child child) {
        synchronized (children) {
            children.push(child);
            if (closed) {
                child.close(); // started while Ctrl-C ended the others
            }
        }
        return child;
    }

    @Override
    public void close() {
        synchronized (children) {
            closed = true;
            children.forEach(Child::close);
            children.clear();
        }
        if (Files.exists(folder)) {
            deleteFolder();
        }
    }

    private void deleteFolder() {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
        } catch (IOException e) {
            System.err.println("left behind: " + folder);
        }
    }
}
