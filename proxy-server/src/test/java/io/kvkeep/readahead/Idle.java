package io.kvkeep.readahead;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kvkeep.ahead.ReadAheadPolicy;
import io.kvkeep.ahead.Renewed;
import io.kvkeep.answer.Emitted;
import io.kvkeep.architecture.Attention;
import io.kvkeep.config.ProfileFiles;
import io.kvkeep.dialect.Dialect;
import io.kvkeep.engine.Engine;
import io.kvkeep.engine.EngineAddress;
import io.kvkeep.engine.EngineKind;
import io.kvkeep.ledger.Lane;
import io.kvkeep.ledger.LedgerEntry;
import io.kvkeep.ledger.LedgerView;
import io.kvkeep.ledger.Sent;
import io.kvkeep.metrics.Metrics;
import io.kvkeep.note.NoteTag;
import io.kvkeep.plan.Incoming;
import io.kvkeep.plan.Policy;
import io.kvkeep.plan.Rewrite;
import io.kvkeep.plan.Rewriter;
import io.kvkeep.probe.EngineFacts;
import io.kvkeep.probe.ModelFacts;
import io.kvkeep.prompt.PromptNotUnderstood;
import io.kvkeep.reading.EndedTurn;
import io.kvkeep.reading.Renewals;
import io.kvkeep.reading.Sender;
import io.kvkeep.reading.Sender.End;
import io.kvkeep.reading.Sender.Request;
import io.kvkeep.reading.Sender.Result;
import io.kvkeep.reuse.ReportedUsage;
import io.kvkeep.template.Fact;
import io.kvkeep.template.LateSystem;
import io.kvkeep.template.TemplateFacts;
import io.kvkeep.template.ToolsPlace;
import io.kvkeep.template.Truth;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** An engine whose idle time is played with a clock of its own. */
final class Idle implements Sender, Renewals, AutoCloseable {
    private static final String LOOP =
            "{\"role\":\"assistant\",\"content\":\"\",\"reasoning_content\":\"hm\",\"tool_calls\":[{\"id\":\"c\","
                    + "\"type\":\"function\",\"function\":{\"name\":\"read\",\"arguments\":\"{}\"}}]},"
                    + "{\"role\":\"tool\",\"tool_call_id\":\"c\",\"content\":\"" + "the file ".repeat(1_000) + "\"}";

    final Metrics metrics = new Metrics("0");
    final List<Request> sent = new ArrayList<>();
    final ReadAhead ahead;
    boolean quiet = true;
    boolean inPrivateNetwork = true;
    int brokenOff;
    /** What the ledger makes of a lane with notes; missing if it makes of it what it was. */
    @Nullable
    Rewrite folded;

    boolean lanesStand = true;
    int kept;

    /** What the engine was asked about prompts, without reading any. */
    int asked;

    private Optional<Rendering> rendering = Optional.empty();
    private final PriorityQueue<Task> tasks = new PriorityQueue<>();
    private @Nullable Consumer<Result> running;
    private long nanos = TimeUnit.HOURS.toNanos(1);
    private long tasksMade;

    Idle() {
        this(ReadAheadPolicy.DEFAULT);
    }

    Idle(ReadAheadPolicy policy) {
        Later later = new Later() {
            @Override
            public void run(Runnable task, long millis) {
                tasks.add(new Task(nanos + TimeUnit.MILLISECONDS.toNanos(millis), tasksMade++, task));
            }

            @Override
            public void close() {
                tasks.clear();
            }
        };
        ahead = new ReadAhead(
                policy, () -> quiet, host -> inPrivateNetwork, this, this, later, () -> nanos, new Counts(metrics));
    }

    @Override
    public Runnable send(Request request, Consumer<Result> done) {
        if (running != null) {
            throw new AssertionError("two at a time");
        }
        if (request.path().endsWith("/apply-template") || request.path().endsWith("/tokenize")) {
            asked++;
            done.accept(rendering
                    .map(of -> result(End.DONE, ReportedUsage.NOTHING, of.answer(new String(request.body(), UTF_8))))
                    .orElseGet(() -> result(End.FAILED, ReportedUsage.NOTHING, "{}")));
            return () -> {};
        }
        sent.add(request);
        running = done;
        return () -> end(End.CANCELLED, 0, 0);
    }

    @Override
    public Optional<Renewed> renew(EndedTurn turn, boolean fold) {
        Rewrite other = fold ? folded : null;
        Rewrite rewrite = other == null ? turn.rewrite() : other;
        return lanesStand ? Optional.of(new Renewed(rewrite, turn.rewrite().entry())) : Optional.empty();
    }

