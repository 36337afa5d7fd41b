package io.kvkeep.lane;

import io.kvkeep.prompt.Prompt;
import io.kvkeep.prompt.Recall;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * The prompts that came last, so that the next one of a conversation need not be read from its first byte: at most eight
 * of one tenant and dialect, and 64 of 16 MiB in all. For any thread.
 */
public final class RecentPrompts {
    private static final int MAX_ALIKE = 8;
    private static final int MAX_PROMPTS = 64;
    private static final int MAX_BYTES = 16 << 20;

    private final Deque<Held> newestFirst = new ArrayDeque<>();
    private long bytes;

    /**
     * Returns the latest prompts that may be looked into, the newest first.
     *
     * @param tenant a hash of the credential: nothing of one tenant is shown to another
     * @param dialect its name
     */
    public synchronized List<Prompt> of(long tenant, String dialect) {
        List<Prompt> found = new ArrayList<>(MAX_ALIKE);
        for (Held held : newestFirst) {
            if (held.isOf(tenant, dialect)) {
                found.add(held.prompt);
            }
        }
        return found;
    }

    /** Returns the fingerprints of a prompt; what was recalled has its own already. */
    public Fingerprints fingerprints(Prompt prompt, Recall recall) {
        Optional<Held> before = recall.before().flatMap(this::held);
        List<Digest> known = before.map(held -> held.fingerprints.messages()).orElse(List.of());
        int knownFrom = before.map(held -> held.prompt.leadingMessages()).orElse(0);
        List<Digest> messages = new ArrayList<>();
        for (int i = prompt.leadingMessages(); i < prompt.messages().size(); i++) {
            boolean isKnown = before.isPresent() && recall.took(i) && i >= knownFrom;
            messages.add(
                    isKnown
                            ? known.get(i - knownFrom)
                            : Digest.of(prompt.body(), prompt.messages().get(i).range()));
        }
        Optional<Digest> tools = recall.toolsOf()
                .flatMap(this::held)
                .flatMap(held -> held.fingerprints.tools())
                .or(() -> prompt.tools().map(range -> Digest.of(prompt.body(), range)));
        List<Digest> systemTexts = recall.systemOf(prompt.leadingMessages())
                .flatMap(this::held)
                .map(held -> held.fingerprints.systemTexts())
                .orElseGet(() -> Fingerprints.systemTexts(prompt));
        return new Fingerprints(systemTexts, tools, messages);
    }

    /** Returns what was said in the messages, from the first one behind the system text on, that were all recalled. */
    public Said said(Prompt prompt, Recall recall) {
        Optional<Held> before = recall.before().flatMap(this::held);
        int first = prompt.leadingMessages();
        if (before.isEmpty() || before.get().prompt.leadingMessages() != first) {
            return Said.NOTHING;
        }
        int same = 0;
        while (recall.took(first + same)) {
            same++;
        }
        return before.get().said.upTo(same);
    }

    @SuppressWarnings("ReferenceEquality") // the very prompt that was offered
    private synchronized Optional<Held> held(Prompt prompt) {
        for (Held held : newestFirst) {
            if (held.prompt == prompt) {
                return Optional.of(held);
            }
        }
        return Optional.empty();
    }

    /**
     * Holds a prompt; it takes the place of one that starts with the same conversation.
     *
     * @param said what its messages say
     */
    public synchronized void add(long tenant, String dialect, Prompt prompt, Fingerprints fingerprints, Said said) {
        if (prompt.body().length > MAX_BYTES / MAX_ALIKE) {
            return;
        }
        int alike = 0;
        for (Iterator<Held> all = newestFirst.iterator(); all.hasNext(); ) {
            Held held = all.next();
            if (held.isOf(tenant, dialect) && (prompt.startsAs(held.prompt) || ++alike == MAX_ALIKE)) {
                bytes -= held.prompt.body().length;
                all.remove();
                break;
            }
        }
        newestFirst.addFirst(new Held(tenant, dialect, prompt, fingerprints, said));
        bytes += prompt.body().length;
        while (newestFirst.size() > MAX_PROMPTS || bytes > MAX_BYTES) {
            bytes -= newestFirst.removeLast().prompt.body().length;
        }
    }

    private record Held(long tenant, String dialect, Prompt prompt, Fingerprints fingerprints, Said said) {
        boolean isOf(long oneTenant, String oneDialect) {
            return tenant == oneTenant && dialect.equals(oneDialect);
        }
    }
}
