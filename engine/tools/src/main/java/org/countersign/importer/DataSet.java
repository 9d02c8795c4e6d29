package org.countersign.importer;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.countersign.service.FileFailure;
import org.countersign.service.FileFailure.Reason;
import org.countersign.syntax.Ascii;

/**
 * A data set of OpenDKIM: a list of keys, each with a value if it is a table.
 *
 * @param kind how a query is compared with the keys
 * @param entries in their order
 */
record DataSet(Kind kind, List<Entry> entries) {
    /** What a data set is made of. */
    enum Kind {
        /** Keys that are compared as they are. */
        PLAIN,
        /** Patterns that are compared with the whole query, from top to bottom. */
        PATTERNS
    }

    /**
     * One line or element.
     *
     * @param value the rest of the line; empty for a list without values
     */
    record Entry(String key, String value, Origin origin) {}

    /** The types that only the old program can read. */
    private static final List<String> EXTERNAL =
            List.of("db", "dsn", "ldap", "ldaps", "ldapi", "lua", "memcache", "erlang", "mdb", "repute", "socket");

    DataSet {
        entries = List.copyOf(entries);
    }

    /** Reads data sets of one configuration. */
    static final class Reader {
        private static final String INDENTED_PATTERN =
                "A line of a refile that begins with a blank is not read, and nothing says so. Remove the blank.";
        private static final String INDENTED =
                "OpenDMARC takes the blank before the word for a part of it, so that the line matches nothing. Remove the blank.";

        private final OldFiles files;
        private final Map<String, java.nio.file.Path> dumps;
        private final Optional<String> baseDirectory;
        private final Findings findings;
        private final boolean ofOpendmarc;

        /** Reads the lists of OpenDMARC, which are never in a database. */
        static Reader ofOpendmarc(OldFiles files, Findings findings) {
            return new Reader(files, Map.of(), Optional.empty(), findings, true);
        }

        /**
         * Reads those of OpenDKIM.
         *
         * @param dumps files with the contents of tables that are not in files, by the lower-case name of the directive
         * @param baseDirectory the directory that relative names of files begin at
         * @param findings receives the lines that the old program does not read
         */
        Reader(
                OldFiles files,
                Map<String, java.nio.file.Path> dumps,
                Optional<String> baseDirectory,
                Findings findings) {
            this(files, dumps, baseDirectory, findings, false);
        }

        private Reader(
                OldFiles files,
                Map<String, java.nio.file.Path> dumps,
                Optional<String> baseDirectory,
                Findings findings,
                boolean ofOpendmarc) {
            this.ofOpendmarc = ofOpendmarc;
            this.files = files;
            this.dumps = Map.copyOf(dumps);
            this.baseDirectory = baseDirectory;
            this.findings = findings;
        }

        /** The name of a file with the directory that it begins at. */
        String path(String name) {
            return name.startsWith("/") ? name : baseDirectory.orElse("") + "/" + name;
        }

        /**
         * Reads the data set that a directive names.
         *
         * @throws FileFailure if a file cannot be read, or the set is in a database and there is no dump of it
         */
        DataSet read(Directive directive) throws FileFailure {
            java.nio.file.Path dump = dumps.get(Ascii.lower(directive.name()));
            if (dump != null) {
                java.nio.file.Path file = files.named(dump);
                return new DataSet(Kind.PLAIN, entries(files.lines(file, file.toString()), Kind.PLAIN));
            }
            String value = directive.value();
            Optional<String> type = type(value);
            String rest = type.map(name -> value.substring(name.length() + 1)).orElse(value);
            if (type.filter(String::isEmpty).isPresent()) {
                throw external(directive, "");
            }
            return switch (type.orElse("")) {
                case "file" -> lines(directive, rest, Kind.PLAIN);
                case "refile" -> lines(directive, rest, Kind.PATTERNS);
                case "csl" -> list(directive, rest);
                case "" -> {
                    if (value.startsWith("/")) {
                        yield lines(directive, value, Kind.PLAIN);
                    }
                    yield list(directive, value);
                }
                default -> throw external(directive, type.orElseThrow());
            };
        }

