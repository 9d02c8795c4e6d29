package org.countersign.doctor;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.countersign.domain.DomainName;
import org.countersign.syntax.Ascii;

/** Checks the text of an MTA-STS policy (RFC 8461 §3.2): lines of a name, a colon and a value, in any order. */
final class MtaStsPolicy {
    private static final Set<String> MODES = Set.of("enforce", "testing", "none");
    private static final int MAX_AGE_DIGITS = 10;
    private static final long MAX_AGE = 31_557_600;
    private static final String WILDCARD = "*.";

    private MtaStsPolicy() {}

    /**
     * Why senders ignore a policy.
     *
     * @param text as the server gave it, with line ends CRLF or LF
     * @return a clause; empty if the policy is valid
     */
    static String problem(String text) {
        Map<String, String> first = new HashMap<>();
        List<String> hosts = new ArrayList<>();
        for (String line : text.lines().toList()) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                String name = line.substring(0, colon);
                String value = line.substring(colon + 1).strip();
                if (name.equals("mx")) {
                    hosts.add(value);
                }
                // Of a field that is repeated, only the first counts.
                first.putIfAbsent(name, value);
            }
        }
        String mode = value(first, "mode");
        if (!value(first, "version").equals("STSv1")) {
            return "it has no line \"version: STSv1\"";
        }
        if (!MODES.contains(mode)) {
            return "its mode is none of enforce, testing and none";
        }
        if (!isAge(value(first, "max_age"))) {
            return "its max_age is no number of seconds up to " + MAX_AGE;
        }
        if (mode.equals("none")) {
            return "";
        }
        return hosts.isEmpty()
                ? "it names no mx"
                : hosts.stream().allMatch(MtaStsPolicy::isPattern) ? "" : "one of its mx lines has no host name";
    }

    private static String value(Map<String, String> first, String name) {
        return first.getOrDefault(name, "");
    }

    private static boolean isAge(String value) {
        return !value.isEmpty()
                && value.length() <= MAX_AGE_DIGITS
                && value.chars().allMatch(Ascii::isDigit)
                && Long.parseLong(value) <= MAX_AGE;
    }

    private static boolean isPattern(String value) {
        Optional<DomainName> host =
                DomainName.parse(value.startsWith(WILDCARD) ? value.substring(WILDCARD.length()) : value);
        return host.filter(DomainName::isHostName).isPresent();
    }
}
