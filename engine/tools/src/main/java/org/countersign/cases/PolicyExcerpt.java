package org.countersign.cases;

import java.util.List;
import java.util.Set;

/**
 * The part of a policy file that decides about inbound mail. Sections that may have a secret, or the name of one, are left
 * out: only sections on a list are taken.
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
            "help-url",
            "rules");

    private PolicyExcerpt() {}

    /** The lines of these sections. A section begins with its key at the beginning of a line. */
    public static String of(String policy) {
        StringBuilder excerpt = new StringBuilder();
        boolean taken = false;
        for (String line : (Iterable<String>) policy.lines()::iterator) {
            if (beginsSection(line)) {
                taken = TAKEN.contains(key(line));
            }
            if (taken) {
                excerpt.append(line).append('\n');
            }
        }
        return excerpt.toString();
    }

    /** Whether a line is no continuation of a section: neither indented nor empty, no comment, no item of a list. */
    private static boolean beginsSection(String line) {
        return !line.isEmpty()
                && List.of(' ', '\t', '#', '-', ']', '}').stream().noneMatch(c -> line.charAt(0) == c);
    }

    private static String key(String line) {
        int colon = line.indexOf(':');
        String key = colon < 0 ? line : line.substring(0, colon);
        return key.strip().replace("\"", "").replace("'", "");
    }
}
