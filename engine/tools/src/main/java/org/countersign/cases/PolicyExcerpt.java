package org.countersign.cases;

import java.util.List;
import java.util.Set;

/**
 * The part of a policy file that decides about a message. Sections that may have a secret are left out: only sections on a
 * list are taken. In the section {@code signing} the place of a passphrase is left out too.
 */
public final class PolicyExcerpt {
    private static final Set<String> TAKEN = Set.of(
            "authserv-id",
            "authserv-id-aliases",
            "authserv-id-subdomains",
            "mode",
            "limits",
            "inbound",
            "spf",
            "dkim",
            "dmarc",
            "protect",
            "indirect-flow",
            "quarantine",
            "signing",
            "help-url",
            "rules");

    private static final List<String> PASSPHRASES = List.of("passphrase-file:", "passphrase-env:");
    private static final String OMITTED = "omitted";

    private PolicyExcerpt() {}

    /**
     * The lines of these sections. A section begins with its key at the beginning of a line. Lines that are left out are
     * empty, so that the others keep their numbers.
     */
    public static String of(String policy) {
        StringBuilder excerpt = new StringBuilder();
        boolean taken = false;
        for (String line : (Iterable<String>) policy.lines()::iterator) {
            if (beginsSection(line)) {
                taken = TAKEN.contains(key(line));
            }
            excerpt.append(taken ? withoutPassphrase(line) : "").append('\n');
        }
        return excerpt.toString();
    }

    /** Whether a line is no continuation of a section: neither indented nor empty, no comment, no item of a list. */
    private static boolean beginsSection(String line) {
        return !line.isEmpty()
                && List.of(' ', '\t', '#', '-', ']', '}').stream().noneMatch(c -> line.charAt(0) == c);
    }

    /** The line with another value of a key that says where a passphrase is. */
    private static String withoutPassphrase(String line) {
        String shown = line;
        for (String key : PASSPHRASES) {
            int at = shown.indexOf(key);
            int from = at + key.length();
            if (at >= 0) {
                int end = from;
                while (end < shown.length() && shown.charAt(end) != ',' && shown.charAt(end) != '}') {
                    end++;
                }
                shown = shown.substring(0, from) + " " + OMITTED + shown.substring(end);
            }
        }
        return shown;
    }

    private static String key(String line) {
        int colon = line.indexOf(':');
        String key = colon < 0 ? line : line.substring(0, colon);
        return key.strip().replace("\"", "").replace("'", "");
    }
}
