package io.kvkeep.cli;

import io.kvkeep.demo.Demo;
import io.kvkeep.demo.DemoFailed;
import io.kvkeep.demo.DemoOptions;
import io.kvkeep.engine.EngineAddress;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Shows in a few seconds what the proxy saves. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "Plays an agent's session direct and through kvkeep, and shows what the engine had to read each time.",
            "Without --engine the engine is simulated: nothing is needed, and it takes a few seconds."
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:shown", "1:the engine did not answer, or refused", "2:wrong usage"},
        footerHeading = "%nExamples:%n",
        footer = {
            "  kvkeep demo                                         on a simulated engine",
            "  kvkeep demo --prefill-speed 150                     as if it read 150 tokens/s",
            "  kvkeep demo --engine http://127.0.0.1:8080          on a real llama.cpp",
            "  kvkeep demo --engine http://127.0.0.1:11434 --model qwen3:8b --small"
        })
final class DemoCommand implements Callable<Integer> {
    private static final int USUAL_PREFILL_SPEED = 600;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = "--engine", paramLabel = "URL", description = "A real engine, such as http://127.0.0.1:11434.")
    private @Nullable String engine;

    @Option(
            names = "--model",
            paramLabel = "NAME",
            description = "The real engine's model; the first that it names by default.")
    private @Nullable String model;

    @Option(
            names = "--prefill-speed",
            paramLabel = "N",
            description = "Tokens per second that the simulated engine reads; " + USUAL_PREFILL_SPEED + " by default.")
    private @Nullable Integer prefillSpeed;

    @Option(names = "--small", description = "A third of the usual 14,500 tokens, for slow engines.")
    private boolean small;

    @Override
    public Integer call() {
        CommandSpec own = spec;
        if (own == null) {
            throw new IllegalStateException("picocli sets the command before it is called");
        }
        CommandLine line = own.commandLine();
        PrintWriter err = line.getErr();
        DemoOptions options = options(line);
        try {
            new Demo(options, DemoProxy::start, line.getOut()).run();
            return 0;
        } catch (DemoFailed e) {
            err.println("kvkeep: " + e.getMessage());
            return 1;
        }
    }

    private DemoOptions options(CommandLine line) {
        if (engine == null && model != null) {
            throw new ParameterException(line, "--model is for a real engine; give --engine URL too");
        }
        if (engine != null && prefillSpeed != null) {
            throw new ParameterException(line, "--prefill-speed is for the simulated engine; a real one is measured");
        }
        try {
            return new DemoOptions(
                    Optional.ofNullable(engine).map(EngineAddress::parse),
                    Optional.ofNullable(model),
                    prefillSpeed == null ? USUAL_PREFILL_SPEED : prefillSpeed,
                    small,
                    line.getColorScheme().ansi().enabled());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(line, String.valueOf(e.getMessage()), e);
        }
    }
}
