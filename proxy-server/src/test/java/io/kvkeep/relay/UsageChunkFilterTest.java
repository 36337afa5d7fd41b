package io.kvkeep.relay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("StringConcatToTextBlock") // which line break it is matters here
class UsageChunkFilterTest {
    private static final String USAGE = "data: {\"choices\" : [ ],\"usage\": {\"prompt_tokens\":1}}\n\n";

    @Test
    void theUsageChunkIsTakenOutWhereverTheStreamIsCut() {
        String before = ": hi\n\nevent: x\r\ndata: {\"choices\":[{\"delta\":{\"content\":\"caf\u00e9\"}}]}\r\n\r\n";
        String after = "data: [DONE]\n\n";
        byte[] stream = (before + USAGE + after).getBytes(UTF_8);
        for (int cut = 0; cut <= stream.length; cut++) {
            assertThat(pass(stream, cut)).as("cut at %s", cut).isEqualTo(before + after);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "data: {\"choices\":[{\"delta\":{}}],\"usage\":{\"prompt_tokens\":1}}\n\n",
                "data: {\"choices\":[],\"usage\":null}\n\n",
                "data: {\"choices\":[],\"prompt_filter_results\":[]}\n\n",
                "data: {\"choices\":[{\"delta\":{\"content\":\"\\\"choices\\\":[],\\\"usage\\\":{\"}}]}\n\n",
                "data: {\"error\":{\"message\":\"x\"}}\n\n",
                "no event at all",
                "\n\n\r\n\r\n"
            })
    void everythingElsePasses(String events) {
        assertThat(pass(events.getBytes(UTF_8), events.length() / 2)).isEqualTo(events);
    }

    @Test
    void anEventPassesWithItsLastByte() {
        UsageChunkFilter filter = new UsageChunkFilter();
        assertThat(pass(filter, "data: 1\n")).isEmpty();
        assertThat(pass(filter, "\ndata")).isEqualTo("data: 1\n\n");
        assertThat(pass(filter, ": 2\n\n")).isEqualTo("data: 2\n\n");
    }

    @Test
    void whatIsTooLargeForAnEventIsNotHeldBack() {
        UsageChunkFilter filter = new UsageChunkFilter();
        String start = "data: " + "x".repeat(300 << 10);
        assertThat(pass(filter, start)).isEqualTo(start);
        assertThat(pass(filter, "more")).isEqualTo("more");
        assertThat(pass(filter, USAGE)).as("the filter is off from then on").isEqualTo(USAGE);
    }

    private static String pass(byte[] stream, int cut) {
        UsageChunkFilter filter = new UsageChunkFilter();
        ByteBuf first = Unpooled.buffer(1).writeBytes(stream, 0, cut);
        ByteBuf second = Unpooled.buffer(1).writeBytes(stream, cut, stream.length - cut);
        ByteBuf out = ByteBufAllocator.DEFAULT.buffer();
        for (ByteBuf part : new ByteBuf[] {first, second}) {
            ByteBuf passed = filter.pass(part, ByteBufAllocator.DEFAULT);
            out.writeBytes(passed);
            passed.release();
            part.release();
            assertThat(part.refCnt()).isZero();
        }
        ByteBuf end = filter.end(ByteBufAllocator.DEFAULT);
        String all = out.writeBytes(end).toString(UTF_8);
        end.release();
        out.release();
        return all;
    }

    private static String pass(UsageChunkFilter filter, String part) {
        ByteBuf in = Unpooled.buffer(1).writeBytes(part.getBytes(UTF_8));
        ByteBuf passed = filter.pass(in, ByteBufAllocator.DEFAULT);
        String text = passed.toString(UTF_8);
        passed.release();
        in.release();
        assertThat(in.refCnt()).isZero();
        return text;
    }

    @Test
    void aLongRunOfBlanksOrManySmallPartsCostNoMoreThanTheirLength() {
        String event = "data: {\"choices\":[{\"delta\":{\"content\":\"" + " ".repeat(200_000) + "\"}}]}\n\n";
        byte[] bytes = event.getBytes(UTF_8);
        assertTimeout(Duration.ofSeconds(30), () -> {
            assertThat(pass(bytes, 0)).isEqualTo(event);
            UsageChunkFilter filter = new UsageChunkFilter();
            StringBuilder passed = new StringBuilder();
            for (byte b : bytes) {
                ByteBuf part = Unpooled.wrappedBuffer(new byte[] {b});
                ByteBuf out = filter.pass(part, ByteBufAllocator.DEFAULT);
                passed.append(out.toString(UTF_8));
                out.release();
                part.release();
            }
            assertThat(passed.toString()).isEqualTo(event);
        });
    }
}
