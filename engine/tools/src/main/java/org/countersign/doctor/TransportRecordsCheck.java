package org.countersign.doctor;

import java.util.List;
import java.util.Optional;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.DnsRecord;
import org.countersign.domain.DomainName;
import org.countersign.syntax.Ascii;
import org.countersign.syntax.Octets;
import org.countersign.syntax.TagList;

/** Examines the records of MTA-STS (RFC 8461), TLS reporting (RFC 8460) and BIMI, as far as the DNS has them. */
final class TransportRecordsCheck {
    private static final int MAX_ID = 32;

    private final DomainContext context;
    private final PolicyFetch fetch;

    TransportRecordsCheck(DomainContext context, PolicyFetch fetch) {
        this.context = context;
        this.fetch = fetch;
    }

    void run() {
        if (context.request().parked()) {
            return;
        }
        if (context.dns().takesMail(context.domain())) {
            strictTransport();
            reporting();
        }
        indicator();
    }

    /** The record with this version; reports one that is missing or damaged. */
    private Optional<TagList> only(FindingId id, DomainName name, String version, String missing) {
        if (context.dns().lookup(DnsQuery.txt(name)).isError()) {
            return Optional.empty();
        }
        List<DnsRecord.Text> meant = context.dns().texts(name).stream()
                .filter(record -> Ascii.lower(record.joined().latin1()).contains(Ascii.lower(version)))
                .toList();
        if (meant.isEmpty()) {
            context.add(id, name, "", missing);
            return Optional.empty();
        }
        // Texts that do not begin with the version are discarded before the others are counted.
        List<DnsRecord.Text> records =
                meant.stream().filter(record -> begins(id, record, version)).toList();
        String text = (records.isEmpty() ? meant : records).getFirst().joined().latin1();
        if (records.size() != 1) {
            wrong(
                    id,
                    name,
                    text,
                    records.isEmpty()
                            ? "The record does not begin with v=" + version + "; and is ignored."
                            : records.size() + " records are published, and senders take none of them.");
            return Optional.empty();
        }
        return Optional.of(TagList.parse(records.getFirst().joined()));
    }

    /** Whether a text begins with the version. Only BIMI permits blanks around the equals sign (RFC 8461 §3.1, RFC 8460 §3). */
    private static boolean begins(FindingId id, DnsRecord.Text record, String version) {
        if (id == FindingId.BIMI) {
            List<TagList.Tag> tags = TagList.parse(record.joined()).tags();
            return !tags.isEmpty()
                    && tags.getFirst().name().equals("v")
                    && tags.getFirst().value().is(version);
        }
        String text = record.joined().latin1();
        return text.startsWith("v=" + version)
                && text.substring(version.length() + 2).stripLeading().startsWith(";");
    }

    private void wrong(FindingId id, DomainName name, String text, String sentence) {
        context.add(Finding.of(id, name, text, sentence).with(Severity.WARNING));
    }

    // RFC 8461 §3.1
    private void strictTransport() {
        DomainName name = context.below("_mta-sts");
        Optional<TagList> tags = only(
                FindingId.MTA_STS,
                name,
                "STSv1",
                "There is no MTA-STS record: senders deliver without TLS if somebody on the way wants that.");
        if (tags.isEmpty()) {
            return;
        }
        String id = tags.get().value("id").map(Octets::latin1).orElse("");
        if (id.isEmpty() || id.length() > MAX_ID || !id.chars().allMatch(Ascii::isAlphaNumeric)) {
            wrong(
                    FindingId.MTA_STS,
                    name,
                    id,
                    "id= must have 1 to 32 letters and digits, so that the record is ignored.");
            return;
        }
        String problem = fetch.problem(context.domain());
        if (!problem.isEmpty()) {
            wrong(
                    FindingId.MTA_STS,
                    name,
                    "",
                    "The record says that there is a policy, but https://mta-sts." + context.domain()
                            + "/.well-known/mta-sts.txt gives none: " + problem + ".");
        }
    }

    // RFC 8460 §3
    private void reporting() {
        DomainName name = context.below("_smtp._tls");
        Optional<TagList> tags = only(
                FindingId.TLSRPT,
                name,
                "TLSRPTv1",
                "There is no record for TLS reports: nobody tells the owner when mail cannot be delivered with TLS.");
        if (tags.isPresent()) {
            String rua = tags.get().value("rua").map(Octets::latin1).orElse("");
            // RFC 8460 §3: one URI or more, separated by commas.
            List<String> uris =
                    List.of(rua.split(",", -1)).stream().map(String::strip).toList();
            if (uris.stream().noneMatch(TransportRecordsCheck::isReportUri)) {
                wrong(
                        FindingId.TLSRPT,
                        name,
                        rua,
                        "rua= must be a mailto: or https: URI, so that nobody sends reports.");
            } else if (!uris.stream().allMatch(TransportRecordsCheck::isReportUri)) {
                wrong(
                        FindingId.TLSRPT,
                        name,
                        rua,
                        "One of the addresses in rua= is neither a mailto: nor an https: URI, and gets no reports.");
            }
        }
    }

    private static boolean isReportUri(String uri) {
        String lower = Ascii.lower(uri);
        return lower.startsWith("mailto:") || lower.startsWith("https:");
    }

    private void indicator() {
        DomainName name = context.below("default._bimi");
        Optional<TagList> tags =
                only(FindingId.BIMI, name, "BIMI1", "There is no BIMI record, so that no logo is shown with the mail.");
        if (tags.isPresent()) {
            String logo = tags.get().value("l").map(Octets::latin1).orElse("missing");
            if (!logo.isEmpty() && !logo.startsWith("https://")) {
                wrong(FindingId.BIMI, name, logo, "l= must be an https: URI, or empty for no logo.");
            }
        }
    }
}
