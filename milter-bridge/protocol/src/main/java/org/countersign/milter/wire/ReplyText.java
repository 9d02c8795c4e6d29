package org.countersign.milter.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.syntax.Ascii;
import org.countersign.syntax.Octets;

/**
 * The text of a refusal as it goes to the SMTP client. Mail servers check what a filter hands them (the
 * newest Postfix answers 451 4.3.5 in its place if a single line is wrong), and it can hold text that an
 * attacker chose, so that nothing but printing US-ASCII gets in.
 *
 * @param code 400 to 599
 * @param enhancedCode the RFC 3463 code, {@code 5.7.26}, of the class of {@code code}
 * @param lines 1 to 32 lines of at most 480 printing US-ASCII characters or spaces, without the codes
 */
public record ReplyText(int code, String enhancedCode, List<String> lines) {
    // What libmilter allows. It also allows 980 octets a line, which 480 keep to with every % doubled, and
    // RFC 5321 §4.5.3.1.5 allows 512 with the codes.
    private static final int MAX_LINES = 32;
    private static final int MAX_LINE = 480;

    /**
     * @throws IllegalArgumentException for anything that a mail server would not relay
     */
    public ReplyText {
        lines = List.copyOf(lines);
        require(code >= 400 && code <= 599, "the code is not of a refusal");
        require(isEnhancedCode(enhancedCode), "not an RFC 3463 code");
        require(enhancedCode.charAt(0) - '0' == code / 100, "the codes are of different classes");
        require(!lines.isEmpty() && lines.size() <= MAX_LINES, "no line, or too many");
        for (String line : lines) {
            require(line.length() <= MAX_LINE && isPrinting(line), "a line that cannot be sent");
        }
    }

    /**
     * A reply of any text: line ends and tabs become spaces, everything else that is not printing US-ASCII a
     * question mark; long text is broken at spaces, and cut behind the last line allowed.
     *
     * @throws IllegalArgumentException if the two codes are not those of one refusal
     */
    public static ReplyText of(int code, String enhancedCode, String text) {
        String plain = printing(text);
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

    private static String printing(String text) {
        StringBuilder out = new StringBuilder(Math.min(text.length(), MAX_LINES * MAX_LINE));
        for (int i = 0; i < text.length() && out.length() < MAX_LINES * MAX_LINE; i++) {
            char c = text.charAt(i);
            out.append(Ascii.isFws(c) ? ' ' : Ascii.isVisible(c) ? c : '?');
        }
        return out.toString();
    }

    /** Whether the client may try again later. */
    public boolean isTemporary() {
        return code < 500;
    }

    /** As sent to the mail server: codes on every line, CRLF between lines, {@code %} doubled. */
    public Octets render() {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < lines.size(); i++) {
            boolean last = i == lines.size() - 1;
            out.append(code).append(last ? ' ' : '-').append(enhancedCode).append(' ');
            out.append(lines.get(i).replace("%", "%%")).append(last ? "" : "\r\n");
        }
        return Octets.latin1(out.toString());
    }

    /** Reads what {@link #render} writes, and accepts nothing that it would not write. */
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
            int behindCodes = line.indexOf(' ', 4) + 1;
            char separator = lineFeed < 0 ? ' ' : '-';
            if (behindCodes == 0 || line.charAt(3) != separator) {
                return Optional.empty();
            }
            String these = line.substring(0, 3) + line.substring(4, behindCodes - 1);
            Optional<String> text = withoutDoubling(line.substring(behindCodes));
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

    /** With each pair of percent signs as one; empty where one stands alone. */
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

    // RFC 3463 §2: class "." subject "." detail, the last two of one to three digits.
    private static boolean isEnhancedCode(String text) {
        if (text.length() < 5 || (text.charAt(0) != '4' && text.charAt(0) != '5') || text.charAt(1) != '.') {
            return false;
        }
        int dot = text.indexOf('.', 2);
        return dot > 0 && isShortNumber(text, 2, dot) && isShortNumber(text, dot + 1, text.length());
    }

    private static boolean isShortNumber(String text, int from, int to) {
        if (to - from < 1 || to - from > 3) {
            return false;
        }
        for (int i = from; i < to; i++) {
            if (!Ascii.isDigit(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isPrinting(String line) {
        for (int i = 0; i < line.length(); i++) {
            if (line.charAt(i) != ' ' && !Ascii.isVisible(line.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static void require(boolean holds, String problem) {
        if (!holds) {
            throw new IllegalArgumentException(problem);
        }
    }
}
