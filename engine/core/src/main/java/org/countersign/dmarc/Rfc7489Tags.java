package org.countersign.dmarc;

import java.util.Optional;
import org.countersign.syntax.Ascii;
import org.countersign.syntax.Octets;
import org.countersign.syntax.TagList;

/**
 * The tags of a record that RFC 7489 defines differently from RFC 9989.
 *
 * @param policyTagsValid whether {@code p} is present and valid, and {@code sp} is valid if present
 * @param percentage {@code pct}, 0 to 100: the share of failing messages that the policy is applied to
 */
record Rfc7489Tags(boolean policyTagsValid, int percentage) {
    private static final int ALL = 100;

    static Rfc7489Tags of(DmarcRecord record) {
        TagList tags = TagList.parse(record.text());
        boolean valid = record.policy().isPresent()
                && (record.subdomainPolicy().isPresent() || tags.tag("sp").isEmpty());
        return new Rfc7489Tags(
                valid, tags.value("pct").flatMap(Rfc7489Tags::percentage).orElse(ALL));
    }

    // RFC 7489 §6.3 pct; an invalid value counts as absent.
    private static Optional<Integer> percentage(Octets value) {
        if (value.isEmpty() || value.length() > 3) {
            return Optional.empty();
        }
        int number = 0;
        for (int i = 0; i < value.length(); i++) {
            if (!Ascii.isDigit(value.at(i))) {
                return Optional.empty();
            }
            number = 10 * number + value.at(i) - '0';
        }
        return Optional.of(number).filter(percentage -> percentage <= ALL);
    }
}
