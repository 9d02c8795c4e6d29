package org.countersign.doctor;

import java.time.Duration;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.countersign.config.KeyEntry;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.DnsRecord;
import org.countersign.dns.NearMiss;
import org.countersign.dns.authoritative.AuthoritativeAnswers.Answer;
import org.countersign.domain.DomainName;
import org.countersign.keys.PublicKeyRecord;
import org.countersign.keys.SigningKey;
import org.countersign.keys.VerificationKey;
import org.countersign.spf.SpfRecord;
import org.countersign.syntax.Ascii;
import org.countersign.syntax.TagList;

/** Examines the key records of a domain, selector by selector (RFC 6376 §3.6, RFC 8301, RFC 8463). */
final class DkimCheck {
    private static final Duration STALE = Duration.ofDays(7);
    private static final int MAX_AGE_MONTHS = 24;

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
            examine(
                    selector,
                    entries.stream()
                            .filter(entry -> Ascii.lower(entry.selector()).equals(Ascii.lower(selector)))
                            .findFirst());
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

    private void examine(String selector, Optional<KeyEntry> entry) {
        DomainName name = keyName(selector);
        Optional<SigningKey> own =
                entry.flatMap(configured -> context.request().own().flatMap(all -> all.key(configured)));
        boolean signs = entry.filter(
                        each -> each.validity().contains(context.request().now()))
                .isPresent();
        boolean retired = entry.filter(each -> each.validity()
                        .retiredFrom()
                        .filter(end -> !context.request().now().isBefore(end))
                        .isPresent())
                .isPresent();
        DnsAnswer<DnsRecord.Text> answer = dns.lookup(DnsQuery.txt(name));
        switch (answer) {
            case DnsAnswer.Found<DnsRecord.Text>(var records, var metadata) -> {
                alias(name, metadata.aliases());
                found(selector, name, records, own, retired);
                if (retired) {
                    stale(name, records, entry.orElseThrow());
                } else {
                    ttl(name, metadata.ttl());
                }
            }
            case DnsAnswer.NoData<DnsRecord.Text>(var metadata) ->
                absent(selector, name, metadata.aliases(), own, signs, retired);
            case DnsAnswer.NoSuchName<DnsRecord.Text>(var metadata) ->
                absent(selector, name, metadata.aliases(), own, signs, retired);
            case DnsAnswer.BadAnswer<DnsRecord.Text>(String problem, var metadata) ->
                context.add(
                        FindingId.DKIM_CNAME_DANGLING,
                        name,
                        "",
                        "The name is an alias that leads to no key: " + problem + ".");
            case DnsAnswer.Unavailable<DnsRecord.Text> none -> {
                // Reported with all lookups that failed.
            }
        }
    }

    private void alias(DomainName name, List<DomainName> aliases) {
        if (!aliases.isEmpty()) {
            context.add(
                    FindingId.DKIM_CNAME,
                    name,
                    "",
                    "The name is an alias: the key is that of " + aliases.getLast() + ", whose owner can exchange it.");
        }
    }

    private void absent(
            String selector,
            DomainName name,
            List<DomainName> aliases,
            Optional<SigningKey> own,
            boolean signs,
            boolean retired) {
        if (!aliases.isEmpty()) {
            context.add(
                    FindingId.DKIM_CNAME_DANGLING,
                    name,
                    "",
                    "The name is an alias of " + aliases.getLast() + ", which has no key.");
            return;
        }
        if (retired || wrongName(selector, name)) {
            return;
        }
        List<DnsChange> fix = own.map(key -> List.of(DnsChange.publish(name, key.publicKeyRecord())))
                .orElse(List.of());
        context.add(new Finding(
                FindingId.DKIM_MISSING,
                signs ? Severity.ERROR : Severity.WARNING,
                name.toString(),
                "",
                signs
                        ? "The configuration signs with this selector, but there is no key: every signature fails."
                        : "There is no key under this selector, so that its signatures fail.",
                fix));
    }

