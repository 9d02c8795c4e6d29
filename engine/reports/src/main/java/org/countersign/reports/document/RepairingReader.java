package org.countersign.reports.document;

import java.io.IOException;
import java.io.Reader;
import org.countersign.syntax.Ascii;

/**
 * Makes XML of a document that almost is. What stands before the first start tag {@code feedback} is dropped. Characters that
 * XML does not allow become U+FFFD. {@code <} that begins no tag of a report, and {@code &} that begins no reference, become
 * text. Comments are dropped. What follows the report stays as it is. Lines keep their numbers. Each repair is a remark.
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
        BEFORE,
        TEXT,
        TAG,
        COMMENT,
        SECTION,
        AFTER
    }

    private final Reader in;
    private final Remarks remarks;
    private final char[] window = new char[WINDOW];
    private final StringBuilder out = new StringBuilder();
    private final StringBuilder dropped = new StringBuilder();
    private int at;
    private int limit;
    private boolean ended;
    private int given;
    private int line = 1;
    private State state = State.BEFORE;
    private int quote;
    private int brackets;
    private boolean closes;

    RepairingReader(Reader in, Remarks remarks) {
        this.in = in;
        this.remarks = remarks;
    }

    /** Whether the document has a start tag {@code feedback}, as far as it was read. */
    boolean hasReport() {
        return state != State.BEFORE;
    }

    /** Whether the end tag {@code feedback} was read. */
    boolean hasEnd() {
        return state == State.AFTER;
    }

    /** The line that was read last, from 1. */
    int line() {
        return line;
    }

    /** The beginning of what was dropped. */
    String dropped() {
        return dropped.toString();
    }

    /** Reads the rest, so that all of the document is searched for declarations. */
    void drain() throws IOException {
        while (step()) {
            out.setLength(0);
        }
    }

    @Override
    public int read(char[] buffer, int from, int length) throws IOException {
        while (given == out.length()) {
            given = 0;
            out.setLength(0);
            if (!step()) {
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
            case BEFORE -> stepBefore(c);
            case TEXT -> stepText(c);
            case TAG -> stepTag(c);
            case COMMENT -> stepComment(c);
            case SECTION -> stepSection(c);
            case AFTER -> {
                out.append(c);
                at++;
            }
        }
        return true;
    }

    private void stepBefore(char c) {
        if (c == '<' && tagName().equals("feedback") && window[at + 1] != '/') {
            state = State.TEXT;
            if (!isProlog(dropped.toString())) {
                remarks.add(RemarkKind.TEXT_BEFORE_REPORT, "", 0, 1);
            }
            stepText(c);
            return;
        }
        if (dropped.length() < MAX_DROPPED) {
            dropped.append(c);
        }
        skipOne(c);
    }

    // An XML declaration, instructions, comments and white space may stand before a report.
    private static boolean isProlog(String text) {
        String rest = text.strip();
        while (rest.startsWith("<?") || rest.startsWith("<!--")) {
            String end = rest.startsWith("<?") ? "?>" : "-->";
            int to = rest.indexOf(end);
            if (to < 0) {
                return false;
            }
            rest = rest.substring(to + end.length()).strip();
        }
        return rest.isEmpty() && text.length() < MAX_DROPPED;
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
            } else if (!tagName().isEmpty()) {
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
            state = closes ? State.AFTER : State.TEXT;
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
