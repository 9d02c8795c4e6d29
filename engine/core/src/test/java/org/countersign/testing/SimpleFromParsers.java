package org.countersign.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Parses the domain of a From field in the different ways of simple programs. */
public final class SimpleFromParsers {
    private static final Pattern IN_BRACKETS = Pattern.compile("<([^<>]*)>");
    private static final Pattern ADDRESS = Pattern.compile("[^\\s<>\"(),;:@]+@([A-Za-z0-9._-]+)");
    private static final Pattern BEHIND_AT = Pattern.compile("@([A-Za-z0-9.-]+)");
    private static final Pattern QUOTED = Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*\"");
    private static final Pattern PUBLIC = Pattern.compile("[a-z0-9_-]+(\\.[a-z0-9_-]+)*\\.[a-z]{2,}");

    private SimpleFromParsers() {}

    /**
     * Returns the domains that the programs find.
     *
     * @param plain whether the field is in a plain spelling, so that they know what is quoted
     */
    public static List<String> domains(String field, boolean plain) {
        String value = field.replace("\r\n", "");
        List<String> found = new ArrayList<>();
        if (plain) {
            value = QUOTED.matcher(value).replaceAll("");
        }
        List<String> brackets = all(IN_BRACKETS, value);
        if (!brackets.isEmpty()) {
            found.add(afterLastAt(brackets.get(0)));
            found.add(afterLastAt(brackets.get(brackets.size() - 1)));
        }
        List<String> addresses = all(ADDRESS, value);
        if (plain) {
            addresses.stream().findFirst().ifPresent(found::add);
        } else {
            found.addAll(addresses);
            found.addAll(all(BEHIND_AT, value));
        }
        return publicOnes(found);
    }

    /** The domains that can exist in the public DNS, in lower case. */
    public static List<String> publicOnes(List<String> domains) {
        return domains.stream()
                .map(domain -> domain.strip().toLowerCase(Locale.ROOT).replaceAll("^\\.+|\\.+$", ""))
                .filter(domain -> PUBLIC.matcher(domain).matches())
                .toList();
    }

    private static List<String> all(Pattern pattern, String value) {
        List<String> found = new ArrayList<>();
        Matcher matcher = pattern.matcher(value);
        while (matcher.find()) {
            found.add(matcher.group(1));
        }
        return found;
    }

    private static String afterLastAt(String address) {
        int at = address.lastIndexOf('@');
        return at < 0 ? "" : address.substring(at + 1);
    }
}
