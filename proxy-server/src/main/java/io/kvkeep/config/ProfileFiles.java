package io.kvkeep.config;

import io.kvkeep.profile.Profile;
import io.kvkeep.profile.ProfileFile;
import io.kvkeep.profile.ProfileReader;
import io.kvkeep.profile.Profiles;
import io.kvkeep.yaml.YamlNotValid;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The profiles of a deployment: those that come with kvkeep, and over them the files of a directory.
 *
 * <p>A file takes the place of the built-in profile of its agent, adds to it with {@code extends: built-in}, or adds an
 * agent. Files are read in the order of their names and asked before all built-in ones.
 */
public final class ProfileFiles {
    private static final String GENERAL = "unknown";

    private ProfileFiles() {}

    /** Returns the profiles that come with kvkeep. */
    public static Profiles builtIn() {
        List<Profile> agents = new ArrayList<>();
        Profiles.BUILT_IN.forEach(agent -> agents.add(read(agent + ".yaml")));
        return Profiles.of(agents, read("generic.yaml"));
    }

    /**
     * Returns the profiles that hold with a directory of files; without one, those that come with kvkeep.
     *
     * @throws IOException if the directory or a file in it can't be read
     * @throws YamlNotValid if a file is wrong; the first problem of all
     */
    public static Profiles with(Optional<Path> directory) throws IOException, YamlNotValid {
        if (directory.isEmpty()) {
            return builtIn();
        }
        List<Checked> files = check(List.of(directory.get()));
        for (Checked file : files) {
            if (!file.problems().isEmpty()) {
                throw file.problems().get(0);
            }
        }
        return together(files);
    }

    /**
     * Reads profile files and says what is wrong with each.
     *
     * @param paths files, and directories whose {@code .yaml} and {@code .yml} files are meant
     * @throws IOException if one of them is not there or can't be read
     */
    public static List<Checked> check(List<Path> paths) throws IOException {
        List<Checked> checked = new ArrayList<>();
        Map<String, String> agents = new HashMap<>();
        for (Path path : paths) {
            for (Path file : Files.isDirectory(path) ? filesIn(path) : List.of(path)) {
                checked.add(check(file, agents));
            }
        }
        return checked;
    }

    /** Returns the JSON schema of profile files, for editors. */
    public static String schema() {
        return resource("profile.schema.json");
    }

    private static Checked check(Path path, Map<String, String> agents) throws IOException {
        String file = path.toString();
        ProfileFile read;
        try {
            read = ProfileReader.check(file, Files.readString(path));
        } catch (CharacterCodingException e) {
            throw new IOException(file + " is not UTF-8", e);
        }
        List<YamlNotValid> problems = new ArrayList<>(read.problems());
        String agent = read.profile().agent();
        String other = agent.isEmpty() ? null : agents.putIfAbsent(agent, file);
        if (other != null) {
            problems.add(new YamlNotValid(
                    file, 1, "agent " + agent + " has a profile in " + other + " already; one file for each agent"));
        }
        if (read.extending() && !Profiles.BUILT_IN.contains(agent) && !agent.equals(GENERAL)) {
            problems.add(new YamlNotValid(
                    file,
                    1,
                    "extends: built-in, but no profile for " + agent + " comes with kvkeep; one of "
                            + String.join(", ", Profiles.BUILT_IN) + ", " + GENERAL));
        }
        return new Checked(file, read.profile(), read.extending(), problems);
    }

    private static List<Path> filesIn(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(ProfileFiles::isProfile).sorted().toList();
        }
    }

    private static boolean isProfile(Path file) {
        String name = file.getFileName().toString();
        return !name.startsWith(".") && (name.endsWith(".yaml") || name.endsWith(".yml"));
    }

    private static Profiles together(List<Checked> files) {
        Map<String, Profile> agents = new LinkedHashMap<>();
        Profile general = read("generic.yaml");
        for (Checked file : files) {
            Profile own = file.profile();
            if (own.agent().equals(GENERAL)) {
                general = file.extending() ? own.over(general) : own;
            } else {
                agents.put(own.agent(), file.extending() ? own.over(read(own.agent() + ".yaml")) : own);
            }
        }
        for (String agent : Profiles.BUILT_IN) {
            if (!agents.containsKey(agent)) {
                agents.put(agent, read(agent + ".yaml"));
            }
        }
        return Profiles.of(List.copyOf(agents.values()), general);
    }

    private static Profile read(String name) {
        try {
            return ProfileReader.read(name, resource(name));
        } catch (YamlNotValid e) {
            throw new IllegalStateException("a profile of this build is broken", e);
        }
    }

    private static String resource(String name) {
        String resource = "/kvkeep/profiles/" + name;
        try (InputStream in = Profile.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("no " + resource + " in this build");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * A profile file of the user.
     *
     * @param file its path
     * @param profile what could be read
     * @param extending whether it adds to the built-in profile of its agent
     * @param problems what is wrong with it
     */
    public record Checked(String file, Profile profile, boolean extending, List<YamlNotValid> problems) {
        /** Copies the list. */
        public Checked {
            problems = List.copyOf(problems);
        }
    }
}
