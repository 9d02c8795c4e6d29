package org.countersign.dns.replay;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.dns.replay.DnsSnapshot.Mistake;
import org.countersign.domain.DomainName;
import org.countersign.syntax.Ascii;
import org.countersign.syntax.Escapes;
import org.countersign.syntax.Octets;
import org.countersign.syntax.Parsed;

/** Reads the text of a snapshot. */
final class SnapshotReader {
    private static final int MAX_TEXT = 64 * 1024 * 1024;
    private static final int MAX_ENTRIES = 500_000;
    private static final String NOTE = ";!";
    private static final Duration DEFAULT_TTL = Duration.ofMinutes(5);
    private static final int MAX_SHOWN = 80;

    private final String text;
    private final List<SnapshotSection> sections = new ArrayList<>();
    private List<SnapshotEntry> entries = new ArrayList<>();
    private String asked = "";
    private String server = "";
    private boolean authoritative;
    private int count;
    private Optional<DomainName> lastOwner = Optional.empty();

    private SnapshotReader(String text) {
        this.text = text;
    }

    static Parsed<DnsSnapshot, Mistake> read(String text) {
        if (text.length() > MAX_TEXT) {
            return new Parsed.Malformed<>(new Mistake(1, "the snapshot has more than 64 MB"));
        }
        try {
            return new Parsed.Value<>(new SnapshotReader(text).read());
        } catch (Malformed malformed) {
            return new Parsed.Malformed<>(malformed.mistake);
        }
    }

    /** Ends the reading; never leaves this class. */
    private static final class Malformed extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final transient Mistake mistake;