    /** Whether the record is where a panel puts it that appends the zone, or that takes the name apart. */
    private boolean wrongName(String selector, DomainName name) {
        List<Optional<DomainName>> places = List.of(
                domain.child(selector + "._domainkey." + domain),
                domain.child(selector),
                domain.child("_domainkey." + selector),
                domain.child(selector + ".domainkey"));
        for (Optional<DomainName> place : places) {
            List<DnsRecord.Text> keys = place.stream()
                    .flatMap(at -> dns.texts(at).stream())
                    .filter(record -> TagList.parse(record.joined()).has("p")
                            && PublicKeyRecord.isMeantAsKey(PublicKeyRecord.parse(record.joined())))
                    .toList();
            if (place.isPresent() && !keys.isEmpty()) {
                String text = keys.getFirst().joined().latin1();
                context.add(new Finding(
                        FindingId.DKIM_WRONG_NAME,
                        Severity.ERROR,
                        place.get().toString(),
                        text,
                        "The key is here, but verifiers look for it at " + name
                                + ". A panel that appends the zone takes " + selector + "._domainkey as the name.",
                        List.of(DnsChange.remove(place.get(), keys), DnsChange.publish(name, text))));
                return true;
            }
        }
        return false;
    }

    private void found(
            String selector, DomainName name, List<DnsRecord.Text> records, Optional<SigningKey> own, boolean retired) {
        List<DnsRecord.Text> meant = records.stream().filter(DkimCheck::isMeant).toList();
        if (wildcard(name, records)) {
            return;
        }
        if (meant.size() > 1) {
            several(name, meant, own);
            return;
        }
        if (meant.isEmpty()) {
            context.add(
                    FindingId.DKIM_MISSING,
                    name,
                    records.isEmpty() ? "" : records.getFirst().joined().latin1(),
                    "There are TXT records under this selector, but none is a key.");
            return;
        }
        DkimRecordCheck check = new DkimRecordCheck(context, name, meant.getFirst(), own);
        Optional<VerificationKey> key = check.run();
        key.ifPresent(read -> good.put(selector, read));
        if (key.isPresent()
                && own.isPresent()
                && !retired
                && !key.get().equals(own.get().publicKey())) {
            mismatch(name, meant.getFirst(), key.get(), own.get());
        } else if (key.isPresent() && !retired) {
            age(selector, name);
        }
    }

    private static boolean isMeant(DnsRecord.Text record) {
        return PublicKeyRecord.isMeantAsKey(PublicKeyRecord.parse(record.joined()))
                || !NearMiss.among(List.of(record), NearMiss.Protocol.DKIM).isEmpty();
    }

    private boolean wildcard(DomainName name, List<DnsRecord.Text> records) {
        List<DnsRecord.Text> unlikely = dns.texts(keyName(SpfCheck.UNLIKELY_LABEL));
        boolean same = !unlikely.isEmpty() && records.containsAll(unlikely);
        boolean revoking = unlikely.stream()
                .allMatch(record -> TagList.parse(record.joined())
                        .value("p")
                        .filter(data -> data.isEmpty())
                        .isPresent());
        if (!same || revoking) {
            return false;
        }
        boolean spf = unlikely.stream().anyMatch(record -> SpfRecord.isSpf(record.joined()));
        context.add(
                FindingId.DKIM_WILDCARD,
                name,
                unlikely.getFirst().joined().latin1(),
                spf
                        ? "A wildcard answers with an SPF record, so that there is no key under this selector."
                        : "A wildcard gives every selector the same answer, so that a key can never be taken back.");
        return true;
    }

    // RFC 6376 §3.6.2.2
    private void several(DomainName name, List<DnsRecord.Text> meant, Optional<SigningKey> own) {
        Optional<DnsRecord.Text> kept = meant.stream()
                .filter(record -> DkimRecordCheck.key(record)
                        .filter(key -> own.isEmpty() || key.equals(own.get().publicKey()))
                        .isPresent())
                .findFirst();
        List<DnsRecord.Text> others = meant.stream()
                .filter(record -> kept.isEmpty() || !record.equals(kept.get()))
                .toList();
        context.add(new Finding(
                FindingId.DKIM_SEVERAL,
                Severity.ERROR,
                name.toString(),
                meant.stream().map(record -> record.joined().latin1()).collect(Collectors.joining("\" and \"")),
                meant.size() + " key records are under one name, and what a verifier does with them is not defined.",
                kept.isEmpty() || (own.isEmpty() && meant.stream().distinct().count() > 1)
                        ? List.of()
                        : List.of(DnsChange.remove(name, others))));
    }

