package org.countersign.importer;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.countersign.service.FileFailure;
import org.countersign.service.FileFailure.Reason;

/**
 * Reads what {@code dkim_signing.conf} of rspamd uses of UCL: keys with values, sections, lists, comments, quotes,
 * variables and {@code .include}. Nesting and size are bounded.
 */
final class UclReader {
    private static final int MAX_DEPTH = 30;
    private static final int MAX_INCLUDES = 5;
    private static final Map<String, String> VARIABLES = Map.of(
            "LOCAL_CONFDIR", "/etc/rspamd",
            "CONFDIR", "/etc/rspamd",
            "DBDIR", "/var/lib/rspamd",
            "RUNDIR", "/run/rspamd",
            "LOGDIR", "/var/log/rspamd");

    private final OldFiles files;
    private final String text;
    private final String name;
    private final int includes;
    private int at;
    private int line = 1;

    private UclReader(OldFiles files, String text, String name, int includes) {
        this.files = files;
        this.text = text;
        this.name = name;
        this.includes = includes;
    }

    /**
     * Reads a file.
     *
     * @throws FileFailure if it cannot be read, or is not UCL; the line is named
     */
    static Ucl.Section read(OldFiles files, java.nio.file.Path file) throws FileFailure {
        UclReader reader = new UclReader(files, files.text(file), files.there(file), 0);
        return reader.whole();
    }

    private Ucl.Section whole() throws FileFailure {
        Ucl.Section section = Ucl.Section.empty(here());
        skip();
        boolean braces = peek() == '{';
        if (braces) {
            at++;
        }
        readKeys(section, braces, 0);
        return section;
    }

    private Origin here() {
        return new Origin(name, line);
    }

    private FileFailure malformed(String problem) {
        return new FileFailure(Reason.INVALID, here() + ": " + problem);
    }

    /** The next character; 0 at the end. */
    private int peek() {
        return at < text.length() ? text.charAt(at) : 0;
    }

    private void next() {
        if (peek() == '\n') {
            line++;
        }
        at++;
    }

    /** Skips blanks, comments and separators. */
    private void skip() throws FileFailure {
        while (at < text.length()) {
            if (text.startsWith("/*", at)) {
                skipComment();
            } else if (peek() == '#') {
                while (at < text.length() && peek() != '\n') {
                    at++;
                }
            } else if (Character.isWhitespace(peek()) || peek() == ';' || peek() == ',') {
                next();
            } else {
                return;
            }
        }
    }

    private void skipComment() throws FileFailure {
        int depth = 0;
        do {
            if (at >= text.length()) {
                throw malformed("a comment is not closed: write */");
            }
            if (text.startsWith("/*", at)) {
                depth++;
                at += 2;
            } else if (text.startsWith("*/", at)) {
                depth--;
                at += 2;
            } else {
                next();
            }
        } while (depth > 0);
    }

    private void readKeys(Ucl.Section section, boolean braces, int depth) throws FileFailure {
        if (depth > MAX_DEPTH) {
            throw malformed("sections are nested deeper than " + MAX_DEPTH);
        }
        while (true) {
            skip();
            if (at >= text.length()) {
                if (braces) {
                    throw malformed("a section is not closed: write }");
                }
                return;
            }
            if (peek() == '}') {
                at++;
                if (!braces) {
                    throw malformed("} closes nothing");
                }
                return;
            }
            if (peek() == '.' && at + 1 < text.length() && Character.isLetter(text.charAt(at + 1))) {
                readMacro(section, depth);
            } else {
                readKey(section, depth);
            }
        }
    }

    private void readKey(Ucl.Section section, int depth) throws FileFailure {
        if (depth > MAX_DEPTH) {
            throw malformed("sections are nested deeper than " + MAX_DEPTH);
        }
        Origin origin = here();
        String key = word("=:{[");
        if (key.isEmpty()) {
            throw malformed("a key is missing before " + SecretFreeText.of(String.valueOf((char) peek())));
        }
        skipBlanks();
        if (peek() == '=' || peek() == ':') {
            at++;
            skip();
            section.add(key, value(depth));
            return;
        }
        if (peek() == '{' || peek() == '[') {
            section.add(key, value(depth));
            return;
        }
        if (isSectionName()) {
            // name "key" { } is a section in a section.
            Ucl.Section outer = Ucl.Section.empty(origin);
            readKey(outer, depth + 1);
            section.add(key, outer);
        } else {
            section.add(key, value(depth));
        }
    }

    /** Whether the next word is the name of a section, and not a value without = before it. */
    private boolean isSectionName() {
        int quote = peek() == '"' || peek() == '\'' ? peek() : 0;
        int end = quote == 0 ? at : text.indexOf(quote, at + 1) + 1;
        while (end > 0 && end < text.length() && ";\n{}[]".indexOf(text.charAt(end)) < 0) {
            end++;
        }
        return end > 0 && end < text.length() && (text.charAt(end) == '{' || text.charAt(end) == '[');
    }

