package io.kvkeep.bench;

import io.kvkeep.bench.engine.StandIn;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs the engine stand-in until standard input ends, so that it never outlives the program that started it. */
@Command(
        name = "engine",
        description = "Runs the engine stand-in alone, until standard input ends.",
        mixinStandardHelpOptions = true)
final class EngineCommand implements Callable<Integer> {
    @Option(names = "--port", required = true, description = "port on 127.0.0.1; 0 takes a free one")
    private int port;

    @Override
    public Integer call() throws IOException {
        try (StandIn engine = StandIn.listen(port)) {
            System.out.println("ready " + engine.port());
            while (System.in.read() >= 0) {
                // what is typed has no meaning, only its end has
            }
        }
        return 0;
    }
}
