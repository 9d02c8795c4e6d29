package org.countersign.importer;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.countersign.config.ValueType;
import org.countersign.dmarc.PublicSuffixList;
import org.countersign.domain.AddressPattern;
import org.countersign.domain.DomainName;
import org.countersign.service.FileFailure;

/** The keys of each domain, as rspamd finds them, and the key files that a name leads to. */
final class RspamdDomainKeys {
    private final Findings findings;
    private final KeySupply supply;
    private final boolean organizations;
    private final PublicSuffixList suffixes = PublicSuffixList.bundled();
    private final Map<DomainName, List<DraftKey>> keys = new LinkedHashMap<>();
    private final Set<String> usedFiles = new LinkedHashSet<>();

    /**
     * @param organizations whether the key is that of the author's organization ({@code use_esld})
     */
    RspamdDomainKeys(Findings findings, KeySupply supply, boolean organizations) {
        this.findings = findings;
        this.supply = supply;
        this.organizations = organizations;
    }

    /** Whether mail of the domain is signed at all: with use_esld a key of a subdomain is never asked for. */
    boolean isAskedFor(DomainName domain, Origin origin) {
        if (!organizations || suffixes.organizationalDomain(domain).equals(domain)) {
            return true;
        }
        findings.addOnce(
                FindingClass.DEAD,
                origin,
                domain.toString(),
                "With use_esld = true rspamd asks for the organization's domain only, and this is not one.");
        return false;
    }

    boolean contains(DomainName domain) {
        return keys.containsKey(domain);
    }

    void add(DomainName domain, DraftKey key) {
        keys.computeIfAbsent(domain, unused -> new ArrayList<>(1)).add(key);
    }

    /**
     * Adds the key in a file, if it can be used.
     *
     * @param template the name of the file, as {@link RspamdKeyNames#path} has it
     */
    void add(DomainName domain, String selector, String template, Origin origin) throws FileFailure {
        Optional<DomainName> name = ValueType.SELECTOR.parse(selector);
        if (name.isEmpty()) {
            findings.add(FindingClass.DANGER, origin, selector, "It is no selector: no DNS record can have it.");
            return;
        }
        String file = RspamdKeyNames.file(template, domain, selector);
        usedFiles.add(file);
        supply.fromFile(domain, name.get(), file, origin, domain + " " + selector)
                .ifPresent(key -> add(domain, key));
    }

    /** Notes that the name of a file is that of a key of a domain, whether it can be used or not. */
    void markUsed(String file) {
        usedFiles.add(file);
    }

    boolean isUsed(String file) {
        return usedFiles.contains(file);
    }

    /** An entry of the policy for each domain. */
    void addTo(PolicyDraft draft) {
        keys.forEach((domain, ofDomain) -> {
            draft.addEntries(List.of(
                    DraftEntry.ofAuthors(List.of(new AddressPattern.Domain(domain)), ofDomain, Optional.empty())));
            if (organizations) {
                ofDomain.forEach(draft::addSubdomains);
            }
        });
    }
}
