package io.kvkeep.bench.agent;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.kvkeep.bench.engine.Answers;
import io.kvkeep.bench.engine.Bytes;
import java.nio.ByteBuffer;

/** A place of fixed width in a request body that changes from request to request. */
enum Slot {
    /** The time of day in the system text: another one in each request. */
    CLOCK("hh:mm AM") {
        @Override
        String value(long request) {
            long minute = request % 720;
            return padded(minute / 60 + 1, 2) + ":" + padded(minute % 60, 2) + " AM";
        }
    },
    /** A fact in the memory section: new in every fourth request. */
    MEMORY("mmmmmm") {
        @Override
        String value(long request) {
            return padded(request / 4, 6);
        }
    },
    /** What the first user message tells apart: a conversation has sixteen requests. */
    CONVERSATION("cccccccc") {
        @Override
        String value(long request) {
            return padded(request / 16, 8);
        }
    },
    /** The request's own number, in the newest user message. */
    SERIAL(Answers.SERIAL_MARK + "n".repeat(Answers.SERIAL_DIGITS)) {
        @Override
        String value(long request) {
            return Answers.serial(request);
        }
    };

    private final String placeholder;

    Slot(String placeholder) {
        this.placeholder = placeholder;
    }

    abstract String value(long request);

    String mark() {
        return placeholder;
    }

    int offset(ByteBuffer body) {
        int at = Bytes.indexOf(body, placeholder.getBytes(ISO_8859_1));
        if (at < 0) {
            throw new IllegalArgumentException("no place for " + this + " in the body");
        }
        return at;
    }

    private static String padded(long number, int width) {
        String digits = Long.toString(number);
        return digits.length() > width
                ? digits.substring(digits.length() - width)
                : "0".repeat(width - digits.length()) + digits;
    }
}
