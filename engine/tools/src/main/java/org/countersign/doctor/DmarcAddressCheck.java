package org.countersign.doctor;

import java.util.ArrayList;
import java.util.List;
import org.countersign.dmarc.DmarcRecord;
import org.countersign.syntax.Ascii;
import org.countersign.syntax.Escapes;
import org.countersign.syntax.Octets;
import org.countersign.syntax.TagList;

/** Examines the addresses of reports in a DMARC record: how they are written, and whether there are any (RFC 9989 §4.6, §4.8). */
final class DmarcAddressCheck {
    private static final int MAX_ADDRESSES = 32;

    private final DomainContext context;
    private final DmarcRecordRepair repair;
    private final TagList tags;

    DmarcAddressCheck(DomainContext context, DmarcRecordRepair repair) {
        this.context = context;
        this.repair = repair;
        this.tags = repair.tags();
    }

    private void add(FindingId id, String sentence, List<DnsChange> changes) {
        context.add(repair.finding(id, id.severity(), sentence, changes));
    }

    /**
     * @param allRead whether no tag is a part of the value of another one, as rua= may be
     */
    void run(boolean allRead) {
        for (String name : List.of("rua", "ruf")) {
            tags.value(name).ifPresent(value -> list(name, value.latin1()));
        }
        boolean lost = lost();
        if (tags.value("rua").isEmpty()
                && allRead
                && !lost
                && !context.request().parked()
                && !context.saysThatItHasNoMail()) {
            String address = "mailto:dmarc-reports@" + context.domain();
            add(
                    FindingId.DMARC_RUA_MISSING,
                    "rua= is missing, so that nobody tells the owner who sends in the name of the domain.",
                    context.dns().takesMail(context.domain()) ? repair.withTag("rua", address) : List.of());
        }
    }

    /** Reports addresses behind a semicolon, which are no part of a tag. */
    private boolean lost() {
        boolean lost =
                tags.failures().stream().anyMatch(failure -> failure.detail().contains("mailto:"));
        if (lost) {
            List<String> whole = new ArrayList<>();
            whole.add(tags.value("rua").map(Octets::latin1).orElse(""));
            tags.failures().stream()
                    .map(TagList.Failure::detail)
                    .filter(detail -> detail.startsWith("mailto:"))
                    .forEach(whole::add);
            add(
                    FindingId.DMARC_RUA_SYNTAX,
                    "Addresses of reports must be separated by a comma: what follows a semicolon is lost.",
                    repair.withValue("rua", String.join(",", whole)));
        }
        return lost;
    }

    private void list(String name, String list) {
        List<String> entries = entries(list);
        // A blank stands in the place of a comma.
        boolean broken = entries.size() > list.chars().filter(c -> c == ',').count() + 1;
        boolean sized = false;
        List<String> repaired = new ArrayList<>();
        for (String entry : entries) {
            String plain = entry.strip();
            int size = plain.lastIndexOf('!');
            boolean limited = size > 0 && isSize(plain.substring(size + 1));
            String uri = limited ? plain.substring(0, size) : plain;
            Octets single = Octets.latin1("v=DMARC1; p=none; rua=" + uri);
            boolean valid = DmarcRecord.parse(single)
                    .filter(read -> read.aggregateReports().size() == 1
                            && uri.equals(read.aggregateReports().getFirst().uri()))
                    .isPresent();
            sized |= limited && valid;
            broken |= !valid;
            repaired.add(valid ? uri : meant(uri));
            if (valid && !Ascii.lower(uri).startsWith("mailto:")) {
                add(
                        FindingId.DMARC_RUA_SCHEME,
                        Escapes.printable(uri, 80) + " in " + name + "= is not mailto:, and most receivers ignore it.",
                        List.of());
            }
        }
        String fixed = String.join(",", repaired);
        if (broken) {
            add(
                    FindingId.DMARC_RUA_SYNTAX,
                    name + "= has an address that cannot be read, so that no report goes there. It must be written as"
                            + " mailto:reports@example.org, and several with commas between them.",
                    DmarcRecordRepair.isSound("v=DMARC1; p=none; rua=" + fixed)
                            ? repair.withValue(name, fixed)
                            : List.of());
        } else if (sized) {
            add(
                    FindingId.DMARC_RUA_SIZE,
                    "The size limit behind the exclamation mark in " + name + "= is obsolete and is ignored.",
                    repair.withValue(name, fixed));
        }
    }

    private static boolean isSize(String text) {
        int end = text.length();
        if (end > 1 && "kmgt".indexOf(Ascii.lower(text.charAt(end - 1))) >= 0) {
            end--;
        }
        return end > 0 && text.substring(0, end).chars().allMatch(Ascii::isDigit);
    }

    private static List<String> entries(String list) {
        List<String> entries = new ArrayList<>();
        int from = 0;
        while (from <= list.length() && entries.size() < MAX_ADDRESSES) {
            int to = end(list, from);
            entries.add(list.substring(from, to));
            from = to + 1;
        }
        return entries;
    }

    /** The next comma, or a blank before the next address. */
    private static int end(String list, int from) {
        int comma = list.indexOf(',', from);
        int blank = list.indexOf(" mailto:", from);
        int end = comma < 0 ? list.length() : comma;
        return blank > from && blank < end ? blank : end;
    }

    /** A URI as it was probably meant. */
    private static String meant(String uri) {
        String lower = Ascii.lower(uri);
        String address = lower.startsWith("mailto:")
                ? uri.substring("mailto:".length())
                : lower.startsWith("mailto") ? uri.substring("mailto".length()) : uri;
        String plain =
                address.replace(" ", "").replace("/", "").replace("<", "").replace(">", "");
        return plain.indexOf('@') > 0 ? "mailto:" + plain : uri;
    }
}
