package org.countersign.config;

import java.util.List;
import java.util.Optional;
import org.countersign.domain.DomainName;
import org.countersign.signing.KeyValidity;

/**
 * An item of {@code signing.keys} with {@code domains: ["*"]}: a key for every domain that there is a key file for.
 *
 * @param selector {@code selector}; empty where the names of the files have it
 * @param files {@code key-file}, relative to the directory of the policy file
 * @param passphrase where the passphrase of encrypted key files is
 * @param subdomains whether each key signs for the domains below its own too
 * @param validity {@code active-from} and {@code retire-after} of all these keys
 * @param location of {@code key-file}, for messages about the key files
 */
public record KeyTemplate(
        Optional<DomainName> selector,
        KeyFilePattern files,
        Optional<PassphraseSource> passphrase,
        boolean subdomains,
        KeyValidity validity,
        ConfigLocation location) {
    private static final String EVERY_DOMAIN = "*";

    /** Whether an item of {@code signing.keys} is a template. */
    static boolean isTemplate(SectionReader section) {
        return section.isOnly("domains", EVERY_DOMAIN);
    }

    /** Reads a template; empty where a problem was reported. */
    static Optional<KeyTemplate> read(SectionReader section) {
        section.list("domains", ValueType.TEXT, List.of());
        Optional<DomainName> selector = section.optional("selector", ValueType.SELECTOR);
        Optional<KeyFilePattern> files =
                section.required("key-file", KeyEntry.FILE).map(KeyFilePattern::new);
        Optional<PassphraseSource> passphrase = PassphraseSource.read(section);
        boolean subdomains = section.value("subdomains", ValueType.BOOLEAN, false);
        KeyValidity validity = KeyEntry.validity(section);
        if (files.isEmpty()) {
            return Optional.empty();
        }
        if (!files.get().hasDomain()) {
            section.report(
                    "key-file",
                    "has no place for the domain, although domains is [\"*\"]",
                    "write {domain} where the names of the files have the domain, or list the domains");
            return Optional.empty();
        }
        if (selector.isEmpty() && !files.get().hasSelector()) {
            section.report(
                    "lacks the key selector", "add selector, or {selector} where the names of the files have it");
            return Optional.empty();
        }
        KeyFilePattern pattern = selector.map(files.get()::withSelector).orElse(files.get());
        return Optional.of(
                new KeyTemplate(selector, pattern, passphrase, subdomains, validity, section.location("key-file")));
    }

    /**
     * The key of one of the files.
     *
     * @param match what the name of the file says
     * @param file its name
     * @return empty if the name has no selector where it is needed, or if the DNS could not hold the name of the key
     */
    public Optional<KeyEntry> key(KeyFilePattern.Match match, String file) {
        Optional<DomainName> ofKey = selector.or(match::selector);
        if (match.domain().isEmpty() || ofKey.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new KeyEntry(
                        Optional.empty(),
                        match.domain().get(),
                        ofKey.get().toString(),
                        file,
                        passphrase,
                        subdomains,
                        validity,
                        location))
                .filter(KeyEntry::hasRecordName);
    }
}
