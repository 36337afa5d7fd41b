package io.kvkeep.draft;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.kvkeep.draft.LearnedStatus.Agent;
import io.kvkeep.draft.LearnedStatus.Place;
import io.kvkeep.live.LiveKvkeep;
import io.kvkeep.live.NotLive;
import io.kvkeep.profile.ProfileReader;
import io.kvkeep.yaml.YamlNotValid;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Makes profiles of what a running kvkeep has learned.
 *
 * <p>Longer than most classes: each reason for which there is no profile has its own words.
 */
@Command(
        name = "learn",
        mixinStandardHelpOptions = true,
        description = {
            "Asks a running kvkeep what it found in the system texts of agents, and prints it as profile files.",
            "kvkeep must run with show-text: true, since rules hold labels of lines from system prompts."
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:a profile was made",
            "1:there is nothing to make one of, or kvkeep does not answer or keeps text to itself",
            "2:wrong usage"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  kvkeep learn                                  all agents that have a profile, and what they lack",
            "  kvkeep learn --as tern                        the agent without a profile, by the name tern",
            "  kvkeep learn --as tern --out ~/.local/share/kvkeep/profiles/tern.yaml",
            "  kvkeep learn --agent hermes --json            one agent, for programs"
        })
public final class LearnCommand implements Callable<Integer> {
    private static final String UNKNOWN = "unknown";
    private static final ObjectWriter JSON = new ObjectMapper().writerWithDefaultPrettyPrinter();

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--admin",
            paramLabel = "URL",
            defaultValue = LiveKvkeep.USUAL_URL,
            description = "The admin address of the running kvkeep; ${DEFAULT-VALUE} by default.")
    private String admin = "";

    @Option(
            names = "--agent",
            paramLabel = "NAME",
            description = "This agent alone; unknown for one without a profile.")
    private @Nullable String agent;

    @Option(names = "--as", paramLabel = "NAME", description = "Names the agent that has no profile.")
    private @Nullable String name;

    @Option(names = "--json", description = "Writes profiles and evidence as JSON.")
    private boolean json;

    @Option(names = "--out", paramLabel = "FILE", description = "Writes the profile of one agent into a file.")
    private @Nullable Path file;

    @Override
    public Integer call() {
        checkName();
        try {
            LearnedStatus status = status();
            Map<String, ProfileDraft> drafts = drafts(status);
            Map<String, String> texts = new LinkedHashMap<>();
            for (Map.Entry<String, ProfileDraft> draft : drafts.entrySet()) {
                texts.put(draft.getKey(), draft.getValue().text());
            }
            print(drafts, texts);
            return 0;
        } catch (NoProfile | NotLive e) {
            err().println("kvkeep: " + e.getMessage());
            return 1;
        } catch (YamlNotValid e) {
            err().println("kvkeep: the profile that was made is not valid, please report this: " + e.getMessage());
            return 1;
        }
    }

    private void checkName() {
        if (name == null) {
            return;
        }
        if (agent != null && !agent.equals(UNKNOWN)) {
            throw wrong("--as names the agent that has no profile; " + agent + " has its name");
        }
        if (name.equals(UNKNOWN)
                || !ProfileReader.check("--as", "agent: '" + name.replace("'", "''") + "'\n")
                        .problems()
                        .isEmpty()) {
            throw wrong("--as is " + name
                    + "; 1 to 40 lower-case letters, digits, dots, dashes, underscores, and not unknown");
        }
    }

    private LearnedStatus status() throws NotLive, NoProfile {
        try {
            LiveKvkeep live = LiveKvkeep.ask(admin);
            return LearnedStatus.read(live.status())
                    .orElseThrow(() -> new NoProfile(
                            "the kvkeep at " + live.url() + " tells nothing of its learner; it is of another version"));
        } catch (IllegalArgumentException e) {
            throw wrong(String.valueOf(e.getMessage()));
        }
    }

    private Map<String, ProfileDraft> drafts(LearnedStatus status) throws NoProfile {
        Map<String, Agent> agents = asked(status);
        List<String> found = agents.entrySet().stream()
                .filter(entry -> !entry.getValue().places().isEmpty())
                .map(Map.Entry::getKey)
                .toList();
        if (found.isEmpty()) {
            throw new NoProfile(nothing(status, agents));
        }
        if (!status.showsText()) {
            throw new NoProfile(withheld(agents));
        }
        if (name == null && (found.equals(List.of(UNKNOWN)) || UNKNOWN.equals(agent))) {
            throw wrong("what was found is of an agent without a profile; name it: --as NAME");
        }
        if (file != null && found.size() > 1) {
            throw wrong("--out takes one agent, and there are " + String.join(", ", found)
                    + "; choose with --agent NAME, or --as NAME for unknown");
        }
        Map<String, ProfileDraft> drafts = new LinkedHashMap<>();
        agents.forEach((key, learned) -> {
            if (found.contains(key) && name != null) {
                drafts.put(key, ProfileDraft.of(name, learned));
            } else if (found.contains(key) && !key.equals(UNKNOWN)) {
                drafts.put(key, ProfileDraft.of(key, learned));
            } else if (found.contains(key)) {
                err().println("kvkeep: there is more of an agent without a profile; kvkeep learn --as NAME shows it");
            }
        });
        return drafts;
    }

    private Map<String, Agent> asked(LearnedStatus status) throws NoProfile {
        String key = name == null ? agent : UNKNOWN;
        if (key == null) {
            return status.agents();
        }
        Agent learned = status.agents().get(key);
        if (learned == null) {
            throw new NoProfile(
                    status.learns()
                            ? "no system text of " + key + " was seen since kvkeep started; seen: "
                                    + counts(status.agents())
                            : nothing(status, status.agents()));
        }
        return Map.of(key, learned);
    }

    private static String nothing(LearnedStatus status, Map<String, Agent> agents) {
        if (!status.learns()) {
            return "this kvkeep does not learn: learn: off is in its configuration. Take it out and start it again";
        }
        return "nothing was learned yet. Different system texts since kvkeep started: " + counts(agents)
                + ". A clock or a counter is found with its first change, anything else with its third at one place";
    }

    private static String counts(Map<String, Agent> agents) {
        return agents.isEmpty()
                ? "none"
                : agents.entrySet().stream()
                        .map(entry -> entry.getKey() + " " + entry.getValue().systemTexts())
                        .collect(Collectors.joining(", "));
    }

    private static String withheld(Map<String, Agent> agents) {
        String found = agents.entrySet().stream()
                .flatMap(entry -> entry.getValue().places().stream()
                        .map(place -> "\n  " + entry.getKey() + ": " + place.name() + " " + place.evidence()))
                .collect(Collectors.joining());
        return "there are findings, but this kvkeep keeps text of prompts to itself (show-text: false). Withheld are the"
                + " labels of lines and the first words of system texts, which a profile is made of. Put show-text: true"
                + " into its configuration file and start it again with --config FILE; what changes is then counted anew."
                + " Found:" + found;
    }

    private void print(Map<String, ProfileDraft> drafts, Map<String, String> texts) throws NoProfile {
        PrintWriter out = command().commandLine().getOut();
        if (file != null) {
            write(file, texts.values().iterator().next());
        }
        if (json) {
            out.println(asJson(drafts, texts));
        } else if (file != null) {
            out.println(
                    file + ": written; look at its rules, then start kvkeep again (kvkeep check-profiles reads it)");
        } else {
            out.print(String.join("---\n", texts.values()));
        }
        out.flush();
        drafts.forEach((key, draft) -> {
            if (!draft.recognises()) {
                err().println("kvkeep: fill in recognise; without it the profile of " + key + " is never used");
            }
        });
    }

    /** Never over another file: it may have been edited. */
    private static void write(Path file, String text) throws NoProfile {
        try {
            Path directory = file.toAbsolutePath().getParent();
            if (directory != null) {
                Files.createDirectories(directory);
            }
            Files.writeString(file, text, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        } catch (FileAlreadyExistsException e) {
            throw new NoProfile("there is " + e.getMessage() + " already, and it is left as it is; give another name");
        } catch (IOException e) {
            throw new NoProfile(file + " can't be written: " + e.getMessage());
        }
    }

    private static String asJson(Map<String, ProfileDraft> drafts, Map<String, String> texts) {
        List<Map<String, Object>> agents = new ArrayList<>();
        drafts.forEach((key, draft) -> {
            List<Map<String, Object>> rules = new ArrayList<>();
            draft.rules().forEach(place -> rules.add(row(place)));
            List<Map<String, Object>> leftOut = new ArrayList<>();
            draft.leftOut().forEach((place, reason) -> {
                Map<String, Object> row = row(place);
                row.put("reason", reason);
                leftOut.add(row);
            });
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("agent", key);
            one.put("profile", texts.getOrDefault(key, ""));
            one.put("rules", rules);
            one.put("leftOut", leftOut);
            agents.add(one);
        });
        try {
            return JSON.writeValueAsString(Map.of("agents", agents));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("maps of texts and numbers can't be written", e);
        }
    }

    private static Map<String, Object> row(Place place) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("name", place.name());
        row.put("varies", place.varies());
        row.put("inTexts", place.inTexts());
        row.put("changed", place.changed());
        row.put("tokensReadAgain", place.tokensReadAgain());
        row.put("applied", place.applied());
        return row;
    }

    private PrintWriter err() {
        return command().commandLine().getErr();
    }

    private CommandSpec command() {
        CommandSpec own = spec;
        if (own == null) {
            throw new IllegalStateException("picocli sets the command before it is called");
        }
        return own;
    }

    private ParameterException wrong(String message) {
        return new ParameterException(command().commandLine(), message);
    }

    /** Why there is no profile, in words for the user. */
    private static final class NoProfile extends Exception {
        private static final long serialVersionUID = 1;

        NoProfile(String message) {
            super(message);
        }
    }
}
