package org.countersign.dmarc;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.hc.client5.http.psl.PublicSuffixListParser;
import org.apache.hc.client5.http.psl.PublicSuffixMatcher;
import org.countersign.domain.DomainName;
import org.jspecify.annotations.Nullable;

/**
 * The Public Suffix List, by which RFC 7489 §3.2 finds an Organizational Domain: one label more than the longest
 * suffix of the list, those of its private section included. A top-level name that is not listed counts as a suffix,
 * as the list's own rules say. Immutable.
 */
public final class PublicSuffixList {
    private static final String RESOURCE = "/org/publicsuffix/list/effective_tld_names.dat";
    private static final String VERSION = "// VERSION: ";

    private final PublicSuffixMatcher matcher;
    private final String version;

    private PublicSuffixList(PublicSuffixMatcher matcher, String version) {
        this.matcher = matcher;
        this.version = version;
    }

    /**
     * The list that comes with the library, which grows old with it.
     *
     * @throws IllegalStateException if there is none on the class path
     */
    public static PublicSuffixList bundled() {
        try (InputStream in = PublicSuffixMatcher.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException("no " + RESOURCE + " on the class path: another release of httpclient5"
                        + " stands before the one that came with the engine");
            }
            return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException unreadable) {
            throw new IllegalStateException("the Public Suffix List on the class path cannot be read", unreadable);
        }
    }

    /** Reads a list in the form in which it is published. */
    static PublicSuffixList parse(String text) {
        try {
            return new PublicSuffixList(
                    new PublicSuffixMatcher(PublicSuffixListParser.INSTANCE.parseByType(new StringReader(text))),
                    readVersion(text));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    // Among the comments before the first rule: "// VERSION: 2026-10-06_16-13-12_UTC".
    private static String readVersion(String text) throws IOException {
        BufferedReader lines = new BufferedReader(new StringReader(text));
        @Nullable String line = lines.readLine();
        while (line != null && (line.isBlank() || line.startsWith("//"))) {
            if (line.startsWith(VERSION)) {
                return line.substring(VERSION.length()).strip();
            }
            line = lines.readLine();
        }
        return "unknown";
    }

    /** When the list was made, such as {@code 2026-10-06_16-13-12_UTC}; {@code unknown} where it does not say. */
    public String version() {
        return version;
    }

    /** Whether below this name others register domains of their own, those of the private section included. */
    public boolean isPublicSuffix(DomainName name) {
        return matcher.getDomainRoot(name.toString()) == null;
    }

    /** The Organizational Domain of a name; the name itself where it is a public suffix. */
    public DomainName organizationalDomain(DomainName name) {
        @Nullable String root = matcher.getDomainRoot(name.toString());
        return Optional.ofNullable(root)
                .flatMap(DomainName::parse)
                .filter(name::isWithin)
                .orElse(name);
    }
}
