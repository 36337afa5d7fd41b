package io.kvkeep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class DemoCommandTest {
    @Test
    void saysBeforeAndBehindTheTableThatTheEngineIsSimulated() {
        Run run = run("demo", "--small");
        assertThat(run.status()).isZero();
        List<String> lines = run.out().lines().toList();
        assertThat(lines.subList(0, 5)).anyMatch(line -> line.contains("SIMULATED"));
        assertThat(lines.get(lines.size() - 1)).contains("SIMULATED", "kvkeep demo --engine URL");
    }

    @Test
    void fitsAHundredColumnsWithoutColours() {
        Run run = run("demo");
        assertThat(run.out().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(100));
        assertThat(run.out()).doesNotContain("\u001b").contains("14,", "total", "fewer through kvkeep");
    }

    @Test
    void waitsLongerOnASlowerEngine() {
        assertThat(run("demo", "--small", "--prefill-speed", "1").out()).containsPattern("\\d,\\d{3}\\.\\d s");
    }

    @Test
    void anEngineThatDoesNotAnswerIsNamedAndEndsWithOne() throws IOException {
        try (Socket bound = new Socket()) {
            bound.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            String url = "http://127.0.0.1:" + bound.getLocalPort();
            Run run = run("demo", "--engine", url);
            assertThat(run.status()).isEqualTo(1);
            assertThat(run.err()).contains("no engine answers at " + url, "Start it");
        }
    }

    @Test
    void wrongUsageEndsWithTwo() {
        assertThat(run("demo", "--engine", "localhost").err()).contains("'localhost' is no engine URL");
        assertThat(run("demo", "--engine", "localhost").status()).isEqualTo(2);
        assertThat(run("demo", "--prefill-speed", "0").status()).isEqualTo(2);
        assertThat(run("demo", "--model", "m").status()).isEqualTo(2);
        assertThat(run("demo", "--engine", "http://127.0.0.1:1", "--prefill-speed", "9")
                        .status())
                .isEqualTo(2);
    }

    private static Run run(String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int status = Main.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF))
                .execute(args);
        return new Run(status, out.toString(), err.toString());
    }

    private record Run(int status, String out, String err) {}
}
