package io.kvkeep.bench.compare;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the proxies that can be measured here, writes their configurations, and says why others can not. */
public final class Peers {
    /** All that can be asked for, in the order of the tables. */
    public static final List<String> NAMES = List.of("nginx", "haproxy", "kvkeep-off", "kvkeep-rewrite");

    private static final Pattern VERSION = Pattern.compile("\\d+(?:\\.\\d+)+");

    private final Path folder;
    private final int enginePort;
    private final Path kvkeepJar;
    private final List<String> kvkeepJava;
    private final List<Peer> found = new ArrayList<>();
    private final Map<String, String> missing = new LinkedHashMap<>();

    /** Looks for nothing yet; configurations go to the folder. */
    public Peers(Path folder, int enginePort, Path kvkeepJar, List<String> kvkeepJava) {
        this.folder = folder;
        this.enginePort = enginePort;
        this.kvkeepJar = kvkeepJar;
        this.kvkeepJava = List.copyOf(kvkeepJava);
    }

    /** Refuses a name that is none of {@link #NAMES}. */
    public static void requireKnown(String name) {
        if (!NAMES.contains(name)) {
            throw new IllegalArgumentException("no peer " + name + "; there are " + NAMES);
        }
    }

    /** Prepares the peers of these names, as far as they are installed. */
    public void find(List<String> names) throws IOException, InterruptedException {
        for (String name : names) {
            switch (name) {
                case "nginx" -> nginx();
                case "haproxy" -> haproxy();
                case "kvkeep-off" -> kvkeep(name, "off");
                case "kvkeep-rewrite" -> kvkeep(name, "rewrite");
                default -> requireKnown(name);
            }
        }
    }

    /** The peers that can be measured. */
    public List<Peer> found() {
        return List.copyOf(found);
    }

    /** Names with the reason why they are left out. */
    public Map<String, String> missing() {
        return Collections.unmodifiableMap(missing);
    }

    private void nginx() throws IOException, InterruptedException {
        Optional<Path> program = Machine.program("nginx");
        if (program.isEmpty()) {
            missing.put("nginx", "not installed");
            return;
        }
        int port = freePort();
        Path home = Files.createDirectories(folder.resolve("nginx"));
        Path config = Files.writeString(home.resolve("nginx.conf"), PlainProxies.nginx(port, enginePort, home));
        String path = program.get().toString();
        List<String> command = List.of(
                path, "-p", home.toString(), "-e", home.resolve("error.log").toString(), "-c", config.toString());
        found.add(new Peer("nginx", version(path, "-v"), false, command, port, OptionalInt.empty()));
    }

    private void haproxy() throws IOException, InterruptedException {
        Optional<Path> program = Machine.program("haproxy");
        if (program.isEmpty()) {
            missing.put("haproxy", "not installed");
            return;
        }
        int port = freePort();
        Path config = Files.writeString(folder.resolve("haproxy.cfg"), PlainProxies.haproxy(port, enginePort));
        String path = program.get().toString();
        List<String> command = List.of(path, "-db", "-f", config.toString());
        found.add(new Peer("haproxy", version(path, "-v"), false, command, port, OptionalInt.empty()));
    }

    private void kvkeep(String name, String mode) throws IOException {
        if (!Files.isReadable(kvkeepJar)) {
            missing.put(name, kvkeepJar + " is not there; build it with mvn package");
            return;
        }
        int port = freePort();
        int adminPort = freePort();
        List<String> command = new ArrayList<>(kvkeepJava);
        command.addAll(List.of(
                "-jar",
                kvkeepJar.toString(),
                "serve",
                "--engine",
                "http://127.0.0.1:" + enginePort,
                "--listen",
                "127.0.0.1:" + port,
                "--admin",
                "127.0.0.1:" + adminPort,
                "--data-dir",
                Files.createDirectories(folder.resolve(name)).toString(),
                "--mode",
                mode,
                "--event-loops",
                "1"));
        found.add(new Peer(name, "", mode.equals("rewrite"), command, port, OptionalInt.of(adminPort)));
    }

    private String version(String... command) throws IOException, InterruptedException {
        Path answer = folder.resolve("version.txt");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(answer.toFile())
                .start();
        if (!process.waitFor(5, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
        Matcher version = VERSION.matcher(Files.readString(answer));
        return version.find() ? version.group() : "";
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
