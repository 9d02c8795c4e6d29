package org.countersign.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.countersign.config.Suggestions;
import org.countersign.domain.IpNetwork;
import org.countersign.spf.SpfRecord;
import org.countersign.syntax.Ascii;
import org.countersign.syntax.Octets;
import org.countersign.syntax.Parsed;

/** Repairs the usual damage of an SPF record, as far as it is clear what its owner meant. */
final class SpfRepair {
    private static final String SIGNS = "+-~?";
    private static final List<String> MECHANISMS = List.of("all", "include", "a", "mx", "ptr", "ip4", "ip6", "exists");
    // Terms that never stand inside a word. "a:" and "mx:" do.
    private static final List<String> STARTS = List.of("include:", "ip4:", "ip6:", "exists:", "redirect=", "exp=");
    private static final Set<String> IP4_NAMES = Set.of("ip", "ipv4", "ipv4addr", "ip4addr");
    private static final Set<String> IP6_NAMES = Set.of("ip", "ipv6", "ipv6addr");
    private static final int MAX_LENGTH = 4096;

    private SpfRepair() {}

    /** A valid record with the meaning of a damaged one; empty if that is not clear. */
    static Optional<String> repair(String text) {
        if (text.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        List<String> words = new ArrayList<>();
        for (String word : words(withoutVersion(withoutQuotes(text)))) {
            words.addAll(apart(word));
        }
        List<String> terms = new ArrayList<>();
        for (String word : joined(words)) {
            terms.add(term(word));
        }
        String repaired = (SpfRecord.VERSION + " " + String.join(" ", terms)).strip();
        return isValid(repaired) ? Optional.of(repaired) : Optional.empty();
    }

    /** What can be read of a damaged record: the repaired one, or else its valid terms. */
    static Optional<SpfRecord> readable(String text) {
        String valid = repair(text)
                .orElseGet(() -> words(withoutVersion(withoutQuotes(text))).stream()
                        .filter(word -> isValid(SpfRecord.VERSION + " " + word))
                        .reduce(SpfRecord.VERSION, (left, right) -> left + " " + right));
        return SpfRecord.parse(Octets.latin1(valid)) instanceof Parsed.Value(SpfRecord record)
                ? Optional.of(record)
                : Optional.empty();
    }

    static boolean isValid(String text) {
        return Ascii.isAscii(text)
                && SpfRecord.parse(Octets.latin1(text)) instanceof Parsed.Value<?, ?>
                && text.chars().allMatch(c -> c >= ' ' && c <= '~');
    }

    /** Whether a text has damage that the grammar allows. */
    static boolean isDamaged(String text) {
        return hasQuotes(text) || words(text).stream().anyMatch(word -> join(word) > 0 || isMechanismAsModifier(word));
    }

    static boolean hasQuotes(String text) {
        return text.indexOf('"') >= 0 || text.indexOf('\\') >= 0;
    }

    /** The text without quotation marks and backslashes; each pair of marks between two strings becomes a blank. */
    private static String withoutQuotes(String text) {
        StringBuilder plain = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            plain.append(c == '"' || c == '\\' || c == '\'' || c < ' ' || c > '~' ? ' ' : c);
        }
        return plain.toString().strip();
    }

    private static String withoutVersion(String text) {
        String lower = Ascii.lower(text);
        int end = 0;
        for (String version :
                List.of("v=spf1", "v = spf1", "v= spf1", "v =spf1", "v=spf 1", "v:spf1", "v spf1", "spf1", "vspf1")) {
            if (lower.startsWith(version)) {
                end = version.length();
                break;
            }
        }
        while (end < text.length() && ";:,. ".indexOf(text.charAt(end)) >= 0) {
            end++;
        }
        return text.substring(end);
    }

