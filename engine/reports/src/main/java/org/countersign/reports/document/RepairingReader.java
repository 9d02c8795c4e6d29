package org.countersign.reports.document;

import java.io.IOException;
import java.io.Reader;
import org.countersign.syntax.Ascii;

/**
 * Makes XML of a document that almost is, one report after the other: {@link #next} goes to a report, and its end is that of the
 * stream. What stands outside of elements {@code feedback} is dropped. Characters that XML does not allow become U+FFFD. {@code <}
 * that begins no tag of a report, and {@code &} that begins no reference, become text. Comments are dropped. Lines of a report
 * keep their number. Each repair is a remark.
 *
 * <p>It fails with {@link RefusedDocument} for {@code <!DOCTYPE} or {@code <!ENTITY} anywhere, so that no repair lets an entity
 * in.
 */
final class RepairingReader extends Reader {
    private static final int WINDOW = 8192;
    private static final int LOOK_AHEAD = 64;
    private static final int MAX_PREFIX = 32;
    private static final int MAX_DROPPED = 1024;
    private static final String[] ENTITIES = {"&amp;", "&lt;", "&gt;", "&quot;", "&apos;"};

    private enum State {
        OUTSIDE,
        OUTER_COMMENT,
        TEXT,
        TAG,
        COMMENT,
        SECTION,
        END
    }

    private final Reader in;
    private Remarks remarks = new Remarks();
    private final char[] window = new char[WINDOW];
    private final StringBuilder out = new StringBuilder();
    private final StringBuilder dropped = new StringBuilder();
    private int at;
    private int limit;
    private boolean ended;
    private int given;
    private int line = 1;
    private State state = State.OUTSIDE;
    private boolean comments;
    private boolean opened;
    private boolean closed;
    private int quote;
    private int brackets;
    private boolean closes;

    /**
     * @param comments whether comments before the first report end; in a broken document one may lack its end
     */
    RepairingReader(Reader in, boolean comments) {
        this.in = in;
        this.comments = comments;
    }

    /**
     * Goes to the next report, whether or not the one before was read to its end. At the end of the document all of it was searched
     * for declarations.
     *
     * @param about takes the remarks about this report
     * @return whether there is one
     */
    boolean next(Remarks about) throws IOException {
        if (opened) {
            skipRest();
            comments = true;
        }
        remarks = about;
        state = State.OUTSIDE;
        opened = false;
        closed = false;
        dropped.setLength(0);
        int from = line;
        while (!opened) {
            out.setLength(0);
            if (!step()) {
                return false;
            }
        }
        if (!isProlog()) {
            remarks.add(RemarkKind.TEXT_BEFORE_REPORT, "", 0, from);
        }
        return true;
    }

    /** Passes over the rest of this report. */
    void skipRest() throws IOException {
        while (state != State.END && step()) {
            out.setLength(0);
        }
        out.setLength(0);
        given = 0;
    }

    /** Whether the end tag of this report was read. */
    boolean hasEnd() {
        return closed;
    }

    /** The line that was read last, from 1. */
    int line() {
        return line;
    }

    /** The beginning of what was dropped before this report, or behind the last one. */
    String dropped() {
        return dropped.toString();
    }

