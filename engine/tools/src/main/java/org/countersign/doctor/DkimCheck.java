package org.countersign.doctor;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.countersign.config.KeyEntry;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.DnsRecord;
import org.countersign.domain.DomainName;
import org.countersign.keys.VerificationKey;
import org.countersign.syntax.Ascii;
import org.countersign.syntax.TagList;

/** Examines the key records of a domain, selector by selector (RFC 6376 §3.6, RFC 8301, RFC 8463). */
final class DkimCheck {
    private final DomainContext context;
    private final DomainName domain;
    private final DomainDns dns;
    private final Map<String, VerificationKey> good = new LinkedHashMap<>();

    DkimCheck(DomainContext context) {
        this.context = context;
        this.domain = context.domain();
        this.dns = context.dns();
    }

    /** The keys that signatures can be verified with, by their selectors. */
    Map<String, VerificationKey> run() {
        Set<String> selectors = new LinkedHashSet<>(context.request().selectors());
        List<KeyEntry> entries =
                context.request().own().map(own -> own.entries(domain)).orElse(List.of());
        entries.forEach(entry -> selectors.add(entry.selector()));
        context.request().guesses().stream()
                .filter(guess -> !dns.texts(keyName(guess)).isEmpty())
                .filter(guess -> dns.texts(keyName(SpfCheck.UNLIKELY_LABEL)).isEmpty())
                .forEach(selectors::add);
        if (selectors.isEmpty() && !context.request().parked()) {
            noKeyAtAll();
        }
        for (String selector : selectors) {
            Optional<KeyEntry> signing = entries.stream()
                    .filter(entry -> Ascii.lower(entry.selector()).equals(Ascii.lower(selector)))
                    .findFirst();
            new DkimSelectorCheck(context, selector, signing).run().ifPresent(key -> good.put(selector, key));
        }
        ed25519Alone();
        shared();
        oldPolicies();
        return Map.copyOf(good);
    }

    /** RFC 8020: below a name that does not exist, nothing does. */
    private void noKeyAtAll() {
        DomainName keys = context.below("_domainkey");
        if (dns.lookup(DnsQuery.txt(keys)) instanceof DnsAnswer.NoSuchName) {
            context.add(
                    FindingId.DKIM_MISSING,
                    keys,
                    "",
                    "The name does not exist, so that the domain has no key under any selector.");
        }
    }

    private DomainName keyName(String selector) {
        return context.below(selector + "._domainkey");
    }

    private void ed25519Alone() {
        boolean alone = !good.isEmpty() && good.values().stream().allMatch(VerificationKey.Ed25519.class::isInstance);
        if (alone) {
            context.add(
                    FindingId.DKIM_ED25519_ALONE,
                    keyName(good.keySet().iterator().next()),
                    "",
                    "Many receivers cannot verify Ed25519: sign with an RSA key too.");
        }
    }

    private void shared() {
        Map<VerificationKey, List<String>> names = new LinkedHashMap<>();
        good.forEach((selector, key) -> names.computeIfAbsent(key, unused -> new ArrayList<>())
                .add(keyName(selector).toString()));
        names.values().stream()
                .filter(same -> same.size() > 1)
                .forEach(same -> context.add(
                        FindingId.DKIM_SHARED,
                        domain,
                        "",
                        "The same key is at " + String.join(" and ", same) + ": each owner of it can sign for both."));
    }

    private void oldPolicies() {
        DomainName keys = context.below("_domainkey");
        for (DnsRecord.Text record : dns.texts(keys)) {
            TagList tags = TagList.parse(record.joined());
            if ((tags.has("o") || tags.has("t")) && !tags.has("p")) {
                oldPolicy(keys, record);
            }
        }
        DomainName adsp = context.below("_adsp._domainkey");
        for (DnsRecord.Text record : dns.texts(adsp)) {
            if (TagList.parse(record.joined()).has("dkim")) {
                oldPolicy(adsp, record);
            }
        }
    }

    private void oldPolicy(DomainName name, DnsRecord.Text record) {
        context.add(
                FindingId.DKIM_OLD_POLICY,
                name,
                record.joined().latin1(),
                "This is a policy of DomainKeys or ADSP, which nobody reads any more: DMARC has replaced them.",
                DnsChange.remove(name, List.of(record)));
    }
}
