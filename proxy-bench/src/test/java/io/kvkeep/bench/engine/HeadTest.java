package io.kvkeep.bench.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;

final class HeadTest {
    @Test
    void fieldNamesAreReadInAnyCase() throws IOException {
        assertThat(Head.parse("HTTP/1.1 200 OK\r\ncontent-LENGTH: 12\r\nConnection: Close\r\n\r\n"))
                .isEqualTo(new Head("HTTP/1.1 200 OK", 12, false, true));
    }

    @Test
    void withoutLengthThereIsNone() throws IOException {
        assertThat(Head.parse("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"))
                .isEqualTo(new Head("HTTP/1.1 200 OK", -1, true, false));
    }

    @Test
    void aLineWithoutAColonIsNoField() {
        assertThatThrownBy(() -> Head.parse("HTTP/1.1 200 OK\r\nbroken\r\n\r\n"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("broken");
    }
}
