package org.countersign.dns;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.syntax.Ascii;
import org.countersign.syntax.Escapes;
import org.countersign.syntax.Octets;

/**
 * A TXT record that was probably meant for a protocol, but does not follow its syntax. It changes no result: it shows the
 * owner of the domain why the record is ignored.
 *
 * @param record the beginning of the record, one character for each octet
 * @param problem what is wrong, a clause in US-ASCII
 */
public record NearMiss(String record, String problem) {
    private static final int MAX_RECORD_SHOWN = 200;
    private static final int MAX_EXAMINED = 512;
    private static final int MAX_NEAR_MISSES = 3;
    // How far the version may be from the beginning, after quotation marks and blanks.
    private static final int MAX_LEAD = 24;
    private static final String BYTE_ORDER_MARK = "\u00EF\u00BB\u00BF";
    // UTF-8 of no-break space and zero-width characters, and the no-break space of ISO 8859-1.
    private static final List<String> INVISIBLE =
            List.of("\u00C2\u00A0", "\u00E2\u0080\u008B", "\u00E2\u0080\u008C", "\u00E2\u0080\u008D", "\u00A0");
    // Those of US-ASCII, and typographic ones in UTF-8 and Windows-1252.
    private static final List<String> QUOTES = List.of(
            "\"",
            "'",
            "\u00E2\u0080\u009C",
            "\u00E2\u0080\u009D",
            "\u00E2\u0080\u009E",
            "\u00E2\u0080\u0098",
            "\u00E2\u0080\u0099",
            "\u0093",
            "\u0094",
            "`");

    /** The protocol that a record was probably meant for. */
    public enum Protocol {
        /** RFC 7208 §4.5: {@code v=spf1}, in either case, then a space or the end. */
        SPF("spf1"),
        /** RFC 6376 §3.6.1: {@code v=DKIM1;}, or no version at all. */
        DKIM("DKIM1"),
        /** RFC 9989 §4.8: {@code v=DMARC1;}. */
        DMARC("DMARC1");

        private final String version;

        Protocol(String version) {
            this.version = version;
        }

        private String start() {
            return "v=" + version;
        }
    }

    /**
     * The near misses of a protocol among the records of a name, at most three.
     *
     * @param records none of which is a record of the protocol
     */
    public static List<NearMiss> among(List<DnsRecord.Text> records, Protocol protocol) {
        List<NearMiss> found = new ArrayList<>(0);
        for (DnsRecord.Text each : records) {
            if (found.size() < MAX_NEAR_MISSES) {
                of(each, protocol).ifPresent(found::add);
            }
        }
        return List.copyOf(found);
    }

    private static Optional<NearMiss> of(DnsRecord.Text record, Protocol protocol) {
        Octets joined = record.joined();
        String text = joined.slice(0, Math.min(joined.length(), MAX_EXAMINED)).latin1();
        int firstLength =
                record.strings().isEmpty() ? 0 : record.strings().getFirst().length();
        return isMeant(text, protocol)
                ? Optional.of(new NearMiss(
                        text.substring(0, Math.min(text.length(), MAX_RECORD_SHOWN)),
                        problem(text, firstLength, protocol)))
                : Optional.empty();
    }

    private static boolean isMeant(String text, Protocol protocol) {
        String lower = Ascii.lower(text);
        String compact = compact(lower);
        return switch (protocol) {
            case SPF -> compact.startsWith("vspf") || compact.startsWith("spf1") || endsLikeSpf(lower);
            // A wildcard SPF record also exists under this name, but is no near miss.
            case DKIM ->
                !compact.startsWith("vspf") && (compact.contains("dkim") || lower.contains("p=") || isBareKey(text));
            case DMARC -> !compact.startsWith("vspf") && (compact.contains("dmarc") || hasPolicy(compact));
        };
    }

    /** Only the letters and digits. */
    private static String compact(String lower) {
        StringBuilder compact = new StringBuilder(lower.length());
        for (int i = 0; i < lower.length(); i++) {
            if (Ascii.isAlphaNumeric(lower.charAt(i))) {
                compact.append(lower.charAt(i));
            }
        }
        return compact.toString();
    }

    private static boolean endsLikeSpf(String lower) {
        int end = lower.length();
        while (end > 0 && !Ascii.isAlphaNumeric(lower.charAt(end - 1))) {
            end--;
        }
        String trimmed = lower.substring(0, end);
        return trimmed.endsWith(" -all") || trimmed.endsWith(" ~all") || trimmed.endsWith(" ?all");
    }

