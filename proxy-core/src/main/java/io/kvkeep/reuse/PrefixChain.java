package io.kvkeep.reuse;

import com.dynatrace.hash4j.hashing.HashStream64;
import com.dynatrace.hash4j.hashing.Hashing;
import io.kvkeep.json.JsonString;
import io.kvkeep.json.Range;
import io.kvkeep.plan.Plan;
import io.kvkeep.prompt.Message;
import io.kvkeep.prompt.Prompt;
import java.util.ArrayList;
import java.util.List;

/**
 * A prompt as a chain of hashes over blocks of {@value #BLOCK_BYTES} bytes, in the order in which most chat templates
 * print it: system text, tools, messages. Two prompts share a prefix of n blocks exactly if their n-th hashes are
 * equal, so finding the longest known prefix needs no texts.
 *
 * @param hashes one for each full block, each over all bytes up to its end
 * @param bytes length of the whole prompt
 */
@SuppressWarnings("ArrayRecordComponent") // made once, read once
public record PrefixChain(long[] hashes, int bytes) {
    /** Bytes in a block; about 128 tokens. */
    public static final int BLOCK_BYTES = 512;

    /** Returns the chain of a prompt as it came. */
    public static PrefixChain asItCame(Prompt prompt, long scope) {
        return of(prompt.body(), inTemplateOrder(prompt), scope);
    }

    /**
     * Returns the chain of a prompt as it was sent.
     *
     * @param sent the body after the splice
     * @param scope a hash of everything that keeps caches apart: tenant, engine, model
     */
    public static PrefixChain asSent(Prompt prompt, Plan plan, byte[] sent, long scope) {
        List<Range> moved = inTemplateOrder(prompt).stream().map(plan::moved).toList();
        return of(sent, moved, scope);
    }

    private static List<Range> inTemplateOrder(Prompt prompt) {
        List<Range> ranges = new ArrayList<>();
        int leading = 0;
        for (Message message : prompt.messages()) {
            if (!message.role().instructs()) {
                break;
            }
            message.texts().stream().map(JsonString::range).forEach(ranges::add);
            leading++;
        }
        prompt.tools().ifPresent(ranges::add);
        prompt.messages().stream().skip(leading).map(Message::range).forEach(ranges::add);
        return ranges;
    }

    private static PrefixChain of(byte[] body, List<Range> ranges, long scope) {
        int total = ranges.stream().mapToInt(Range::length).sum();
        long[] hashes = new long[total / BLOCK_BYTES];
        HashStream64 stream = Hashing.xxh3_64().hashStream();
        long last = scope;
        int inBlock = 0;
        int block = 0;
        stream.putLong(last);
        for (Range range : ranges) {
            int at = range.start();
            while (at < range.end()) {
                int take = Math.min(BLOCK_BYTES - inBlock, range.end() - at);
                stream.putBytes(body, at, take);
                at += take;
                inBlock += take;
                if (inBlock == BLOCK_BYTES) {
                    last = stream.getAsLong();
                    hashes[block++] = last;
                    stream.reset().putLong(last);
                    inBlock = 0;
                }
            }
        }
        return new PrefixChain(hashes, total);
    }
}