    @Override
    public int read(char[] buffer, int from, int length) throws IOException {
        while (given == out.length()) {
            given = 0;
            out.setLength(0);
            if (state == State.END || !step()) {
                return -1;
            }
        }
        int count = Math.min(length, out.length() - given);
        out.getChars(given, given + count, buffer, from);
        given += count;
        return count;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    private void fill() throws IOException {
        if (limit - at >= LOOK_AHEAD || ended) {
            return;
        }
        System.arraycopy(window, at, window, 0, limit - at);
        limit -= at;
        at = 0;
        while (limit < LOOK_AHEAD && !ended) {
            int read = in.read(window, limit, WINDOW - limit);
            ended = read < 0;
            limit += Math.max(read, 0);
        }
    }

    private boolean step() throws IOException {
        fill();
        if (at == limit) {
            return false;
        }
        char c = window[at];
        if (c == '<' && (matches("<!doctype") || matches("<!entity"))) {
            throw new RefusedDocument(Refusal.DOCTYPE, "");
        }
        switch (state) {
            case OUTSIDE -> stepOutside(c);
            case OUTER_COMMENT -> stepOuterComment(c);
            case TEXT -> stepText(c);
            case TAG -> stepTag(c);
            case COMMENT -> stepComment(c);
            case SECTION -> stepSection(c);
            case END -> throw new IllegalStateException("the report has ended");
        }
        return true;
    }

    private void stepOutside(char c) {
        if (c == '<' && beginsReport()) {
            state = State.TEXT;
            stepText(c);
        } else {
            state = comments && matches("<!--") ? State.OUTER_COMMENT : state;
            drop(c);
        }
    }

    private void stepOuterComment(char c) {
        state = matches("-->") ? State.OUTSIDE : state;
        drop(c);
    }

    private void drop(char c) {
        if (dropped.length() < MAX_DROPPED) {
            dropped.append(c);
        }
        skipOne(c);
    }

    private boolean beginsReport() {
        return tagName().equals("feedback") && window[at + 1] != '/';
    }

    /** Whether only an XML declaration, instructions, comments and white space were dropped, which may stand around a report. */
    boolean isProlog() {
        String rest = dropped.toString().strip();
        while (rest.startsWith("<?") || rest.startsWith("<!--")) {
            String end = rest.startsWith("<?") ? "?>" : "-->";
            int to = rest.indexOf(end);
            if (to < 0) {
                return false;
            }
            rest = rest.substring(to + end.length()).strip();
        }
        return rest.isEmpty() && dropped.length() < MAX_DROPPED;
    }

    private void stepText(char c) {
        if (c == '<') {
            brackets = 0;
            if (matches("<!--")) {
                state = State.COMMENT;
                at += 4;
            } else if (matches("<![cdata[")) {
                state = State.SECTION;
                out.append("<![CDATA[");
                at += 9;
            } else if (opened && beginsReport()) {
                // The report before it lacks its end.
                state = State.END;
            } else if (!tagName().isEmpty()) {
                opened = true;
                closes = window[at + 1] == '/' && tagName().equals("feedback");
                state = State.TAG;
                quote = 0;
                out.append('<');
                at++;
            } else {
                asText("&lt;");
            }
        } else if (c == '&') {
            brackets = 0;
            copyReference();
        } else if (c == '>' && brackets >= 2) {
            brackets = 0;
            asText("&gt;");
        } else {
            brackets = c == ']' ? brackets + 1 : 0;
            copyOne(c);
        }
    }

    private void stepTag(char c) {
        if (c == '&') {
            copyReference();
            return;
        }
        if (c == '<') {
            asText("&lt;");
            return;
        }
        if (quote != 0) {
            quote = c == quote ? 0 : quote;
        } else if (c == '"' || c == '\'') {
            quote = c;
        } else if (c == '>') {
            closed = closes;
            state = closes ? State.END : State.TEXT;
        }
        copyOne(c);
    }

    private void stepComment(char c) {
        if (matches("-->")) {
            state = State.TEXT;
            at += 3;
        } else {
            skipOne(c);
        }
    }

    private void stepSection(char c) {
        if (matches("]]>")) {
            state = State.TEXT;
            out.append("]]>");
            at += 3;
        } else {
            copyOne(c);
        }
    }

    // Line ends stay, so that the numbers of lines are those of the document.
    private void skipOne(char c) {
        at++;
        if (c == '\n') {
            line++;
            out.append(c);
        }
    }

    private void copyOne(char c) {
        at++;
        if (c == '\n') {
            line++;
        }
        if (c == DocumentReader.BAD_OCTETS) {
            remarks.add(RemarkKind.OCTETS, "", 0, line);
            out.append(XmlText.REPLACEMENT);
        } else if (Character.isHighSurrogate(c) && at < limit && Character.isLowSurrogate(window[at])) {
            out.append(c).append(window[at++]);
        } else if (XmlText.isAllowed(c)) {
            out.append(c);
        } else {
            remarks.add(RemarkKind.CHARACTER, "U+%04X".formatted((int) c), 0, line);
            out.append(XmlText.REPLACEMENT);
        }
    }

    private void asText(String entity) {
        remarks.add(RemarkKind.MARKUP, String.valueOf(window[at]), 0, line);
        out.append(entity);
        at++;
    }

    private void copyReference() {
        for (String entity : ENTITIES) {
            if (startsWith(entity)) {
                out.append(entity);
                at += entity.length();
                return;
            }
        }
        int end = at + 1;
        boolean numeric = end < limit && window[end] == '#';
        boolean hexadecimal = numeric && end + 1 < limit && window[end + 1] == 'x';
        int from = at + (hexadecimal ? 3 : 2);
        int value = 0;
        for (end = from; numeric && end < limit && end - from < 10; end++) {
            int digit = Character.digit(window[end], hexadecimal ? 16 : 10);
            if (digit < 0 || window[end] > 'f') {
                break;
            }
            value = Math.min(value * (hexadecimal ? 16 : 10) + digit, Character.MAX_CODE_POINT + 1);
        }
        if (!numeric || end == from || end >= limit || window[end] != ';') {
            asText("&amp;");
        } else if (XmlText.isAllowed(value)) {
            out.append(window, at, end + 1 - at);
            at = end + 1;
        } else {
            remarks.add(RemarkKind.CHARACTER, "U+%04X".formatted(value), 0, line);
            out.append(XmlText.REPLACEMENT);
            at = end + 1;
        }
    }

    // The name of the element whose tag is here, in lower case; empty if it is none of a report.
    private String tagName() {
        int from = at + 1;
        if (from < limit && window[from] == '/') {
            from++;
        }
        int end = nameEnd(from, MAX_PREFIX);
        if (end > from && end < limit && window[end] == ':') {
            from = end + 1;
            end = nameEnd(from, KnownElements.MAX_LENGTH + 1);
        }
        boolean delimited =
                end == limit || window[end] == '>' || window[end] == '/' || Character.isWhitespace(window[end]);
        if (!delimited || end == from) {
            return "";
        }
        String name = Ascii.lower(new String(window, from, end - from));
        return KnownElements.ALL.contains(name) ? name : "";
    }

    private int nameEnd(int from, int max) {
        int end = from;
        while (end < limit
                && end - from < max
                && (Ascii.isAlphaNumeric(window[end])
                        || window[end] == '_'
                        || window[end] == '-'
                        || window[end] == '.')) {
            end++;
        }
        return end;
    }

    private boolean startsWith(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (at + i >= limit || window[at + i] != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    // The text is in lower case.
    private boolean matches(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (at + i >= limit || Ascii.lower(window[at + i]) != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
