package org.countersign.config;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.domain.DomainName;
import org.countersign.keys.PublicKeyRecords;
import org.countersign.signing.KeyValidity;
import org.countersign.syntax.Ascii;

/**
 * A key as a file names it: an item of {@code signing.keys}, the section {@code arc.seal}, or a line of a table file.
 *
 * @param name {@code name}: the name of the key in the table; empty for none
 * @param domain {@code domain}: the SDID, d= of the signature
 * @param selector {@code selector}: s= of the signature
 * @param keyFile {@code key-file}: the file with the private key, relative to the directory of the file that names it
 * @param passphrase {@code passphrase-file} or {@code passphrase-env}: where the passphrase of an encrypted
 *     key file is
 * @param subdomains {@code subdomains}: whether the key signs for the domains below its own too
 * @param validity {@code active-from} and {@code retire-after}
 * @param location of {@code key-file}, for messages about the key file
 */
public record KeyEntry(
        Optional<String> name,
        DomainName domain,
        String selector,
        String keyFile,
        Optional<PassphraseSource> passphrase,
        boolean subdomains,
        KeyValidity validity,
        ConfigLocation location) {
    /** The first moment of a date, or a moment. */
    public static final ValueType<Instant> ACTIVE_FROM = moment(0);

    /** The first moment after a date, or a moment. */
    public static final ValueType<Instant> RETIRE_AFTER = moment(1);

    static final ValueType<String> FILE = ValueType.of("the name of a PEM file", ValueType.TEXT::parse);

    // Without dots, so that a name is never mistaken for a domain or for the name of a key record.
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

    /** Reads a key that signs for one domain, without a name. */
    static Optional<KeyEntry> read(SectionReader section) {
        Optional<DomainName> domain = section.required("domain", ValueType.DOMAIN_NAME);
        Optional<DomainName> selector = section.required("selector", ValueType.SELECTOR);
        Optional<String> file = section.required("key-file", FILE);
        Optional<PassphraseSource> passphrase = PassphraseSource.read(section);
        KeyValidity validity = validity(section);
        if (domain.isEmpty() || selector.isEmpty() || file.isEmpty()) {
            return Optional.empty();
        }
        KeyEntry key = new KeyEntry(
                Optional.empty(),
                domain.get(),
                selector.get().toString(),
                file.get(),
                passphrase,
                false,
                validity,
                section.location("key-file"));
        return key.reportLongName(section) ? Optional.empty() : Optional.of(key);
    }

    /**
     * Reads an item of {@code signing.keys}: one key file that signs for one domain or for several.
     *
     * @return one entry for each domain; none where a problem was reported, and for a {@link KeyTemplate}
     */
    static List<KeyEntry> readNamed(SectionReader section) {
        Optional<String> name = section.optional("name", NAME);
        List<DomainName> domains = domains(section);
        Optional<DomainName> selector = section.required("selector", ValueType.SELECTOR);
        Optional<KeyFilePattern> file = section.required("key-file", FILE).map(KeyFilePattern::new);
        Optional<PassphraseSource> passphrase = PassphraseSource.read(section);
        boolean subdomains = section.value("subdomains", ValueType.BOOLEAN, false);
        KeyValidity validity = validity(section);
        if (name.isPresent() && section.has("domains")) {
            section.report("name", "is for a key of one domain", "remove it: the table can name the domains");
        }
        if (selector.isEmpty() || file.isEmpty()) {
            return List.of();
        }
        List<KeyEntry> keys = new ArrayList<>();
        for (DomainName domain : domains) {
            KeyEntry key = new KeyEntry(
                    name,
                    domain,
                    selector.get().toString(),
                    file.get().of(domain, selector.get()),
                    passphrase,
                    subdomains,
                    validity,
                    section.location("key-file"));
            if (!key.reportLongName(section)) {
                keys.add(key);
            }
        }
        return keys;
    }

    private static List<DomainName> domains(SectionReader section) {
        if (!section.has("domains")) {
            return section.required("domain", ValueType.DOMAIN_NAME).stream().toList();
        }
        if (section.optional("domain", ValueType.DOMAIN_NAME).isPresent()) {
            section.report("domain", "is given together with domains", "keep one of the two");
        }
        return section.nonEmptyList("domains", ValueType.DOMAIN_NAME, List.of());
    }

    static KeyValidity validity(SectionReader section) {
        KeyValidity validity = new KeyValidity(
                section.optional("active-from", ACTIVE_FROM), section.optional("retire-after", RETIRE_AFTER));
        if (!validity.isPossible()) {
            section.report("retire-after", "is before active-from", "exchange the two");
        }
        return validity;
    }

    private boolean reportLongName(SectionReader section) {
        if (!hasRecordName()) {
            section.report(section.location("selector").problem(PublicKeyRecords.NAME_TOO_LONG));
        }
        return !hasRecordName();
    }

    boolean hasRecordName() {
        return PublicKeyRecords.name(domain, selector).isPresent();
    }

    /** RFC 6376 §3.6.2.1: the name under which the public key is published. */
    public String recordName() {
        return selector + "._domainkey." + domain;
    }
}
