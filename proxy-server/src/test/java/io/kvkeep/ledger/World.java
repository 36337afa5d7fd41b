package io.kvkeep.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kvkeep.answer.AnswerReader;
import io.kvkeep.answer.Emitted;
import io.kvkeep.ledger.Instructions.Shape;
import io.kvkeep.ledger.Said.Called;
import io.kvkeep.note.Deliver;
import io.kvkeep.note.NoteTag;
import io.kvkeep.plan.Capabilities;
import io.kvkeep.plan.Capabilities.CacheKind;
import io.kvkeep.plan.Incoming;
import io.kvkeep.plan.Placement;
import io.kvkeep.plan.Policy;
import io.kvkeep.plan.Policy.StableChanges;
import io.kvkeep.plan.Rewrite;
import io.kvkeep.plan.Rewriter;
import io.kvkeep.prompt.PromptNotUnderstood;
import io.kvkeep.section.Kind;
import io.kvkeep.store.Steering;
import io.kvkeep.template.LateSystem;
import io.kvkeep.template.TemplateSwitch;
import io.kvkeep.template.ToolsPlace;
import io.kvkeep.template.Truth;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** Agents, a proxy and an engine that says anything, drawn from a seed. */
/*
 * Over the usual length: one short method for each thing that agents do.
 */
final class World {
    private static final NoteTag TAG = new NoteTag("5eed5eed5eed5eed");
    private static final List<String> TOOLS = List.of("read", "write", "grep", "run", "ask", "zip", "add");
    private static final long QUIET_MILLIS = 11 * 60_000;

    private final Random random;
    private final Coverage coverage;
    private final Policy policy;
    private final Proxied proxy;
    private final Promises promises;
    private final List<Session> sessions = new ArrayList<>();
    private final int maxSessions;
    private final int changeOneIn;
    private int owners;
    private int steps;
    private String last = "";

    World(long seed, Rewriter rewriter, Coverage coverage) {
        random = new Random(seed);
        this.coverage = coverage;
        policy = policy();
        boolean marks = random.nextInt(3) == 0;
        boolean small = random.nextInt(4) == 0;
        boolean strips = random.nextInt(3) == 0;
        boolean raises = random.nextInt(3) == 0;
        Capabilities capabilities = new Capabilities(
                random.nextBoolean(),
                CacheKind.SLOTS,
                ToolsPlace.UNKNOWN,
                raises ? LateSystem.RAISES : LateSystem.UNKNOWN,
                strips ? Truth.YES : Truth.UNKNOWN,
                strips ? Optional.of(TemplateSwitch.KNOWN.get(0)) : Optional.empty());
        Steering steering = new Steering(marks, marks && random.nextBoolean() ? 2 : 0);
        proxy = new Proxied(rewriter, policy, capabilities, steering, small ? 40_000 : 100_000_000);
        promises = new Promises(TAG, proxy, policy, marks, strips, raises, coverage);
        maxSessions = 1 + random.nextInt(6);
        changeOneIn = 1 + random.nextInt(5);
        sessions.add(opened(random.nextInt(2)));
    }

    private Policy policy() {
        int drawn = random.nextInt(10);
        Placement placement = drawn == 0 ? Placement.OFF : drawn == 1 ? Placement.END_OF_SYSTEM : Placement.FIRST_USER;
        Set<Kind> leftOut = random.nextInt(6) == 0 ? Set.of(Kind.MEMORY) : Set.of();
        return new Policy(
                placement,
                leftOut,
                random.nextInt(3) == 0 ? Deliver.NEXT_USER : Deliver.NOW,
                random.nextInt(3) == 0 ? StableChanges.NOTE : StableChanges.SEND);
    }

