package org.countersign.domain;

import com.ibm.icu.text.IDNA;
import com.ibm.icu.util.ICUInputTooLongException;
import java.text.Normalizer;
import java.util.Locale;
import java.util.Optional;
import org.countersign.syntax.Ascii;
import org.countersign.syntax.SipHash;

/**
 * A domain name that is valid in the DNS: one or more labels of 1 to 63 printing US-ASCII characters, at most 253 octets in
 * total, lower case, without a trailing dot. Parsing converts U-labels to A-labels (RFC 8616), so that equal names are the
 * same domain. Only a name of {@link #parseQueryName} may contain a space.
 */
public final class DomainName implements Comparable<DomainName> {
    // RFC 1035 §2.3.4: 255 octets in wire format, which are 253 characters of text.
    private static final int MAX_LENGTH = 253;
    private static final int MAX_LABEL = 63;
    // A U-label has at most 63 characters. Longer text cannot become a name and is not converted.
    private static final int MAX_INPUT = 1024;
    // RFC 5891: IDNA2008 without transitional mappings, as registries use it.
    private static final IDNA IDNA2008 = IDNA.getUTS46Instance(
            IDNA.NONTRANSITIONAL_TO_ASCII | IDNA.NONTRANSITIONAL_TO_UNICODE | IDNA.CHECK_BIDI | IDNA.CHECK_CONTEXTJ);

    // Attackers choose names, which are keys of maps. With a known hash function they could make the maps slow.
    private static final SipHash HASH = SipHash.withRandomKey();

    private final String text;
    private final int labelCount;
    // Computed on first use; 0 until then. A race is harmless, because all threads compute the same value.
    private int hash;

    private DomainName(String text, int labelCount) {
        this.text = text;
        this.labelCount = labelCount;
    }

    /**
     * Parses a name of A-labels or U-labels, with or without a trailing dot. Empty for text that is no valid name in the
     * DNS, and for the root.
     */
    public static Optional<DomainName> parse(String input) {
        if (input.isEmpty() || input.length() > MAX_INPUT) {
            return Optional.empty();
        }
        String ascii;
        if (Ascii.isAscii(input)) {
            ascii = Ascii.lower(input);
        } else {
            Optional<String> converted = toAscii(input);
            if (converted.isEmpty()) {
                return Optional.empty();
            }
            ascii = converted.get();
        }
        if (ascii.endsWith(".")) {
            ascii = ascii.substring(0, ascii.length() - 1);
        }
        return of(ascii, '!');
    }

    private static Optional<String> toAscii(String input) {
        IDNA.Info info = new IDNA.Info();
        try {
            StringBuilder converted = IDNA2008.nameToASCII(input, new StringBuilder(), info);
            return info.hasErrors() ? Optional.empty() : Optional.of(Ascii.lower(converted.toString()));
        } catch (ICUInputTooLongException tooLong) {
            // Thrown for a label of more than 1,000 characters, after mappings of one character to up to 18.
            return Optional.empty();
        }
    }

    /**
     * Parses a name that a program has built for a query, such as the result of an SPF macro expansion (RFC 7208 §4.8). It
     * is US-ASCII, is not converted, and may contain spaces.
     */
    public static Optional<DomainName> parseQueryName(String input) {
        String ascii = Ascii.lower(input);
        return of(ascii.endsWith(".") ? ascii.substring(0, ascii.length() - 1) : ascii, ' ');
    }

    private static Optional<DomainName> of(String ascii, char lowest) {
        int labels = countLabels(ascii, lowest);
        return labels == 0 ? Optional.empty() : Optional.of(new DomainName(ascii, labels));
    }

    /**
     * A valid name, for constants and tests.
     *
     * @throws IllegalArgumentException if the text is no valid name
     */
    public static DomainName of(String input) {
        return parse(input).orElseThrow(() -> new IllegalArgumentException("not a domain name: " + input));
    }