        /** The word before a colon that stands before the first comma; empty for a list and for a path. */
        private static Optional<String> type(String value) {
            if (value.startsWith("/")) {
                return value.endsWith(".db") ? Optional.of("db") : Optional.empty();
            }
            int colon = value.indexOf(':');
            int comma = value.indexOf(',');
            return colon < 0 || (comma >= 0 && comma < colon)
                    ? Optional.<String>empty()
                    : Optional.of(Ascii.lower(value.substring(0, colon)));
        }

        private static FileFailure external(Directive directive, String type) {
            if (!EXTERNAL.contains(type)) {
                return new FileFailure(
                        Reason.INVALID,
                        directive.origin() + ": " + directive.shown() + ": there is no type of table \""
                                + SecretFreeText.of(type)
                                + "\", so the old program does not start. A list needs csl: before"
                                + " it if a colon comes before its first comma");
            }
            List<String> lines = new ArrayList<>();
            lines.add(directive.origin() + ": " + directive.name() + " is in a table of type " + type
                    + ", which only the old program can read. Give its content with --table " + directive.name()
                    + "=FILE, one line for each key:");
            lines.addAll(
                    type.equals("dsn")
                            ? SqlTable.of(directive.value()).instructions(directive.name())
                            : List.of(
                                    type.equals("db")
                                            ? "  db_dump -p "
                                                    + directive.value().replace("db:", "")
                                                    + "   (or the text file that it was made from)"
                                            : "  key, a blank, and the parts of the value with colons between them"));
            return new FileFailure(Reason.INVALID, lines);
        }

        private DataSet lines(Directive directive, String name, Kind kind) throws FileFailure {
            try {
                return new DataSet(kind, entries(files.lines(path(name)), kind));
            } catch (FileFailure unreadable) {
                throw new FileFailure(
                        unreadable.reason(),
                        directive.origin() + ": " + directive.name() + ": "
                                + unreadable.lines().getFirst()
                                + (name.endsWith("\\")
                                        ? ". The backslash is a part of the name: no line is continued on the next one"
                                        : ""));
            }
        }

        private List<Entry> entries(List<OldFiles.Line> lines, Kind kind) {
            List<Entry> entries = new ArrayList<>();
            for (OldFiles.Line line : lines) {
                String text = Words.withoutComment(line.text());
                if (!text.isEmpty() && isRead(line, text, kind)) {
                    int end = 0;
                    while (end < text.length() && !Character.isWhitespace(text.charAt(end))) {
                        end++;
                    }
                    entries.add(new Entry(
                            text.substring(0, end), text.substring(end).strip(), line.origin()));
                }
            }
            return entries;
        }

        /** Whether the old program reads the line. It leaves out what nobody can see to be wrong. */
        private boolean isRead(OldFiles.Line line, String text, Kind kind) {
            boolean blank = (kind == Kind.PATTERNS || ofOpendmarc)
                    && Character.isWhitespace(line.text().charAt(0));
            boolean mark = line.text().charAt(0) == OldFiles.BYTE_ORDER_MARK;
            if (blank || mark) {
                findings.add(
                        FindingClass.DEAD,
                        line.origin(),
                        SecretFreeText.hidden(Words.ofLine(text).getFirst()),
                        blank
                                ? ofOpendmarc ? INDENTED : INDENTED_PATTERN
                                : OldFiles.BEHIND_BYTE_ORDER_MARK
                                        + ": the line matches nothing. Save the file without it.");
            }
            return !blank && !mark;
        }

        private static DataSet list(Directive directive, String value) {
            List<Entry> entries = new ArrayList<>();
            for (String item : Words.list(value)) {
                int equals = item.indexOf('=');
                entries.add(
                        equals < 0
                                ? new Entry(item, "", directive.origin())
                                : new Entry(
                                        item.substring(0, equals).strip(),
                                        item.substring(equals + 1).strip(),
                                        directive.origin()));
            }
            return new DataSet(Kind.PLAIN, entries);
        }
    }
}