    static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        for (int i = 0; i <= text.length(); i++) {
            char c = i < text.length() ? text.charAt(i) : ' ';
            if (c > ' ' && c != ';' && c != ',') {
                word.append(c);
            } else if (!word.isEmpty()) {
                words.add(word.toString());
                word.setLength(0);
            }
        }
        return words;
    }

    /** The terms that a word consists of: more than one if blanks are missing between them. */
    static List<String> apart(String word) {
        int at = join(word);
        if (at < 0) {
            return List.of(word);
        }
        List<String> terms = new ArrayList<>();
        terms.add(word.substring(0, at));
        terms.addAll(apart(word.substring(at)));
        return terms;
    }

    /** Where a second term begins inside a word; -1 for nowhere. */
    static int join(String word) {
        String lower = Ascii.lower(word);
        for (int at = 1; at < lower.length(); at++) {
            boolean separated = "=:%{_/".indexOf(lower.charAt(at - 1)) >= 0;
            boolean signed = SIGNS.indexOf(lower.charAt(at)) >= 0;
            int name = signed ? at + 1 : at;
            if (!separated && (signed || SIGNS.indexOf(lower.charAt(at - 1)) < 0)) {
                for (String start : STARTS) {
                    if (lower.startsWith(start, name) && isEnd(lower, at)) {
                        return at;
                    }
                }
                if (signed && lower.substring(name).equals("all") && isEnd(lower, at)) {
                    return at;
                }
            }
        }
        return -1;
    }

    /** Whether a term can end here: at a sign or behind a name or number that is complete. */
    private static boolean isEnd(String lower, int at) {
        char before = lower.charAt(at - 1);
        boolean complete = Ascii.isAlphaNumeric(before) || before == '}';
        // "include:spf.ip4:x" has no join: a term does not end in a part of another name.
        return complete
                && (lower.lastIndexOf(':', at - 1) > 0
                        || lower.lastIndexOf('=', at - 1) > 0
                        || MECHANISMS.contains(lower.substring(SIGNS.indexOf(lower.charAt(0)) < 0 ? 0 : 1, at)));
    }

    /** Words that end in a colon or an equals sign belong to the next one. */
    private static List<String> joined(List<String> words) {
        List<String> joined = new ArrayList<>();
        String open = "";
        for (String word : words) {
            String whole = open + word;
            if (whole.endsWith(":") || whole.endsWith("=") || (whole.length() == 1 && SIGNS.contains(whole))) {
                open = whole;
            } else {
                joined.add(whole);
                open = "";
            }
        }
        if (!open.isEmpty()) {
            joined.add(open);
        }
        return joined;
    }

    /** A term as it was probably meant; the term itself if it is valid or nothing is near. */
    static String term(String word) {
        if (isValid(SpfRecord.VERSION + " " + word) && !isMechanismAsModifier(word)) {
            return word;
        }
        String sign = SIGNS.indexOf(word.charAt(0)) >= 0 ? word.substring(0, 1) : "";
        String rest = word.substring(sign.length());
        int end = 0;
        while (end < rest.length() && Ascii.isAlphaNumeric(rest.charAt(end))) {
            end++;
        }
        String name = Ascii.lower(rest.substring(0, end));
        String value = end < rest.length() && ":=".indexOf(rest.charAt(end)) >= 0 ? rest.substring(end + 1) : "";
        String suffix = end < rest.length() && rest.charAt(end) == '/' ? rest.substring(end) : "";
        String repaired = sign + renamed(name, value) + suffix;
        return isValid(SpfRecord.VERSION + " " + repaired) ? repaired : bareAddress(word);
    }

    /** {@code include=x}, which the grammar takes for an unknown modifier. */
    static boolean isMechanismAsModifier(String word) {
        int equals = word.indexOf('=');
        return equals > 0 && MECHANISMS.contains(Ascii.lower(word.substring(0, equals)));
    }

    private static String renamed(String name, String value) {
        Optional<IpNetwork> network = IpNetwork.parse(value);
        if (network.isPresent()) {
            boolean four = network.get().address().getAddress().length == 4;
            boolean meant = name.equals("a")
                    || name.equals("ip4")
                    || name.equals("ip6")
                    || (four ? IP4_NAMES : IP6_NAMES).contains(name);
            if (meant) {
                return (four ? "ip4:" : "ip6:") + value;
            }
        }
        boolean modifier = name.equals("redirect") || name.equals("exp");
        String known = MECHANISMS.contains(name) || modifier
                ? name
                : Suggestions.nearest(name, List.of("include", "exists", "redirect", "all", "ip4", "ip6", "ptr"))
                        .orElse(name);
        return value.isEmpty() ? known : known + (known.equals("redirect") || known.equals("exp") ? "=" : ":") + value;
    }

    private static String bareAddress(String word) {
        return IpNetwork.parse(word)
                .map(network -> (network.address().getAddress().length == 4 ? "ip4:" : "ip6:") + word)
                .orElse(word);
    }
}
