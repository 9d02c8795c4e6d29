package org.countersign.reports.document;

import java.io.FilterReader;
import java.io.IOException;
import java.io.Reader;
import org.countersign.syntax.Ascii;

/**
 * Stops a document before the parser sees what could cost memory: a document type declaration, a tag with many attributes, and a
 * tag, comment, section or instruction without an end. The parser would hold each of these in memory as a whole. How much of the
 * others it allows depends on its version.
 */
final class MarkupGuard extends FilterReader {
    static final int MAX_MARKUP = 64 << 10;
    static final int MAX_ATTRIBUTES = 16;
    static final String DOCTYPE = "<!doctype";

    private enum State {
        TEXT,
        TAG,
        COMMENT,
        SECTION,
        INSTRUCTION
    }

    private final StringBuilder head = new StringBuilder();
    private State state = State.TEXT;
    private int length;
    private int quote;
    private int attributes;
    private char previous;
    private char beforePrevious;
    private int failedAfter = -1;
    private Refusal failure = Refusal.MALFORMED;

    MarkupGuard(Reader in) {
        super(in);
    }

    @Override
    public int read() throws IOException {
        char[] one = new char[1];
        return read(one, 0, 1) < 0 ? -1 : one[0];
    }

    // What stands before the forbidden markup is handed over first, so that an error there is found first.
    @Override
    public int read(char[] buffer, int from, int max) throws IOException {
        if (failedAfter >= 0) {
            throw new RefusedDocument(failure, "");
        }
        int read = in.read(buffer, from, max);
        for (int i = from; i < from + read; i++) {
            if (!accepts(buffer[i])) {
                failedAfter = i - from;
                if (failedAfter == 0) {
                    throw new RefusedDocument(failure, "");
                }
                return failedAfter;
            }
        }
        return read;
    }

    private boolean accepts(char c) {
        if (state == State.TEXT) {
            if (c == '<') {
                begin();
            }
            return true;
        }
        length++;
        if (length > MAX_MARKUP) {
            failure = Refusal.LONG_MARKUP;
            return false;
        }
        if (state == State.TAG && length <= DOCTYPE.length()) {
            head.append((char) Ascii.lower(c));
            if (head.charAt(1) == '!' && head.toString().equals(DOCTYPE)) {
                failure = Refusal.DOCTYPE;
                return false;
            }
            recognize();
        }
        boolean ends = state == State.TAG ? endsTag(c) : c == '>' && endsOther();
        beforePrevious = previous;
        previous = c;
        if (ends) {
            state = State.TEXT;
        }
        if (attributes > MAX_ATTRIBUTES) {
            failure = Refusal.TOO_MANY_ATTRIBUTES;
            return false;
        }
        return true;
    }

    private void begin() {
        state = State.TAG;
        length = 1;
        quote = 0;
        attributes = 0;
        previous = 0;
        beforePrevious = 0;
        head.setLength(0);
        head.append('<');
    }

    private void recognize() {
        if (head.charAt(1) == '?') {
            state = State.INSTRUCTION;
        } else if (head.length() == 4 && head.toString().equals("<!--")) {
            state = State.COMMENT;
        } else if (head.length() == 9 && head.toString().equals("<![cdata[")) {
            state = State.SECTION;
        }
    }

    private boolean endsTag(char c) {
        if (quote != 0) {
            quote = c == quote ? 0 : quote;
            return false;
        }
        if (c == '"' || c == '\'') {
            quote = c;
        } else if (c == '=') {
            attributes++;
        }
        return c == '>';
    }

    private boolean endsOther() {
        return switch (state) {
            case COMMENT -> length > 6 && previous == '-' && beforePrevious == '-';
            case SECTION -> length > 11 && previous == ']' && beforePrevious == ']';
            default -> previous == '?';
        };
    }
}
