package org.countersign.doctor;

import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
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

/** Examines the key record of one selector (RFC 6376 §3.6). */
final class DkimSelectorCheck {
    private static final Duration STALE = Duration.ofDays(7);
    private static final int MAX_AGE_MONTHS = 24;

    private final DomainContext context;
    private final DomainDns dns;
    private final String selector;
    private final DomainName name;
    private final Optional<KeyEntry> entry;
    private final Optional<SigningKey> own;
    private final boolean signs;
    private final boolean retired;
    private Optional<VerificationKey> key = Optional.empty();

    /**
     * @param entry the configuration of the key that signs with this selector
     */
    DkimSelectorCheck(DomainContext context, String selector, Optional<KeyEntry> entry) {
        this.context = context;
        this.dns = context.dns();
        this.selector = selector;
        this.name = context.below(selector + "._domainkey");
        this.entry = entry;
        this.own = entry.flatMap(configured -> context.request().own().flatMap(all -> all.key(configured)));
        Instant now = context.request().now();
        this.signs = entry.filter(each -> each.validity().contains(now)).isPresent();
        this.retired = entry.flatMap(each -> each.validity().retiredFrom())
                .filter(end -> !now.isBefore(end))
                .isPresent();
    }

    /** Reports, and gives the key if signatures can be verified with it. */
    Optional<VerificationKey> run() {
        switch (dns.lookup(DnsQuery.txt(name))) {
            case DnsAnswer.Found<DnsRecord.Text>(var records, var metadata) -> {
                alias(metadata.aliases());
                found(records);
                if (retired) {
                    stale(records);
                } else {
                    ttl(metadata.ttl());
                }
            }
            case DnsAnswer.NoData<DnsRecord.Text>(var metadata) -> absent(metadata.aliases());
            case DnsAnswer.NoSuchName<DnsRecord.Text>(var metadata) -> absent(metadata.aliases());
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
        return key;
    }

    private void alias(List<DomainName> aliases) {
        if (!aliases.isEmpty()) {
            context.add(
                    FindingId.DKIM_CNAME,
                    name,
                    "",
                    "The name is an alias: the key is that of " + aliases.getLast() + ", whose owner can exchange it.");
        }
    }

    private void absent(List<DomainName> aliases) {
        if (!aliases.isEmpty()) {
            context.add(
                    FindingId.DKIM_CNAME_DANGLING,
                    name,
                    "",
                    "The name is an alias of " + aliases.getLast() + ", which has no key.");
            return;
        }
        if (retired || isUnderWrongName()) {
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
    private boolean isUnderWrongName() {
        List<Optional<DomainName>> places = List.of(
                context.domain().child(selector + "._domainkey." + context.domain()),
                context.domain().child(selector),
                context.domain().child("_domainkey." + selector),
                context.domain().child(selector + ".domainkey"));
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

    private void found(List<DnsRecord.Text> records) {
        List<DnsRecord.Text> meant =
                records.stream().filter(DkimSelectorCheck::isMeant).toList();
        if (isWildcard(records)) {
            return;
        }
        if (meant.size() > 1) {
            several(meant);
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
        key = check.run();
        if (key.isPresent()
                && own.isPresent()
                && !retired
                && !key.get().equals(own.get().publicKey())) {
            mismatch(meant.getFirst(), key.get(), own.get());
        } else if (key.isPresent() && !retired) {
            age();
        }
    }

    private static boolean isMeant(DnsRecord.Text record) {
        return PublicKeyRecord.isMeantAsKey(PublicKeyRecord.parse(record.joined()))
                || !NearMiss.among(List.of(record), NearMiss.Protocol.DKIM).isEmpty();
    }

    private boolean isWildcard(List<DnsRecord.Text> records) {
        List<DnsRecord.Text> unlikely = dns.texts(context.below(SpfCheck.UNLIKELY_LABEL + "._domainkey"));
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
    private void several(List<DnsRecord.Text> meant) {
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

    private void mismatch(DnsRecord.Text record, VerificationKey key, SigningKey own) {
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

    private void stale(List<DnsRecord.Text> records) {
        boolean longAgo = entry.flatMap(each -> each.validity().retiredFrom())
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

    private void ttl(Duration ttl) {
        if (ttl.compareTo(Duration.ofDays(1)) > 0 || (ttl.isPositive() && isShortAtServers())) {
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
    private boolean isShortAtServers() {
        return context.atServers(name).servers().stream()
                .anyMatch(server -> server.best() instanceof Answer.Records(var records, Duration own)
                        && own.compareTo(Duration.ofMinutes(5)) < 0);
    }

    private void age() {
        Optional<YearMonth> begun = monthOf(selector);
        YearMonth now = YearMonth.from(context.request().now().atZone(ZoneOffset.UTC));
        if (begun.isPresent() && begun.get().plusMonths(MAX_AGE_MONTHS).isBefore(now)) {
            context.add(
                    FindingId.DKIM_AGE,
                    name,
                    "",
                    "By its name this key is in use since " + begun.get()
                            + ". A key should be exchanged at least every two years: begin with a new selector.");
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
}