        Malformed(Mistake mistake) {
            super(mistake.problem(), null, false, false);
            this.mistake = mistake;
        }
    }

    private static Malformed malformed(int line, String problem) {
        return new Malformed(new Mistake(line, problem));
    }

    private DnsSnapshot read() {
        int at = 0;
        int line = 1;
        while (at < text.length()) {
            boolean note = text.startsWith(NOTE, at);
            boolean indented = text.charAt(at) == ' ' || text.charAt(at) == '\t';
            MasterFileLine read = new MasterFileLine(text, note ? at + NOTE.length() : at, line);
            List<Octets> words = switch (read.words()) {
                case Parsed.Value<List<Octets>, Mistake>(List<Octets> value) -> value;
                case Parsed.Malformed<List<Octets>, Mistake>(Mistake mistake) -> throw new Malformed(mistake);
            };
            if (note) {
                note(words, line);
            } else if (!words.isEmpty()) {
                resource(words, indented, line);
            }
            at = read.end();
            line = read.nextLine();
        }
        endSection();
        return new DnsSnapshot(sections);
    }

    private void endSection() {
        if (!entries.isEmpty() || !server.isEmpty()) {
            sections.add(new SnapshotSection(asked, server, authoritative, entries));
        }
        entries = new ArrayList<>();
    }

    private void add(SnapshotEntry entry, int line) {
        if (++count > MAX_ENTRIES) {
            throw malformed(line, "the snapshot has more than " + MAX_ENTRIES + " entries");
        }
        entries.add(entry);
    }

    /** Reads {@code OWNER [TTL] [CLASS] TYPE DATA}, with TTL and class in any order. */
    private void resource(List<Octets> words, boolean indented, int line) {
        int at = indented ? 0 : 1;
        if (!indented && words.getFirst().startsWithIgnoreCase("$")) {
            throw malformed(
                    line, shown(words.getFirst()) + " is not supported: write whole names and a TTL in each line");
        }
        boolean root = !indented && words.getFirst().is(".");
        if (!indented) {
            lastOwner = root ? Optional.empty() : Optional.of(name(words.getFirst(), line));
        }
        Duration ttl = DEFAULT_TTL;
        while (at < words.size() && (isNumber(words.get(at)) || isClass(words.get(at), line))) {
            if (isNumber(words.get(at))) {
                ttl = seconds(words.get(at), line);
            }
            at++;
        }
        if (at >= words.size() || !isType(words.get(at))) {
            throw malformed(line, "a record is written NAME TTL IN TYPE DATA; the type is missing");
        }
        String type = type(words.get(at));
        List<Octets> data = words.subList(at + 1, words.size());
        String problem = SnapshotRecords.problem(type, data);
        if (!problem.isEmpty()) {
            throw malformed(line, problem);
        }
        if (lastOwner.isPresent()) {
            add(new SnapshotEntry.Resource(lastOwner.get(), ttl, type, SnapshotRecords.normal(type, data)), line);
        } else if (!root) {
            throw malformed(line, "a line that begins with a blank has the name of the line above, and there is none");
        }
        // A record of the root, such as its SOA in an answer about a top-level domain, answers no query of a
        // message.
    }

    /** Reads a line that begins with {@code ;!}. */
    private void note(List<Octets> words, int line) {
        String keyword = words.isEmpty() ? "" : Ascii.lower(words.getFirst().latin1());
        List<Octets> rest = words.isEmpty() ? words : words.subList(1, words.size());
        switch (keyword) {
            case "asked" -> asked(rest, line);
            case "nxdomain" -> {
                need(rest, 1, 2, "nxdomain NAME [TTL]", line);
                add(new SnapshotEntry.NoSuchName(name(rest.getFirst(), line), ttl(rest, 1, line)), line);
            }
            case "nodata" -> {
                need(rest, 2, 3, "nodata NAME TYPE [TTL]", line);
                add(new SnapshotEntry.NoData(name(rest.getFirst(), line), type(rest, line), ttl(rest, 2, line)), line);
            }
            case "ad" -> {
                need(rest, 2, 2, "ad NAME TYPE", line);
                add(new SnapshotEntry.Validated(name(rest.getFirst(), line), type(rest, line)), line);
            }
            default -> {
                SnapshotFailure failure = SnapshotFailure.ofWord(keyword)
                        .orElseThrow(() -> malformed(
                                line,
                                "after ;! there is no word such as asked, nxdomain, nodata, servfail, timeout or ad"));
                need(rest, 2, 4, keyword + " NAME TYPE [TTL] [\"DETAIL\"]", line);
                boolean timed = rest.size() > 2 && isNumber(rest.get(2));
                int detail = timed ? 3 : 2;
                need(rest, 2, detail + 1, keyword + " NAME TYPE [TTL] [\"DETAIL\"]", line);
                add(
                        new SnapshotEntry.Failed(
                                name(rest.getFirst(), line),
                                type(rest, line),
                                failure,
                                timed ? seconds(rest.get(2), line) : Duration.ZERO,
                                rest.size() > detail ? rest.get(detail).latin1() : ""),
                        line);
            }
        }
    }

    private void asked(List<Octets> words, int line) {
        String form = "asked TIME SERVER [authoritative]";
        need(words, 2, 3, form, line);
        if (words.size() == 3 && !words.get(2).is("authoritative")) {
            throw malformed(line, "expected ;!" + form);
        }
        for (Octets word : words) {
            if (word.isEmpty() || !word.latin1().chars().allMatch(Ascii::isVisible)) {
                throw malformed(line, "expected ;!" + form);
            }
        }
        endSection();
        asked = words.get(0).latin1();
        server = words.get(1).latin1();
        authoritative = words.size() == 3;
    }

    private static void need(List<Octets> words, int min, int max, String form, int line) {
        if (words.size() < min || words.size() > max) {
            throw malformed(line, "expected ;!" + form);
        }
    }

    private static Duration ttl(List<Octets> words, int index, int line) {
        return index < words.size() ? seconds(words.get(index), line) : Duration.ZERO;
    }

    private static Duration seconds(Octets word, int line) {
        long seconds = isNumber(word) && word.length() <= 10 ? Long.parseLong(word.latin1()) : Long.MAX_VALUE;
        // RFC 2181 §8: a TTL is a number of 31 bits.
        if (seconds > Integer.MAX_VALUE) {
            throw malformed(line, shown(word) + " is not a TTL in seconds");
        }
        return Duration.ofSeconds(seconds);
    }

    private static boolean isNumber(Octets word) {
        return !word.isEmpty() && word.latin1().chars().allMatch(Ascii::isDigit);
    }

    private static boolean isClass(Octets word, int line) {
        if (word.equalsIgnoreCase("CH") || word.equalsIgnoreCase("HS")) {
            throw malformed(line, "the class must be IN");
        }
        return word.equalsIgnoreCase("IN");
    }

    private static boolean isType(Octets word) {
        return !word.isEmpty()
                && word.length() <= 20
                && Ascii.isAlpha(word.at(0))
                && word.latin1().chars().allMatch(c -> Ascii.isAlphaNumeric(c) || c == '-');
    }

    private static String type(Octets word) {
        StringBuilder upper = new StringBuilder(word.length());
        word.latin1().chars().forEach(c -> upper.append((char) (c >= 'a' && c <= 'z' ? c - 32 : c)));
        return upper.toString();
    }

    private static String type(List<Octets> words, int line) {
        if (!isType(words.get(1))) {
            throw malformed(line, shown(words.get(1)) + " is not a record type such as TXT");
        }
        return type(words.get(1));
    }

    private static DomainName name(Octets word, int line) {
        return DomainName.parseQueryName(word.latin1())
                .orElseThrow(() -> malformed(line, shown(word) + " is not a domain name"));
    }

    private static String shown(Octets word) {
        return '"' + Escapes.printable(word.latin1(), MAX_SHOWN) + '"';
    }
}
