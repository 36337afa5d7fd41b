package io.kvkeep.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kvkeep.bench.load.LoadOrder;
import io.kvkeep.bench.load.LoadRun;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/**
 * Runs load on order: one line in, one line out, until standard input ends.
 *
 * <p>A single process serves all rounds, so that its code is compiled once and no peer meets a cold one.
 */
@Command(
        name = "load",
        description = {
            "Runs the load program alone, on orders from standard input, one a line:",
            "PORT CONNECTIONS BODY_BYTES GOES_ON STREAM CHUNKS GAP_MICROS MILLIS FIRST_SERIAL"
        },
        mixinStandardHelpOptions = true)
final class LoadCommand implements Callable<Integer> {
    @Override
    public Integer call() throws IOException, InterruptedException {
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, UTF_8));
        for (String line = orders.readLine(); line != null; line = orders.readLine()) {
            System.out.println(LoadRun.run(LoadOrder.parse(line)).line());
        }
        return 0;
    }
}
