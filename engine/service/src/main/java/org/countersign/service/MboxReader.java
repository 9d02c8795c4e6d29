package org.countersign.service;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.countersign.syntax.OctetScan;

/**
 * Reads the messages of an mbox file (RFC 4155), one after the other. The file may have any size. The empty line that mbox
 * writers add after each message is not a part of it.
 *
 * <p>Some writers put {@code >} before lines of a message that begin with {@code From }. Only a writer of the mboxrd form
 * does it so that the message can be restored, and a file does not say which form it has. So they are restored only on
 * request.
 */
public final class MboxReader {
    private static final String FROM = "From ";
    private static final int MAX_SEPARATOR = 512;
    private static final int MAX_WINDOW = 64 * 1024;
    private static final List<String> DAYS = List.of("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun");
    private static final List<String> MONTHS =
            List.of("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec");

    private final InputStream in;
    private final int maxMessage;
    private final boolean restoresFrom;
    private final byte[] window = new byte[MAX_WINDOW];
    private int at;
    private int end;
    private boolean started;
    private boolean ended;
    private long octets;
    // The beginning of the current line, for telling what it is; and the octets of its end.
    private final byte[] start = new byte[MAX_SEPARATOR];
    private int startLength;

    /**
     * One message.
     *
     * @param content without the separator; the beginning of a message that is too long
     * @param whole whether this is the whole message
     * @param quoted the number of lines that begin with {@code >From } or with more such signs, before they were restored
     */
    @SuppressWarnings("ArrayRecordComponent") // Never compared, and as large as a message.
    public record Message(byte[] content, boolean whole, int quoted) {}

    /**
     * @param in begins with a separator
     * @param maxMessage how many octets of a message are wanted; the rest of a longer one is passed over
     * @param restoresFrom whether one {@code >} is removed from lines such as {@code >From }, as for the mboxrd form
     */
    public MboxReader(InputStream in, int maxMessage, boolean restoresFrom) {
        this.in = in;
        this.maxMessage = maxMessage;
        this.restoresFrom = restoresFrom;
    }

    /** The number of octets that were read from the file. */
    public long octets() {
        return octets;
    }

    /** The next message; empty at the end. */
    public Optional<Message> next() throws IOException {
        if (!started) {
            started = true;
            line(new ByteArrayOutputStream(), 0);
        }
        if (ended) {
            return Optional.empty();
        }
        ByteArrayOutputStream message = new ByteArrayOutputStream(8 * 1024);
        boolean whole = true;
        int quoted = 0;
        ByteArrayOutputStream line = new ByteArrayOutputStream(256);
        // An empty line is kept back until it is known that a line of the message follows.
        byte[] empty = {};
        while (true) {
            line.reset();
            // One octet more tells that the message is too long; and two are needed to see an empty line.
            long length = line(line, Math.max(2, maxMessage - message.size() - empty.length + 1));
            if (length == 0) {
                ended = true;
                break;
            }
            if (empty.length > 0 && isSeparator(new String(start, 0, startLength, StandardCharsets.ISO_8859_1))) {
                break;
            }
            boolean full = message.size() > maxMessage;
            message.write(empty, 0, full ? 0 : empty.length);
            empty = isEmpty(length) ? line.toByteArray() : new byte[0];
            if (empty.length == 0) {
                boolean marked = isQuotedFrom();
                quoted += marked ? 1 : 0;
                int from = marked && restoresFrom ? 1 : 0;
                message.write(line.toByteArray(), from, full ? 0 : Math.max(0, line.size() - from));
            }
            whole &= line.size() == length;
        }
        return message.size() == 0 && ended && empty.length == 0
                ? Optional.empty()
                : Optional.of(new Message(limited(message), whole && message.size() <= maxMessage, quoted));
    }

    private byte[] limited(ByteArrayOutputStream message) {
        byte[] all = message.toByteArray();
        return all.length <= maxMessage ? all : Arrays.copyOf(all, maxMessage);
    }

    /**
     * Reads a line with its end.
     *
     * @param max how many of its octets are wanted
     * @return its length; 0 at the end of the file
     */
    private long line(ByteArrayOutputStream line, int max) throws IOException {
        long length = 0;
        startLength = 0;
        while (at < end || refill()) {
            int lineFeed = OctetScan.indexOf(window, '\n', at, end);
            int to = lineFeed < end ? lineFeed + 1 : end;
            int count = to - at;
            int shown = Math.min(count, MAX_SEPARATOR - startLength);
            System.arraycopy(window, at, start, startLength, shown);
            startLength += shown;
            line.write(window, at, Math.min(count, Math.max(0, max - line.size())));
            length += count;
            at = to;
            if (lineFeed < end) {
                break;
            }
        }
        return length;
    }

    private boolean refill() throws IOException {
        int read = in.read(window, 0, window.length);
        at = 0;
        end = Math.max(0, read);
        octets += end;
        return end > 0;
    }

    private boolean isEmpty(long length) {
        return (length == 1 && start[0] == '\n') || (length == 2 && start[0] == '\r' && start[1] == '\n');
    }

    private boolean isQuotedFrom() {
        int signs = 0;
        while (signs < startLength && start[signs] == '>') {
            signs++;
        }
        return signs > 0
                && startLength >= signs + FROM.length()
                && new String(start, signs, FROM.length(), StandardCharsets.ISO_8859_1).equals(FROM);
    }

    /** Whether the first line of a file is the separator of an mbox file. */
    public static boolean isFirstSeparator(String line) {
        return line.startsWith(FROM) || line.startsWith(">" + FROM);
    }

    /**
     * Whether a line after an empty line separates messages. It must have a day of the week and a month, because a line of
     * the message may begin with {@code From } too.
     */
    public static boolean isSeparator(String line) {
        if (!line.startsWith(FROM)) {
            return false;
        }
        List<String> words = List.of(line.strip().split(" +", -1));
        for (int i = 2; i + 1 < words.size(); i++) {
            if (DAYS.contains(words.get(i)) && MONTHS.contains(words.get(i + 1))) {
                return true;
            }
        }
        return false;
    }
}
