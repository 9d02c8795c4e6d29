package org.countersign.config;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;
import org.countersign.domain.DomainName;
import org.countersign.signing.KeyValidity;
import org.countersign.syntax.Ascii;

/**
 * One item of {@code signing.keys}, the section {@code arc.seal}, or what a line of a table file says of its key.
 *
 * @param name {@code name}: what the table calls it, where it has a name of its own
 * @param domain {@code domain}: the SDID, d= of the signature
 * @param selector {@code selector}: s= of the signature
 * @param keyFile {@code key-file}: where the private key is, for the host to read; a relative name begins at the
 *     directory of the file that it stands in
 * @param passphrase {@code passphrase-file} or {@code passphrase-env}: what opens the key file, where it is encrypted
 * @param dates {@code active-from} and {@code retire-after}
 * @param location of {@code key-file}, for what the host finds wrong with it
 */
public record KeyEntry(
        Optional<String> name,
        DomainName domain,
        String selector,
        String keyFile,
        Optional<PassphraseSource> passphrase,
        KeyValidity dates,
        ConfigLocation location) {
    /** The first moment that is meant: the date's first. */
    static final ValueType<Instant> ACTIVE_FROM = moment(0);

    /** The first moment beyond what is meant: the first after the date. */
    static final ValueType<Instant> RETIRE_AFTER = moment(1);

    private static final ValueType<String> FILE = ValueType.of("the name of a PEM file", ValueType.TEXT::parse);

    // No dots: a name is never taken for a domain or for the name of a key record.
    private static final ValueType<String> NAME = ValueType.of(
            "a name of letters, digits and hyphens",
            text -> Optional.of(text)
                    .filter(word -> !word.isEmpty()
                            && word.chars().allMatch(c -> Ascii.isAlphaNumeric(c) || c == '-' || c == '_')));

    private static ValueType<Instant> moment(int daysAdded) {
        return ValueType.of("a date or a time in UTC such as 2026-07-01 or 2026-07-01T06:00:00Z", text -> {
            try {
                return Optional.of(
                        text.indexOf('T') < 0
                                ? LocalDate.parse(text)
                                        .plusDays(daysAdded)
                                        .atStartOfDay(ZoneOffset.UTC)
                                        .toInstant()
                                : Instant.parse(text));
            } catch (DateTimeException noDate) {
                return Optional.empty();
            }
        });
    }

    /** A key that the table may call by a name of its own. */
    static Optional<KeyEntry> readNamed(SectionReader section) {
        return read(section, section.optional("name", NAME));
    }

    /** A key without a name. */
    static Optional<KeyEntry> read(SectionReader section) {
        return read(section, Optional.empty());
    }

    private static Optional<KeyEntry> read(SectionReader section, Optional<String> name) {
        Optional<DomainName> domain = section.required("domain", ValueType.DOMAIN_NAME);
        Optional<DomainName> selector = section.required("selector", ValueType.SELECTOR);
        Optional<String> file = section.required("key-file", FILE);
        Optional<PassphraseSource> passphrase = PassphraseSource.read(section);
        KeyValidity dates = new KeyValidity(
                section.optional("active-from", ACTIVE_FROM), section.optional("retire-after", RETIRE_AFTER));
        if (!dates.isPossible()) {
            section.report("retire-after", "is before active-from", "exchange the two");
        }
        if (domain.isEmpty() || selector.isEmpty() || file.isEmpty()) {
            return Optional.empty();
        }
        KeyEntry key = new KeyEntry(
                name,
                domain.get(),
                selector.get().toString(),
                file.get(),
                passphrase,
                dates,
                section.location("key-file"));
        if (!key.hasRecordName()) {
            section.report(section.location("selector")
                    .problem("together with the domain makes a name that is too long for the DNS"));
            return Optional.empty();
        }
        return Optional.of(key);
    }

    boolean hasRecordName() {
        return domain.child(selector + "._domainkey").isPresent();
    }

    /** RFC 6376 §3.6.2.1: the name under which the public key is published. */
    public String recordName() {
        return selector + "._domainkey." + domain;
    }
}
