package org.countersign.milter.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.smtp.EnhancedStatusCode;
import org.countersign.syntax.Ascii;
import org.countersign.syntax.Octets;

/**
 * The SMTP reply that rejects or defers a message. It can contain text that an attacker chose, so only printable
 * US-ASCII is allowed. Mail servers check the reply: recent versions of Postfix send 451 4.3.5 instead if one line is
 * invalid.
 *
 * @param code 400 to 599
 * @param enhancedCode the RFC 3463 code, such as {@code 5.7.26}, of the same class as {@code code}
 * @param lines 1 to 32 lines of at most 480 printable US-ASCII characters or spaces, without the codes
 */
public record ReplyText(int code, String enhancedCode, List<String> lines) {
    // The limit of libmilter. It also allows 980 octets a line, enough for 480 characters with every % doubled.
    // RFC 5321 §4.5.3.1.5 allows 512 octets with the codes.
    private static final int MAX_LINES = 32;
    private static final int MAX_LINE = 480;

    /**
     * @throws IllegalArgumentException for a reply that mail servers do not accept
     */
    public ReplyText {
        lines = List.copyOf(lines);
        require(code >= 400 && code <= 599, "the code is not between 400 and 599");
        require(EnhancedStatusCode.isValid(enhancedCode), "the enhanced code is not an RFC 3463 code");
        require(EnhancedStatusCode.matches(code, enhancedCode), "the codes are of different classes");
        require(!lines.isEmpty() && lines.size() <= MAX_LINES, "there is no line, or too many");
        for (String line : lines) {
            require(line.length() <= MAX_LINE && isPrintable(line), "a line is too long or not printable");
        }
    }

    /**
     * Creates a reply from any text. Line ends and tabs become spaces, other characters outside printable US-ASCII
     * become question marks. Long text is broken at spaces, and truncated after the last allowed line.
     *
     * @throws IllegalArgumentException if the codes are malformed or of different classes
     */
    public static ReplyText of(int code, String enhancedCode, String text) {
        String plain = printable(text);
        List<String> lines = new ArrayList<>(1);
        int from = 0;
        while (plain.length() - from > MAX_LINE && lines.size() < MAX_LINES - 1) {
            int space = plain.lastIndexOf(' ', from + MAX_LINE);
            int to = space > from ? space : from + MAX_LINE;
            lines.add(plain.substring(from, to));
            from = space > from ? to + 1 : to;
        }
        lines.add(plain.substring(from, Math.min(plain.length(), from + MAX_LINE)));
        return new ReplyText(code, enhancedCode, lines);
    }

    private static String printable(String text) {
        StringBuilder out = new StringBuilder(Math.min(text.length(), MAX_LINES * MAX_LINE));
        for (int i = 0; i < text.length() && out.length() < MAX_LINES * MAX_LINE; i++) {
            char c = text.charAt(i);
            out.append(Ascii.isFws(c) ? ' ' : Ascii.isVisible(c) ? c : '?');
        }
        return out.toString();
    }

    /** Whether the reply is a temporary failure, so that the client tries again. */
    public boolean isTemporary() {
        return code < 500;
    }

    /** The text as sent to the mail server: codes on every line, CRLF between lines, {@code %} doubled. */
    public Octets render() {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < lines.size(); i++) {
            boolean last = i == lines.size() - 1;
            out.append(code).append(last ? ' ' : '-').append(enhancedCode).append(' ');
            out.append(lines.get(i).replace("%", "%%")).append(last ? "" : "\r\n");
        }
        return Octets.latin1(out.toString());
    }

    /** Reads the output of {@link #render}, and rejects anything else. */
    public static Optional<ReplyText> parse(Octets rendered) {
        List<String> lines = new ArrayList<>(1);
        String codes = "";
        int from = 0;
        while (true) {
            int lineFeed = rendered.indexOf('\n', from);
            int to = lineFeed < 0 ? rendered.length() : lineFeed - 1;
            if (to < from || (lineFeed >= 0 && rendered.at(to) != '\r') || lines.size() == MAX_LINES) {
                return Optional.empty();
            }
            String line = rendered.slice(from, to).latin1();
            int afterCodes = line.indexOf(' ', 4) + 1;
            char separator = lineFeed < 0 ? ' ' : '-';
            if (afterCodes == 0 || line.charAt(3) != separator) {
                return Optional.empty();
            }
            String these = line.substring(0, 3) + line.substring(4, afterCodes - 1);
            Optional<String> text = withoutDoubling(line.substring(afterCodes));
            if (text.isEmpty() || (!codes.isEmpty() && !codes.equals(these))) {
                return Optional.empty();
            }
            codes = these;
            lines.add(text.get());
            if (lineFeed < 0) {
                return ofParts(codes.substring(0, 3), codes.substring(3), lines);
            }
            from = lineFeed + 1;
        }
    }

    private static Optional<ReplyText> ofParts(String digits, String enhancedCode, List<String> lines) {
        try {
            return digits.chars().allMatch(Ascii::isDigit)
                    ? Optional.of(new ReplyText(Integer.parseInt(digits), enhancedCode, lines))
                    : Optional.empty();
        } catch (IllegalArgumentException notARefusal) {
            return Optional.empty();
        }
    }

    /** Replaces each pair of percent signs by one; empty if there is a single one. */
    private static Optional<String> withoutDoubling(String text) {
        StringBuilder out = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == '%' && (++i == text.length() || text.charAt(i) != '%')) {
                return Optional.empty();
            }
            out.append(text.charAt(i));
        }
        return Optional.of(out.toString());
    }

    private static boolean isPrintable(String line) {
        for (int i = 0; i < line.length(); i++) {
            if (line.charAt(i) != ' ' && !Ascii.isVisible(line.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static void require(boolean condition, String problem) {
        if (!condition) {
            throw new IllegalArgumentException(problem);
        }
    }
}