    private void mismatch(DomainName name, DnsRecord.Text record, VerificationKey key, SigningKey own) {
        Optional<String> other = context.request().own().stream()
                .flatMap(all -> all.keys().entrySet().stream())
                .filter(each -> each.getValue().publicKey().equals(key))
                .map(each -> each.getKey().recordName())
                .findFirst();
        context.add(new Finding(
                FindingId.DKIM_MISMATCH,
                Severity.ERROR,
                name.toString(),
                record.joined().latin1(),
                "The published key is not that of the configuration, so that every signature fails."
                        + other.map(which -> " It is the key of " + which + ".").orElse(""),
                List.of(DnsChange.replace(name, List.of(record), own.publicKeyRecord()))));
    }

    private void stale(DomainName name, List<DnsRecord.Text> records, KeyEntry entry) {
        boolean longAgo = entry.validity()
                .retiredFrom()
                .filter(end -> end.plus(STALE).isBefore(context.request().now()))
                .isPresent();
        if (longAgo
                && records.stream()
                        .anyMatch(record -> DkimRecordCheck.key(record).isPresent())) {
            context.add(
                    FindingId.DKIM_STALE,
                    name,
                    records.getFirst().joined().latin1(),
                    "The configuration has retired this key more than a week ago, so that no mail needs it any more.",
                    DnsChange.remove(name, records));
        }
    }

    private void ttl(DomainName name, Duration ttl) {
        if (ttl.compareTo(Duration.ofDays(1)) > 0 || (ttl.isPositive() && isShortAtServers(name))) {
            context.add(
                    FindingId.DKIM_TTL,
                    name,
                    "",
                    ttl.compareTo(Duration.ofDays(1)) > 0
                            ? "Resolvers keep the key for " + ttl.toHours()
                                    + " hours, so long that it cannot be taken back soon."
                            : "Resolvers keep the key for less than 5 minutes, so that nearly every message needs the servers."
                                    + " 3600 seconds suit a key.");
        }
    }

    /** Only the servers tell the whole time to live. */
    private boolean isShortAtServers(DomainName name) {
        return context.atServers(name).servers().stream()
                .anyMatch(server -> server.best() instanceof Answer.Records(var records, Duration own)
                        && own.compareTo(Duration.ofMinutes(5)) < 0);
    }

    private void age(String selector, DomainName name) {
        Optional<YearMonth> begun = monthOf(selector);
        YearMonth now = YearMonth.from(context.request().now().atZone(ZoneOffset.UTC));
        if (begun.isPresent() && begun.get().plusMonths(MAX_AGE_MONTHS).isBefore(now)) {
            context.add(
                    FindingId.DKIM_AGE,
                    name,
                    "",
                    "By its name this key is in use since " + begun.get()
                            + ". A key should be exchanged at least every two" + " years: begin with a new selector.");
        }
    }

    /** The month that a selector names: {@code s202501}, {@code 20250114}, {@code 2025}. */
    static Optional<YearMonth> monthOf(String selector) {
        int from = 0;
        while (from < selector.length()) {
            int to = from;
            while (to < selector.length() && Ascii.isDigit(selector.charAt(to))) {
                to++;
            }
            String digits = selector.substring(from, to);
            if (digits.length() == 4 || digits.length() == 6 || digits.length() == 8) {
                int year = Integer.parseInt(digits.substring(0, 4));
                int month = digits.length() == 4 ? 12 : Integer.parseInt(digits.substring(4, 6));
                if (year >= 2005 && year < 2100 && month >= 1 && month <= 12) {
                    return Optional.of(YearMonth.of(year, month));
                }
            }
            from = Math.max(to, from + 1);
        }
        return Optional.empty();
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