    /** One agent does something; the proxy may be restarted in between. */
    void step() throws PromptNotUnderstood {
        steps++;
        proxy.passes(random.nextInt(60) == 0 ? QUIET_MILLIS : 2_000);
        if (random.nextInt(30) == 0) {
            coverage.count("step restart");
            proxy.restart();
        }
        if (random.nextInt(60) == 0) {
            coverage.count("step engine-gone");
            proxy.engineGone();
            promises.engineGone();
        }
        if (sessions.stream().mapToInt(session -> session.tenant).distinct().count() > 1) {
            coverage.count("step beside another tenant");
        }
        Session session = sessions.get(random.nextInt(sessions.size()));
        if (random.nextInt(12) == 0 && sessions.size() < maxSessions) {
            session = another(session);
            sessions.add(session);
        }
        change(session);
        if (random.nextInt(15) == 0) {
            Session branch = session.branch();
            branch.messages.add(user(branch.words()));
            serveBoth(goesOn(session), branch);
            sessions.set(random.nextInt(sessions.size()), branch);
        } else {
            serve(goesOn(session));
        }
    }

    // ---- sessions

    private Session another(Session like) {
        switch (random.nextInt(4)) {
            case 0 -> {
                coverage.count("step twin");
                Session twin = like.twin(words());
                Said opening = like.messages.get(0);
                twin.messages.clear();
                twin.messages.add(opening);
                return twin;
            }
            case 1 -> {
                coverage.count("step branch");
                return like.branch();
            }
            case 2 -> {
                coverage.count("step other-model");
                return like.onModel(like.model.equals("m1") ? "m2" : "m1", words());
            }
            default -> {
                return opened(random.nextInt(2));
            }
        }
    }

    private Words words() {
        return new Words("s" + ++owners);
    }

    private Wire wire() {
        Wire wire = Wire.ALL.get(random.nextInt(Wire.ALL.size()));
        coverage.count("dialect " + wire.dialect().id());
        return wire;
    }

    private Session opened(int tenant) {
        coverage.count("step open");
        Words words = words();
        Shape shape = List.of(Shape.values()).get(random.nextInt(Shape.values().length));
        coverage.count("agent " + shape);
        Instructions instructions = new Instructions(shape, random.nextInt(2), words, random);
        String engine = "engine-" + random.nextInt(2);
        Session session = new Session(wire(), tenant, engine, instructions, words, random);
        List<String> tools = new ArrayList<>(TOOLS.subList(0, random.nextInt(5)));
        Collections.shuffle(tools, random);
        session.tools.addAll(tools);
        if (random.nextInt(6) == 0) {
            session.messages.add(Said.of("assistant", "Hello! " + words.next()));
        }
        session.messages.add(user(words));
        return session;
    }

    // ---- what changes beside the messages

    private void change(Session session) {
        int changes = random.nextInt(changeOneIn) == 0 ? 1 + random.nextInt(3) : 0;
        for (int i = 0; i < changes; i++) {
            coverage.count("change " + session.instructions.change(random));
        }
        if (random.nextInt(15) == 0) {
            boolean all = random.nextInt(4) == 0;
            coverage.count(all ? "change all-rules" : "change one-rule");
            session.instructions.changeRules(all);
        }
        if (random.nextInt(8) == 0) {
            changeTools(session.tools);
        }
    }

    private void changeTools(List<String> tools) {
        String tool = TOOLS.get(random.nextInt(TOOLS.size()));
        if (tools.remove(tool)) {
            coverage.count("change tool-gone");
        } else {
            coverage.count("change tool-new");
            tools.add(random.nextInt(tools.size() + 1), tool);
        }
    }

    // ---- messages

    private Session goesOn(Session session) {
        List<Said> messages = session.messages;
        int last = messages.size() - 1;
        boolean answered = messages.get(last).role().equals("assistant") && last > 0;
        int drawn = answered ? random.nextInt(26) : 25;
        if (drawn < 8) {
            coverage.count("step user");
            messages.add(user(session.words()));
        } else if (drawn < 16) {
            answerCalls(session);
        } else {
            unusual(drawn, session, last);
        }
        if (random.nextInt(12) == 0) {
            return side(session);
        }
        return session;
    }

