package org.countersign.doctor;

import java.util.List;
import java.util.Optional;
import org.countersign.dmarc.Discovery;
import org.countersign.dmarc.DmarcEvaluator;
import org.countersign.dmarc.DmarcRecord;
import org.countersign.dmarc.PublicSuffixList;
import org.countersign.dmarc.ReportUri;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.DnsRecord;
import org.countersign.domain.DomainName;

/** Examines whether the addresses of reports get them: permission (RFC 9990 §4) and mail hosts. */
final class ReportAddressCheck {
    private final DomainContext context;
    private final Discovery discovery;
    private final PublicSuffixList suffixes;

    ReportAddressCheck(DomainContext context, Discovery discovery, PublicSuffixList suffixes) {
        this.context = context;
        this.discovery = discovery;
        this.suffixes = suffixes;
    }

    void run(DmarcRecord record) {
        for (ReportUri uri : record.aggregateReports()) {
            examine(uri, "rua");
        }
        for (ReportUri uri : record.failureReports()) {
            examine(uri, "ruf");
        }
    }

    private void examine(ReportUri uri, String tag) {
        Optional<DomainName> destination = destination(uri);
        if (destination.isEmpty()) {
            return;
        }
        DomainName host = destination.get();
        if (tag.equals("rua") && !context.dns().takesMail(host)) {
            context.add(
                    FindingId.DMARC_RUA_NO_MX,
                    context.below("_dmarc"),
                    uri.uri(),
                    host + " takes no mail, so that the reports are lost.");
        }
        if (!isSameOrganization(host) && isForbidden(host)) {
            DomainName permission =
                    host.child(context.domain() + "._report._dmarc").orElse(host);
            context.add(
                    tag.equals("rua") ? FindingId.DMARC_RUA_UNAUTHORIZED : FindingId.DMARC_RUF_UNAUTHORIZED,
                    context.below("_dmarc"),
                    uri.uri(),
                    host + " belongs to another organization and does not agree to reports about " + context.domain()
                            + ", so that none is sent. Its owner must publish this record.",
                    DnsChange.publish(permission, "v=DMARC1"));
        }
    }

    private static Optional<DomainName> destination(ReportUri uri) {
        if (!uri.scheme().equals("mailto")) {
            return Optional.empty();
        }
        int query = uri.uri().indexOf('?');
        String address = query < 0 ? uri.uri() : uri.uri().substring(0, query);
        return DomainName.parse(address.substring(address.lastIndexOf('@') + 1));
    }

    private boolean isSameOrganization(DomainName host) {
        Optional<DomainName> own = discovery.organizationalDomain();
        return host.equals(context.domain())
                || own.equals(new DmarcEvaluator()
                        .discover(host, context.dns(), Runnable::run)
                        .organizationalDomain())
                || (suffixes.organizationalDomain(host).equals(suffixes.organizationalDomain(context.domain()))
                        && own.filter(host::isWithin).isPresent());
    }

    /** RFC 9990 §4: a record that begins with the version of DMARC at the name of both domains. */
    private boolean isForbidden(DomainName host) {
        Optional<DomainName> name = host.child(context.domain() + "._report._dmarc");
        if (name.isEmpty()) {
            return true;
        }
        DnsAnswer<DnsRecord.Text> answer = context.dns().lookup(DnsQuery.txt(name.get()));
        List<DnsRecord.Text> texts = context.dns().texts(name.get());
        return !answer.isError()
                && texts.stream()
                        .noneMatch(text -> DmarcRecord.parse(text.joined()).isPresent());
    }
}