    /** The number of labels; 0 if the text is no name. */
    private static int countLabels(String text, char lowest) {
        if (text.isEmpty() || text.length() > MAX_LENGTH) {
            return 0;
        }
        int labels = 1;
        int labelStart = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '.') {
                if (i == labelStart || i - labelStart > MAX_LABEL) {
                    return 0;
                }
                labels++;
                labelStart = i + 1;
            } else if (c < lowest || c > '~') {
                return 0;
            }
        }
        int last = text.length() - labelStart;
        return last == 0 || last > MAX_LABEL ? 0 : labels;
    }

    /** The number of labels, at least 1. */
    public int labelCount() {
        return labelCount;
    }

    /** The name of the {@code count} rightmost labels; the name itself if it has no more. */
    public DomainName rightmost(int count) {
        if (count < 1) {
            throw new IllegalArgumentException("a name has at least one label");
        }
        if (count >= labelCount) {
            return this;
        }
        int cut = text.length();
        for (int i = 0; i < count; i++) {
            cut = text.lastIndexOf('.', cut - 1);
        }
        return new DomainName(text.substring(cut + 1), count);
    }

    /** The name without its leftmost label; empty for a single label. */
    public Optional<DomainName> parent() {
        return labelCount == 1 ? Optional.empty() : Optional.of(rightmost(labelCount - 1));
    }

    /** The subdomain with these labels; empty if it would be too long. */
    public Optional<DomainName> child(String labels) {
        return parse(labels + "." + text);
    }

    /** The subdomain with all labels of the other name; empty if it would be too long. */
    public Optional<DomainName> child(DomainName labels) {
        String whole = labels.text + "." + text;
        return whole.length() > MAX_LENGTH
                ? Optional.empty()
                : Optional.of(new DomainName(whole, labels.labelCount + labelCount));
    }

    /** Whether this is the other name or a subdomain of it. */
    public boolean isWithin(DomainName other) {
        int offset = text.length() - other.text.length();
        return offset == 0
                ? text.equals(other.text)
                : offset > 0 && text.charAt(offset - 1) == '.' && text.endsWith(other.text);
    }

    /**
     * Whether all labels have only letters, digits, hyphens and underscores, as mail domains do. A name from a macro
     * expansion or a hostile header may have other characters.
     */
    public boolean isHostName() {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!Ascii.isAlphaNumeric(c) && c != '-' && c != '_' && c != '.') {
                return false;
            }
        }
        return true;
    }

    /** Whether all labels have only letters, digits and hyphens, without a hyphen at either end (RFC 5321 §4.1.2). */
    public boolean isLdh() {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean inner = c == '-' && !isEdge(i - 1) && !isEdge(i + 1);
            if (!Ascii.isAlphaNumeric(c) && c != '.' && !inner) {
                return false;
            }
        }
        return true;
    }

    private boolean isEdge(int index) {
        return index < 0 || index == text.length() || text.charAt(index) == '.';
    }

    /** The name in U-labels, for people and for internationalized headers. */
    String toUnicode() {
        if (!text.contains("xn--")) {
            return text;
        }
        IDNA.Info info = new IDNA.Info();
        String unicode = IDNA2008.nameToUnicode(text, new StringBuilder(), info).toString();
        return info.hasErrors() ? text : unicode;
    }

    /**
     * Whether a text is this name in A-labels or U-labels, in any case. It is not if the conversion to this name removes or
     * replaces characters, such as invisible hyphens or full stops of other scripts, because not all programs do that.
     */
    public boolean isWrittenAs(String written) {
        if (Ascii.isAscii(written)) {
            return true;
        }
        String relative = written.endsWith(".") ? written.substring(0, written.length() - 1) : written;
        return Normalizer.normalize(relative.toLowerCase(Locale.ROOT), Normalizer.Form.NFC)
                .equals(toUnicode());
    }

    @Override
    public int compareTo(DomainName other) {
        return text.compareTo(other.text);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof DomainName that && text.equals(that.text);
    }

    @Override
    public int hashCode() {
        int known = hash;
        if (known == 0) {
            known = (int) HASH.hash(text);
            hash = known;
        }
        return known;
    }

    /** The name in A-labels, lower case, without a trailing dot. */
    @Override
    public String toString() {
        return text;
    }
}