    private static boolean hasPolicy(String compact) {
        return compact.startsWith("preject") || compact.startsWith("pquarantine") || compact.startsWith("pnone");
    }

    private static String problem(String text, int firstLength, Protocol protocol) {
        String problem = problemBeforeText(text);
        if (!problem.isEmpty()) {
            return problem;
        }
        String lower = Ascii.lower(text);
        int version = lower.indexOf(Ascii.lower(protocol.version));
        if (version < 0 || version > MAX_LEAD) {
            return withoutVersion(text, lower, protocol);
        }
        String before = lower.substring(0, version);
        if (!before.equals("v=")) {
            boolean spaced = compact(before).equals("v") && before.indexOf('=') >= 0;
            // The grammars of DKIM and DMARC allow blanks around the equals sign.
            if (!spaced || protocol == Protocol.SPF) {
                return "it does not begin with " + protocol.start();
            }
        }
        if (protocol != Protocol.SPF && text.charAt(lower.indexOf('v')) == 'V') {
            return "the names of its tags are in capitals and must be in lower case";
        }
        int end = version + protocol.version.length();
        if (protocol != Protocol.SPF && !text.startsWith(protocol.version, version)) {
            return "the version is written " + text.substring(version, end) + " and must be " + protocol.version;
        }
        return afterVersion(text, end, firstLength, protocol);
    }

    /** The problem of a record without the version near its beginning. */
    private static String withoutVersion(String text, String lower, Protocol protocol) {
        if (protocol != Protocol.DKIM) {
            return "it does not begin with " + protocol.start();
        }
        if (lower.startsWith("v=dkim")) {
            int end = "v=dkim".length();
            while (end < text.length() && Ascii.isAlphaNumeric(text.charAt(end))) {
                end++;
            }
            return "the version is written " + text.substring(2, end) + " and must be " + protocol.version;
        }
        return isBareKey(text)
                ? "it is a key without tags: write v=DKIM1; p= before the base64 of the key"
                : "its tags are not separated by semicolons, or p= is not written as a tag";
    }

    /** Whether it begins like the base64 of an RSA key, or like PEM. */
    private static boolean isBareKey(String text) {
        return text.startsWith("MII") || text.startsWith("MIG") || text.startsWith("-----BEGIN ");
    }

    /** The problem before the first letter; empty if there is none. */
    private static String problemBeforeText(String text) {
        if (text.startsWith(BYTE_ORDER_MARK)) {
            return "it begins with a byte order mark, the octets EF BB BF";
        }
        if (startsWithAny(text, INVISIBLE)) {
            return "it begins with an invisible character that is not a space";
        }
        if (startsWithAny(text, QUOTES)) {
            return "the quotation marks are a part of it";
        }
        if (text.startsWith("\\")) {
            return "it begins with a backslash";
        }
        return !text.isEmpty() && text.charAt(0) <= ' ' ? "it begins with white space" : "";
    }

    private static boolean startsWithAny(String text, List<String> starts) {
        return starts.stream().anyMatch(text::startsWith);
    }

    private static String afterVersion(String text, int end, int firstLength, Protocol protocol) {
        String wanted = protocol == Protocol.SPF ? "a blank" : "a semicolon";
        int at = end;
        while (protocol != Protocol.SPF && at < text.length() && Ascii.isWsp(text.charAt(at))) {
            at++;
        }
        String found = at == text.length() ? "nothing" : named(text.charAt(at));
        if (found.isEmpty() && firstLength == end && protocol == Protocol.SPF) {
            return "its strings are joined without a blank: the first one must end in a blank";
        }
        String expected = protocol.start() + " must be followed by " + wanted;
        return found.isEmpty() ? expected : expected + ", not " + found;
    }

    /** The name of a character; empty if it has none. */
    private static String named(char c) {
        return switch (c) {
            case ';' -> "a semicolon";
            case ',' -> "a comma";
            case ':' -> "a colon";
            case '\\' -> "a backslash";
            case '\t' -> "a tab";
            case '"', '\'' -> "a quotation mark";
            case '\r', '\n' -> "a line end";
            case '.' -> "a dot";
            case '|' -> "a vertical bar";
            default -> c > '~' ? "a character that is not US-ASCII" : "";
        };
    }

    /** The problem and the beginning of the record, printable, for people. */
    public String describe(int maxRecord) {
        return problem + ": \"" + Escapes.printable(record, maxRecord) + "\"";
    }
}
