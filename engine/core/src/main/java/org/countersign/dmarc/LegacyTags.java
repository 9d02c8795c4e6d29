package org.countersign.dmarc;

import java.util.Optional;
import org.countersign.syntax.Ascii;
import org.countersign.syntax.Octets;
import org.countersign.syntax.TagList;

/**
 * What a record says to a receiver that still goes by RFC 7489: there {@code np}, {@code psd} and {@code t} are unknown
 * tags, and {@code pct} has a meaning.
 *
 * @param policyTagsValid whether {@code p} is there and valid, and {@code sp} is valid where it is there
 * @param percentage {@code pct}, 0 to 100: of how many failing messages the policy is to be applied to
 */
record LegacyTags(boolean policyTagsValid, int percentage) {
    private static final int ALL = 100;

    static LegacyTags of(DmarcRecord record) {
        TagList tags = TagList.parse(record.text());
        boolean valid = record.policy().isPresent()
                && (record.subdomainPolicy().isPresent() || tags.tag("sp").isEmpty());
        return new LegacyTags(
                valid, tags.value("pct").flatMap(LegacyTags::percentage).orElse(ALL));
    }

    // RFC 7489 §6.3 pct; what is no such number counts as if it were not there.
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