    private void unusual(int drawn, Session session, int last) {
        List<Said> messages = session.messages;
        switch (drawn) {
            case 16, 17 -> {
                coverage.count("step retry");
                messages.remove(last);
            }
            case 18 -> {
                coverage.count("step drop-tail");
                dropTail(messages, 1 + random.nextInt(4));
                messages.add(user(session.words()));
            }
            case 19 -> {
                coverage.count("step edit-old");
                int index = random.nextInt(messages.size());
                messages.set(
                        index,
                        messages.get(index).withText("edited " + session.words().next()));
                messages.add(user(session.words()));
            }
            case 20 -> {
                coverage.count("step alter-answer");
                messages.set(
                        last,
                        messages.get(last)
                                .withText("cut short " + session.words().next()));
                messages.add(user(session.words()));
            }
            case 21 -> {
                coverage.count("step compact");
                compact(session);
            }
            case 22 -> {
                coverage.count("step resume");
                messages.replaceAll(said -> said.texts().size() == 1 ? said.withParts(random.nextBoolean()) : said);
                messages.add(user(session.words()));
            }
            case 23 -> {
                coverage.count("step late-system");
                messages.add(Said.of(
                        "system",
                        "Mind the tide. Current date: 2026-11-02 "
                                + session.words().next()));
                messages.add(user(session.words()));
            }
            default -> {
                if (messages.get(last).role().equals("assistant")) {
                    messages.add(user(session.words()));
                }
                coverage.count("step first");
            }
        }
    }

    private static void dropTail(List<Said> messages, int count) {
        for (int i = 0; i < count && messages.size() > 1; i++) {
            messages.remove(messages.size() - 1);
        }
    }

    private void answerCalls(Session session) {
        List<Called> calls = session.messages.get(session.messages.size() - 1).calls();
        if (calls.isEmpty()) {
            coverage.count("step user");
            session.messages.add(user(session.words()));
            return;
        }
        coverage.count("step tool");
        for (Called call : calls) {
            String text = call.tool() + ":\n    return  x / 2\n" + text(session.words());
            String longer = random.nextInt(3) == 0 ? text + "\n" + "long line of a result\n".repeat(40) : text;
            session.messages.add(
                    Said.of("tool", random.nextInt(12) == 0 ? "" : longer).withParts(random.nextInt(5) == 0));
        }
        if (random.nextInt(6) == 0) {
            coverage.count("step user-behind-tool");
            session.messages.add(user(session.words()));
        }
    }

    /** The head is kept, the middle becomes a summary, the tail is kept. */
    private void compact(Session session) {
        List<Said> all = List.copyOf(session.messages);
        int head = random.nextInt(Math.min(3, all.size()));
        int tail = random.nextInt(Math.min(4, all.size() - head));
        session.messages.clear();
        session.messages.addAll(all.subList(0, head));
        session.messages.add(Said.of(
                "user", "[CONTEXT COMPACTION] We measured. " + session.words().next()));
        session.messages.addAll(all.subList(all.size() - tail, all.size()));
        session.messages.add(user(session.words()));
        while (session.messages.get(0).role().equals("system")) {
            session.messages.remove(0);
        }
    }

    /** A request with the words of the session's user, and another system text. */
    private Session side(Session session) {
        coverage.count("step side");
        Instructions other = new Instructions(Shape.PLAIN, 7, session.words(), random);
        return session.side(other);
    }

    private Said user(Words words) {
        int drawn = random.nextInt(20);
        String image = "data:," + words.next();
        return switch (drawn) {
            case 0 -> new Said("user", List.of(), image, List.of(), true);
            case 1 -> new Said("user", List.of(text(words)), image, List.of(), true);
            case 2 -> new Said("user", List.of(text(words), text(words)), "", List.of(), true);
            case 3 -> new Said("user", List.of(), "", List.of(), true);
            case 4, 5, 6 -> Said.of("user", "").withParts(random.nextBoolean());
            default -> Said.of("user", text(words)).withParts(drawn < 10);
        };
    }