    private void skipBlanks() {
        while (at < text.length() && (peek() == ' ' || peek() == '\t' || peek() == '\n' || peek() == '\r')) {
            next();
        }
    }

    private Ucl value(int depth) throws FileFailure {
        Origin origin = here();
        if (peek() == '{') {
            at++;
            Ucl.Section inner = Ucl.Section.empty(origin);
            readKeys(inner, true, depth + 1);
            return inner;
        }
        if (peek() == '[') {
            at++;
            return items(depth + 1);
        }
        if (text.startsWith("<<", at)) {
            return new Ucl.Text(hereDocument(), true, origin);
        }
        boolean quoted = peek() == '"' || peek() == '\'';
        return new Ucl.Text(expanded(word(";,}]")), quoted, origin);
    }

    /** {@code <<WORD}, lines, and {@code WORD} alone on a line. */
    private String hereDocument() throws FileFailure {
        int end = text.indexOf('\n', at);
        String word = end < 0 ? "" : text.substring(at + 2, end).strip();
        int close = word.isEmpty() ? -1 : text.indexOf("\n" + word, end);
        if (close < 0) {
            throw malformed("a text that begins with << has no end");
        }
        String body = close > end ? text.substring(end + 1, close) : "";
        while (at < close + 1 + word.length()) {
            next();
        }
        return body;
    }

    private Ucl.Items items(int depth) throws FileFailure {
        if (depth > MAX_DEPTH) {
            throw malformed("lists are nested deeper than " + MAX_DEPTH);
        }
        List<Ucl> items = new ArrayList<>();
        while (true) {
            skip();
            if (at >= text.length()) {
                throw malformed("a list is not closed: write ]");
            }
            if (peek() == ']') {
                at++;
                return new Ucl.Items(items);
            }
            int before = at;
            items.add(value(depth));
            if (at == before) {
                throw malformed("a list has " + SecretFreeText.of(String.valueOf((char) peek())) + " in it");
            }
        }
    }

    /** A quoted text, or a text up to one of these characters or the end of the line. */
    private String word(String end) throws FileFailure {
        int quote = peek();
        if (quote == '"' || quote == '\'') {
            return quoted(quote);
        }
        boolean isKey = end.indexOf('=') >= 0;
        int from = at;
        while (at < text.length()
                && peek() != '\n'
                && end.indexOf(peek()) < 0
                && peek() != '#'
                && !(isKey && Character.isWhitespace(peek()))) {
            at++;
        }
        return text.substring(from, at).strip();
    }

    private String quoted(int quote) throws FileFailure {
        at++;
        StringBuilder unquoted = new StringBuilder();
        while (peek() != quote) {
            if (at >= text.length() || (quote == '"' && peek() == '\n')) {
                throw malformed("a quotation mark is not closed on its line, and rspamd does not start with that");
            }
            if (peek() == '\\' && at + 1 < text.length()) {
                at++;
                unquoted.append(peek() == 'n' ? '\n' : (char) peek());
            } else {
                unquoted.append((char) peek());
            }
            next();
        }
        at++;
        return unquoted.toString();
    }

    /** Replaces the variables that rspamd itself sets; {@code $domain} and others stay. */
    private static String expanded(String text) {
        String result = text;
        for (Map.Entry<String, String> variable : VARIABLES.entrySet()) {
            result = result.replace("${" + variable.getKey() + "}", variable.getValue())
                    .replace("$" + variable.getKey(), variable.getValue());
        }
        return result;
    }

    /** {@code .include "FILE"}, with or without parameters; other macros are skipped. */
    private void readMacro(Ucl.Section section, int depth) throws FileFailure {
        int end = text.indexOf('\n', at);
        String whole = text.substring(at, end < 0 ? text.length() : end);
        at += whole.length();
        int open = whole.indexOf('"');
        int close = whole.lastIndexOf('"');
        if (!whole.startsWith(".include") || close <= open) {
            return;
        }
        String included = expanded(whole.substring(open + 1, close));
        boolean mayBeMissing = whole.contains("try=true") || whole.startsWith(".includes_try");
        if (mayBeMissing && !files.exists(included)) {
            return;
        }
        if (includes + 1 > MAX_INCLUDES) {
            throw malformed("files include each other, or are nested deeper than " + MAX_INCLUDES);
        }
        new UclReader(files, included(included), included, includes + 1).readKeys(section, false, depth);
    }

    private String included(String file) throws FileFailure {
        try {
            return files.text(files.here(file));
        } catch (FileFailure unreadable) {
            throw new FileFailure(
                    unreadable.reason(),
                    here() + ": .include: " + unreadable.lines().getFirst());
        }
    }
}
