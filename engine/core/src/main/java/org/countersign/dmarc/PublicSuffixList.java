package org.countersign.dmarc;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.countersign.domain.DomainName;

/**
 * The Public Suffix List with its ICANN and private sections, which gives the Organizational Domain of RFC 7489 §3.2: the
 * public suffix and one label more. The algorithm is that of publicsuffix.org/list. Immutable.
 */
public final class PublicSuffixList {
    private static final String RESOURCE = "effective_tld_names.dat";
    private static final String VERSION = "// VERSION: ";
    private static final String WILDCARD = "*.";

    private final Set<DomainName> rules = new HashSet<>();
    /** The names below which every label is a public suffix: {@code ck} for the rule {@code *.ck}. */
    private final Set<DomainName> wildcards = new HashSet<>();
    /** The names that an exception rule exempts from a wildcard: {@code www.ck} for the rule {@code !www.ck}. */
    private final Set<DomainName> exceptions = new HashSet<>();

    private String version = "unknown";

    private PublicSuffixList() {}

    /**
     * Reads the list that the build packs into this library. It is as old as the library.
     *
     * @throws IllegalStateException if the list is missing or cannot be read
     */
    public static PublicSuffixList bundled() {
        try (InputStream in = PublicSuffixList.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException("the Public Suffix List is missing: no resource " + RESOURCE
                        + " in the package of " + PublicSuffixList.class.getName());
            }
            return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException unreadable) {
            throw new IllegalStateException("the Public Suffix List cannot be read", unreadable);
        }
    }

    /** Reads a list in its published format: one rule a line, up to the first white space; comments begin with //. */
    static PublicSuffixList parse(String text) {
        PublicSuffixList list = new PublicSuffixList();
        text.lines().forEach(list::readLine);
        return list;
    }

    private void readLine(String line) {
        if (line.startsWith("//")) {
            // Among the comments before the first rule: "// VERSION: 2026-10-06_16-13-12_UTC".
            if (line.startsWith(VERSION) && rules.isEmpty()) {
                version = line.substring(VERSION.length()).strip();
            }
            return;
        }
        String rule = untilWhiteSpace(line);
        if (rule.startsWith("!")) {
            DomainName.parse(rule.substring(1)).ifPresent(exceptions::add);
        } else if (rule.startsWith(WILDCARD)) {
            DomainName.parse(rule.substring(WILDCARD.length())).ifPresent(wildcards::add);
        } else {
            DomainName.parse(rule).ifPresent(rules::add);
        }
    }

    private static String untilWhiteSpace(String line) {
        int end = 0;
        while (end < line.length() && !Character.isWhitespace(line.charAt(end))) {
            end++;
        }
        return line.substring(0, end);
    }

    /** The date and time of the list, such as {@code 2026-10-06_16-13-12_UTC}; {@code unknown} if it has none. */
    public String version() {
        return version;
    }

    /** Whether domains below this name are registered by different parties. */
    public boolean isPublicSuffix(DomainName name) {
        return suffixLabels(name) == name.labelCount();
    }

    /** The Organizational Domain of a name; the name itself if it is a public suffix. */
    public DomainName organizationalDomain(DomainName name) {
        return name.rightmost(suffixLabels(name) + 1);
    }

    /** The number of labels of the public suffix of a name. */
    private int suffixLabels(DomainName name) {
        // An exception rule prevails over every other rule. Its public suffix is the rule without the leftmost label.
        for (int labels = name.labelCount(); labels > 1; labels--) {
            if (exceptions.contains(name.rightmost(labels))) {
                return labels - 1;
            }
        }
        // Otherwise the matching rule with the most labels prevails.
        for (int labels = name.labelCount(); labels > 1; labels--) {
            DomainName candidate = name.rightmost(labels);
            Optional<DomainName> parent = candidate.parent();
            if (rules.contains(candidate) || parent.filter(wildcards::contains).isPresent()) {
                return labels;
            }
        }
        // If no rule matches, the prevailing rule is "*": the top-level domain.
        return 1;
    }
}