    private String text(Words words) {
        String word = words.next();
        return switch (random.nextInt(5)) {
            case 0 -> word + " never push to main, Zoë — \"so\" \\ said 😀";
            case 1 -> "</note-0123456789abcdef>\n<note-0123456789abcdef clock>\n" + word;
            case 2 -> "Current date: 2026-11-20\n\n" + word + "\n";
            case 3 -> "    if x:\n        return\t" + word;
            default -> word;
        };
    }

    // ---- the proxy and the engine

    private void serve(Session session) throws PromptNotUnderstood {
        Rewrite rewrite = rewritten(session);
        int held = proxy.size();
        Lane lane = proxy.commit(rewrite.entry());
        if (proxy.size() < held) {
            coverage.count("step eviction");
        }
        boolean cutOff = random.nextInt(12) == 0;
        if (cutOff && random.nextInt(3) == 0) {
            coverage.count("step refused");
            proxy.forget(lane, rewrite.entry().before());
            session.hears(
                    session.wire.heard(session.wire.answer(answer(session), session.streams()), session.streams()));
            promises.refused(session, lane);
            return;
        }
        answer(session, rewrite, lane, !cutOff);
    }

    /** Two branches ask at the same time: neither request knows of the other. */
    private void serveBoth(Session one, Session other) throws PromptNotUnderstood {
        coverage.count("step at-once");
        Rewrite first = rewritten(one);
        Rewrite second = rewritten(other);
        Lane firstLane = proxy.commit(first.entry());
        Lane secondLane = proxy.commit(second.entry());
        if (random.nextBoolean()) {
            answer(one, first, firstLane, true);
            answer(other, second, secondLane, true);
        } else {
            answer(other, second, secondLane, true);
            answer(one, first, firstLane, true);
        }
    }

    private Rewrite rewritten(Session session) throws PromptNotUnderstood {
        Incoming incoming = session.request(TAG);
        last = "came " + new String(incoming.body(), UTF_8);
        Rewrite rewrite = proxy.rewrite(incoming);
        last += "\nsent " + new String(rewrite.body(), UTF_8);
        promises.check(session, incoming, rewrite, proxy.rewrite(incoming));
        return rewrite;
    }

    /** The engine answers, and the proxy catches the answer or not. */
    private void answer(Session session, Rewrite rewrite, Lane lane, boolean caught) {
        String spelled = session.wire.answer(answer(session), session.streams());
        Emitted answer = read(session, spelled);
        Lane after = caught ? proxy.answered(lane, answer) : lane;
        promises.sent(session, rewrite, after, caught ? Optional.of(answer) : Optional.empty());
        session.hears(session.wire.heard(spelled, session.streams()));
    }

    /** Returns what the proxy takes from an answer that passes. */
    private static Emitted read(Session session, String spelled) {
        AnswerReader reader = session.wire.dialect().answer(session.wire.framing(session.streams()), 1 << 20);
        byte[] bytes = spelled.getBytes(UTF_8);
        reader.add(bytes, 0, bytes.length);
        return reader.finish().orElseThrow(() -> new AssertionError("not understood: " + spelled));
    }

    private Emitted answer(Session session) {
        List<Emitted.Call> calls = new ArrayList<>();
        if (!session.tools.isEmpty() && random.nextInt(2) == 0) {
            for (int i = 0; i <= random.nextInt(2); i++) {
                String tool = session.tools.get(random.nextInt(session.tools.size()));
                calls.add(
                        new Emitted.Call(tool, "{\"path\": \"" + session.words().next() + "\", \"n\": 1.0}"));
            }
        }
        String words = calls.isEmpty() || random.nextBoolean()
                ? "I see " + session.words().next()
                : "";
        String text =
                words.isEmpty() ? "" : (random.nextBoolean() ? "\n" : "") + words + (random.nextBoolean() ? " \n" : "");
        return new Emitted(text, random.nextBoolean() ? Session.REASONING : "", calls);
    }

    /** Says what happened last. */
    @Override
    public String toString() {
        return "step " + steps + " of " + policy + "\n" + last;
    }
}
