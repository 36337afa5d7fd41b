package io.kvkeep.repeat;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.kvkeep.config.RepeatOptions;
import io.kvkeep.determined.RepeatKey;
import io.kvkeep.determined.RequestKind;
import io.kvkeep.engine.Engine;
import io.kvkeep.json.NotJson;
import io.kvkeep.settle.Tenants;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The answers to determined requests, kept and on their way. Kept are only whole ones with status 200, for a time, and
 * within a bound: three quarters of it are for kept answers, one for those on their way.
 */
public final class Repeats {
    private static final Logger LOG = LoggerFactory.getLogger(Repeats.class);
    /** What an engine may make its answer depend on, beside the body; llama.cpp says the Origin back. */
    private static final List<String> KEY_HEADERS = List.of(
            "accept",
            "accept-encoding",
            "accept-language",
            "content-type",
            "cookie",
            "origin",
            "anthropic-beta",
            "anthropic-version",
            "openai-beta",
            "openai-organization",
            "openai-project");

    private final Tenants tenants;
    private final LongSupplier nanoTime;
    private final AnswerBudget budget;
    private final long maxAnswerBytes;
    private final Cache<RepeatKey, KeptAnswer> kept;
    private final ConcurrentMap<RepeatKey, SharedAnswer> onTheirWay = new ConcurrentHashMap<>();

    /** Starts with nothing kept. */
    public Repeats(RepeatOptions options, Tenants tenants, LongSupplier nanoTime) {
        this.tenants = tenants;
        this.nanoTime = nanoTime;
        this.budget = new AnswerBudget(options.maxBytes() / 4);
        long maxKeptBytes = options.maxBytes() - options.maxBytes() / 4;
        this.maxAnswerBytes = Math.min(maxKeptBytes, Integer.MAX_VALUE);
        this.kept = Caffeine.newBuilder()
                .executor(Runnable::run)
                .ticker(nanoTime::getAsLong)
                .maximumWeight(maxKeptBytes)
                .weigher((RepeatKey key, KeptAnswer answer) -> Math.toIntExact(answer.bytes()))
                .expireAfterWrite(options.keptFor())
                .build();
    }

    /** Returns the kind of a request whose answer may be kept, as far as its head tells; empty for any other. */
    public Optional<RequestKind> kind(HttpRequest request) {
        boolean passes = request.headers().contains(HttpHeaderNames.CONTENT_ENCODING)
                || CacheControl.wantsNothingKept(request.headers());
        return passes ? Optional.empty() : RequestKind.of(request.method().name(), request.uri());
    }

    /** Returns the key of a request; empty if it is not determined. Never fails. */
    public Optional<RepeatKey> key(RequestKind kind, HttpRequest request, byte[] body, Engine engine) {
        try {
            return kind.isDetermined(body)
                    ? Optional.of(RepeatKey.of(tenants.of(request.headers()).scope(), around(request, engine), body))
                    : Optional.empty();
        } catch (NotJson e) {
            return Optional.empty();
        } catch (RuntimeException | StackOverflowError e) {
            LOG.warn("a request was not looked up among kept answers; please report this", e);
            return Optional.empty();
        }
    }

    /** An engine that shows another version or other models has other answers. */
    private static List<String> around(HttpRequest request, Engine engine) {
        List<String> around = new ArrayList<>();
        around.add(engine.name());
        around.add(engine.kind().id());
        around.add(engine.facts().version().value().orElse(""));
        around.add(String.valueOf(engine.facts().models().size()));
        engine.facts().models().forEach(model -> around.add(model.model()));
        around.add(request.uri());
        HttpHeaders headers = request.headers();
        for (String name : KEY_HEADERS) {
            around.add(String.valueOf(headers.getAll(name)));
        }
        return around;
    }

    /**
     * Finds the answer to a request, or the place where it is to come.
     *
     * @param headers of the request; they may ask for a fresh answer
     * @param wake called on some thread whenever more of an answer has come that is on its way
     */
    public Found find(RequestKind kind, RepeatKey key, HttpHeaders headers, Runnable wake) {
        if (CacheControl.wantsFresh(headers)) {
            Found.Miss miss = miss(kind, key, wake);
            onTheirWay.put(key, miss.answer());
            return miss;
        }
        Found[] found = new Found[1];
        onTheirWay.compute(key, (same, open) -> {
            Optional<SharedAnswer.Follower> follower = open == null ? Optional.empty() : open.follow(wake);
            if (follower.isPresent()) {
                found[0] = new Found.Shared(follower.get());
                return open;
            }
            KeptAnswer answer = kept.getIfPresent(key); // looked for in here: it may have ended a moment ago
            if (answer != null) {
                found[0] = new Found.Hit(answer.replay(nanoTime.getAsLong()));
                return open;
            }
            Found.Miss miss = miss(kind, key, wake);
            found[0] = miss;
            return miss.answer();
        });
        return found[0];
    }

    private Found.Miss miss(RequestKind kind, RepeatKey key, Runnable wake) {
        SharedAnswer answer = new SharedAnswer(budget, over -> over(kind, key, over));
        return new Found.Miss(answer.follow(wake).orElseThrow(), answer);
    }

    private void over(RequestKind kind, RepeatKey key, SharedAnswer answer) {
        if (onTheirWay.get(key) != answer) {
            return; // somebody has asked for a fresh one since
        }
        try {
            answer.whole(nanoTime.getAsLong())
                    .filter(whole -> whole.head().mayBeKept(KEY_HEADERS) && whole.bytes() <= maxAnswerBytes)
                    .filter(whole -> kind.isWhole(whole.head().contentType(), whole.body()))
                    .ifPresent(whole -> {
                        answer.handOver();
                        kept.put(key, whole);
                    });
        } catch (RuntimeException e) {
            LOG.warn("an answer was not kept; please report this", e);
        } finally {
            onTheirWay.remove(key, answer);
        }
    }

    /** Returns how many answers are kept. */
    public long count() {
        return kept.estimatedSize();
    }

    /** Returns how much memory answers take, those on their way included. */
    public long bytes() {
        long keptBytes = kept.policy()
                .eviction()
                .map(eviction -> eviction.weightedSize().orElse(0))
                .orElse(0L);
        return keptBytes + budget.heldBytes();
    }
}