    @Override
    public boolean keep(Renewed renewed) {
        kept += lanesStand ? 1 : 0;
        return lanesStand;
    }

    /**
     * Lets the engine tell what it makes of prompts.
     *
     * @param held how many tokens of the next one are those of the last one
     * @param next how many it has
     */
    void renders(int held, int next) {
        rendering = Optional.of(new Rendering(held, next));
    }

    private record Rendering(int held, int next) {
        String answer(String body) {
            boolean asksForTokens = body.contains("parse_special");
            if (!asksForTokens) {
                return body.contains("max_tokens") ? "{\"prompt\":\"next\"}" : "{\"prompt\":\"held\"}";
            }
            IntStream tokens = body.contains("next")
                    ? IntStream.range(0, next)
                    : IntStream.concat(IntStream.range(0, held), IntStream.of(-1, -1));
            return tokens.mapToObj(Integer::toString).collect(Collectors.joining(",", "{\"tokens\":[", "]}"));
        }
    }

    private static Result result(End end, ReportedUsage usage, String answer) {
        return new Result(end, end == End.DONE ? 200 : 0, usage, TimeUnit.SECONDS.toNanos(2), answer.getBytes(UTF_8));
    }

    /** Ends what is being read, if anything is. */
    void end(End end, long promptTokens, long cachedTokens) {
        end(end, promptTokens == 0 ? ReportedUsage.NOTHING : usage(promptTokens, cachedTokens), "");
    }

    /** Ends a part, of which the engine says how long it read. */
    void end(long promptTokens, long cachedTokens, long millis) {
        end(
                End.DONE,
                usage(promptTokens, cachedTokens),
                "{\"timings\":{\"cache_n\":%d,\"prompt_n\":%d,\"prompt_ms\":%d}}"
                        .formatted(cachedTokens, promptTokens - cachedTokens, millis));
    }

    private void end(End end, ReportedUsage usage, String answer) {
        Consumer<Result> done = running;
        running = null;
        if (done != null) {
            brokenOff += end == End.CANCELLED ? 1 : 0;
            done.accept(result(end, usage, answer));
            pass(0);
        }
    }

    /** Lets time pass, and all come that comes with it. */
    void pass(long millis) {
        long until = nanos + TimeUnit.MILLISECONDS.toNanos(millis);
        while (!tasks.isEmpty() && tasks.peek().nanos <= until) {
            Task next = tasks.poll();
            nanos = Math.max(nanos, next.nanos);
            next.run.run();
        }
        nanos = until;
    }

    /** A prompt of a lane is sent, and answered without a tool call. */
    Turn turn(long lane) {
        return new Turn(this, lane);
    }

    static ReportedUsage usage(long promptTokens, long cachedTokens) {
        return new ReportedUsage(OptionalLong.of(promptTokens), OptionalLong.of(cachedTokens));
    }

    @Override
    public void close() {
        ahead.close();
        metrics.close();
    }

    private record Task(long nanos, long number, Runnable run) implements Comparable<Task> {
        @Override
        public int compareTo(Task other) {
            int byTime = Long.compare(nanos, other.nanos);
            return byTime != 0 ? byTime : Long.compare(number, other.number);
        }
    }

    /** One turn, as most are unless a test says otherwise. */
    static final class Turn {
        private final Idle idle;
        private final long lane;
        private EngineKind kind = EngineKind.LLAMA_CPP;
        private Truth strips = Truth.YES;
        private OptionalLong slots = OptionalLong.of(1);
        private String system = "You help.";
        private String conversation = "{\"role\":\"user\",\"content\":\"go\"}," + LOOP;
        private Emitted answer = new Emitted("Done.", "", List.of());
        private ReportedUsage usage = Idle.usage(2_500, 1_000);
        private boolean pinned;
        private int noteBytes;
        private String model = "m";
        private Truth printsDate = Truth.NO;

        Turn(Idle idle, long lane) {
            this.idle = idle;
            this.lane = lane;
        }

        Turn kind(EngineKind other) {
            kind = other;
            return this;
        }

        Turn strips(Truth other) {
            strips = other;
            return this;
        }

        Turn slots(long count) {
            slots = OptionalLong.of(count);
            return this;
        }

        Turn system(String text) {
            system = text;
            return this;
        }

        Turn conversation(String messages) {
            conversation = messages;
            return this;
        }

        /** Makes the loop so many steps long. */
        Turn steps(int count) {
            return conversation("{\"role\":\"user\",\"content\":\"go\"}" + ("," + LOOP).repeat(count));
        }

        Turn answer(Emitted other) {
            answer = other;
            return this;
        }

        Turn usage(ReportedUsage other) {
            usage = other;
            return this;
        }

        Turn pinned() {
            pinned = true;
            return this;
        }

        /** Puts notes behind the first one. */
        Turn notes(int bytes) {
            noteBytes = bytes;
            return this;
        }

        Turn printsDate() {
            printsDate = Truth.YES;
            return this;
        }

        Turn model(String name) {
            model = name;
            return this;
        }

        /** Plays it. */
        void ends() {
            Rewrite rewrite = rewrite();
            idle.ahead.requestBegins();
            long prompt = idle.ahead.sent(Optional.of(rewrite.entry().lane().withId(lane)), false);
            idle.ahead.cameBack(lane, usage);
            idle.ahead.ended(ended(rewrite, prompt));
        }

        /** Plays it, but its end is told only once the lane has gone on. */
        void endsLate() {
            Rewrite rewrite = rewrite();
            long prompt = idle.ahead.sent(Optional.of(rewrite.entry().lane().withId(lane)), false);
            idle.ahead.sent(Optional.of(rewrite.entry().lane().withId(lane)), false);
            idle.ahead.ended(ended(rewrite, prompt));
        }

        private EndedTurn ended(Rewrite rewrite, long prompt) {
            HttpHeaders headers =
                    new DefaultHttpHeaders().add("Authorization", "Bearer k").add("Content-Length", 7);
            return new EndedTurn(
                    lane,
                    prompt,
                    engine(),
                    Dialect.CHAT_COMPLETIONS,
                    "/v1/chat/completions",
                    headers,
                    rewrite,
                    rewrite.plan(),
                    answer,
                    usage);
        }

        Engine engine() {
            TemplateFacts template = new TemplateFacts(
                    fact(ToolsPlace.BEHIND_SYSTEM),
                    fact(LateSystem.KEPT),
                    fact(strips),
                    fact(Optional.empty()),
                    fact(printsDate));
            EngineFacts facts = new EngineFacts(
                    fact(Optional.empty()),
                    fact(slots),
                    fact(kind.capabilities().cacheKind()),
                    fact(Truth.YES),
                    Optional.empty(),
                    fact(Truth.NO),
                    List.of(new ModelFacts(model, fact(OptionalLong.empty()), fact(Attention.FULL), template)));
            return new Engine(EngineAddress.parse("http://engine.test:8080/llm"), kind, facts);
        }

        private static <T> Fact<T> fact(T value) {
            return new Fact<>(value, "a test says so");
        }

        Rewrite rewrite() {
            String body = "{\"model\":\"m\",\"messages\":[{\"role\":\"system\",\"content\":\"" + system + "\"},"
                    + conversation + "]}";
            try {
                Rewrite rewrite = new Rewriter(ProfileFiles.builtIn())
                        .rewrite(
                                new Incoming(
                                        Dialect.CHAT_COMPLETIONS,
                                        body.getBytes(UTF_8),
                                        name -> "",
                                        new NoteTag("5eed5eed5eed5eed"),
                                        1,
                                        "engine"),
                                LedgerView.EMPTY,
                                engine().capabilities(),
                                Policy.DEFAULT);
                return with(noted(rewrite.entry()), rewrite);
            } catch (PromptNotUnderstood e) {
                throw new AssertionError(e);
            }
        }

        private LedgerEntry noted(LedgerEntry entry) {
            Lane lane = entry.lane();
            List<Sent> sent = new ArrayList<>(lane.sent());
            if (noteBytes > 0) {
                sent.add(Sent.note(0, new byte[] {'n'}, Map.of()));
                sent.add(Sent.note(1, new byte[noteBytes], Map.of()));
            }
            return new LedgerEntry(
                    new Lane(
                            lane.id(), lane.tenant(), lane.scope(), lane.start(), lane.chain(), sent, Optional.empty()),
                    entry.agent(),
                    entry.before(),
                    pinned ? OptionalInt.of(1) : OptionalInt.empty());
        }

        private static Rewrite with(LedgerEntry entry, Rewrite rewrite) {
            return new Rewrite(
                    rewrite.plan(),
                    rewrite.prompt(),
                    rewrite.systemTexts(),
                    rewrite.fingerprints(),
                    rewrite.said(),
                    rewrite.profile(),
                    rewrite.sideRequest(),
                    entry,
                    rewrite.known(),
                    rewrite.rebased(),
                    rewrite.rebuildDropped());
        }
    }
}
