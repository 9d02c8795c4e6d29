package org.countersign.doctor;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.countersign.config.Suggestions;
import org.countersign.dmarc.AlignmentMode;
import org.countersign.dmarc.DmarcPolicy;
import org.countersign.dmarc.DmarcRecord;
import org.countersign.dns.DnsRecord;
import org.countersign.domain.DomainName;
import org.countersign.syntax.Ascii;
import org.countersign.syntax.Escapes;
import org.countersign.syntax.TagList;

/** Examines the tags of the only DMARC record of a name (RFC 9989 §4.7, §4.8). */
final class DmarcRecordCheck {
    private static final List<String> KNOWN =
            List.of("v", "p", "sp", "np", "adkim", "aspf", "psd", "t", "fo", "rua", "ruf");
    private static final Set<String> REMOVED = Set.of("pct", "rf", "ri");
    private static final List<String> WORDS = List.of("none", "quarantine", "reject");
    // A record with every tag has eleven.
    private static final int MAX_TAGS = 32;
    private static final int MAX_BLANKS = 16;
    private static final Set<String> POLICY_TAGS = Set.of("p", "sp", "np");
    private static final Set<String> URI_TAGS = Set.of("rua", "ruf");

    private final DomainContext context;
    private final DmarcRecordRepair repair;
    private final DmarcRecord record;
    private final TagList tags;
    private final boolean organizational;

    /**
     * @param organizational whether the domain is the Organizational Domain, so that sp= and np= count
     */
    DmarcRecordCheck(
            DomainContext context,
            DomainName owner,
            DnsRecord.Text published,
            DmarcRecord record,
            boolean organizational) {
        this.context = context;
        this.repair = new DmarcRecordRepair(owner, published, record);
        this.record = record;
        this.tags = repair.tags();
        this.organizational = organizational;
    }

    private void add(FindingId id, Severity severity, String sentence, List<DnsChange> changes) {
        context.add(repair.finding(id, severity, sentence, changes));
    }

    private void add(FindingId id, String sentence, List<DnsChange> changes) {
        add(id, id.severity(), sentence, changes);
    }

    void run() {
        List<String> unread = separators();
        policies(unread);
        names();
        duplicates();
        new DmarcAddressCheck(context, repair).run(unread.isEmpty());
        options();
        values(unread);
        strict();
    }

    /** Tags whose value has another tag in it, as in {@code p=none,sp=reject}; reported once. */
    private List<String> separators() {
        List<String> swallowing = new ArrayList<>();
        StringBuilder repaired = new StringBuilder();
        for (TagList.Tag tag : tags.tags()) {
            String value = tag.value().latin1();
            StringBuilder fixed = new StringBuilder();
            boolean uri = URI_TAGS.contains(tag.name());
            for (int i = 0; i < value.length(); i++) {
                char c = value.charAt(i);
                boolean gap = uri ? c == ' ' : c == ' ' || c == ',';
                if (gap && startsTag(value, i + 1)) {
                    swallowing.add(tag.name());
                    if (fixed.isEmpty() || fixed.charAt(fixed.length() - 1) != ';') {
                        fixed.append(';');
                    }
                } else {
                    fixed.append(c);
                }
            }
            repaired.append(repaired.isEmpty() ? "" : "; ")
                    .append(tag.name())
                    .append('=')
                    .append(fixed);
        }
        boolean junk = tags.failures().stream()
                .anyMatch(failure -> (failure.problem() == TagList.Problem.NO_EQUALS_SIGN
                                || failure.problem() == TagList.Problem.BAD_NAME)
                        && !failure.detail().contains("mailto:"));
        if (!swallowing.isEmpty()) {
            String spaced = repaired.toString().replace(";", "; ").replace(";  ", "; ");
            add(
                    FindingId.DMARC_SEPARATOR,
                    "Another tag is inside the value of " + String.join(" and ", swallowing)
                            + "=, because tags must be separated by a semicolon.",
                    DmarcRecordRepair.isSound(spaced) ? repair.replace(spaced) : List.of());
        } else if (junk) {
            add(
                    FindingId.DMARC_SEPARATOR,
                    Severity.WARNING,
                    "A part of the record is not written as name=value and is ignored: \""
                            + tags.failures().stream()
                                    .map(TagList.Failure::detail)
                                    .filter(detail -> !detail.isEmpty())
                                    .findFirst()
                                    .orElse("")
                            + "\".",
                    repair.normalized());
        }
        return swallowing;
    }

    private static boolean startsTag(String value, int from) {
        int at = from;
        while (at < value.length() && at < from + MAX_BLANKS && value.charAt(at) == ' ') {
            at++;
        }
        int name = at;
        return KNOWN.stream().anyMatch(known -> value.regionMatches(true, name, known + "=", 0, known.length() + 1))
                || REMOVED.stream().anyMatch(removed -> value.startsWith(removed + "=", name));
    }

    // RFC 9989 §4.10.1
    private void policies(List<String> unread) {
        boolean reports = !record.aggregateReports().isEmpty();
        String effect = reports
                ? "the whole record counts as p=none"
                : "the record has no effect at all, because rua= is missing too";
        if (tags.value("p").isEmpty()) {
            add(
                    FindingId.DMARC_P_MISSING,
                    "p= is missing: " + effect + ". Older receivers ignore the record.",
                    repair.withPolicyNone());
        }
        for (TagList.Tag tag : tags.tags().stream().limit(MAX_TAGS).toList()) {
            if (POLICY_TAGS.contains(tag.name())
                    && !unread.contains(tag.name())
                    && DmarcPolicy.parse(tag.value()).isEmpty()) {
                FindingId id = switch (tag.name()) {
                    case "p" -> FindingId.DMARC_P_INVALID;
                    case "sp" -> FindingId.DMARC_SP_INVALID;
                    default -> FindingId.DMARC_NP_INVALID;
                };
                String written = Escapes.printable(tag.value().latin1(), 40);
                Optional<String> near = Suggestions.nearest(written, WORDS);
                add(
                        id,
                        tag.name() + "=" + written + " is not a policy, which is none, quarantine or reject: " + effect
                                + ".",
                        near.map(word -> repair.withValue(tag.name(), word)).orElse(List.of()));
            }
        }
        if (record.policyTagsValid()) {
            comparePolicies();
        }
        int at = 0;
        while (at < tags.tags().size() && !tags.tags().get(at).name().equals("p")) {
            at++;
        }
        if (at > 1 && at < tags.tags().size()) {
            List<TagList.Tag> ordered = new ArrayList<>(tags.tags());
            ordered.add(1, ordered.remove(at));
            add(
                    FindingId.DMARC_P_LATE,
                    "p= is not the second tag, where older receivers want it.",
                    repair.instead(TagListText.of(ordered)));
        }
    }

    private void comparePolicies() {
        DmarcPolicy own = record.policy().orElse(DmarcPolicy.NONE);
        DmarcPolicy below = record.subdomainPolicy().orElse(own);
        DmarcPolicy nonexistent = record.nonexistentPolicy().orElse(below);
        if (own == DmarcPolicy.NONE) {
            add(
                    FindingId.DMARC_MONITORING,
                    "p=none: receivers send reports and do nothing against forged mail.",
                    List.of());
        }
        if (record.testing() && own != DmarcPolicy.NONE) {
            add(
                    FindingId.DMARC_TESTING,
                    "t=y: receivers apply " + own.oneLevelBelow().keyword() + " instead of " + own.keyword() + ".",
                    repair.without("t"));
        }
        if (!organizational) {
            return;
        }
        if (below.compareTo(own) < 0) {
            add(
                    FindingId.DMARC_SP_WEAKER,
                    "sp=" + below.keyword() + " is milder than p=" + own.keyword() + ": forgers write as a subdomain.",
                    repair.withValue("sp", own.keyword()));
        } else if (nonexistent.compareTo(below) < 0) {
            add(
                    FindingId.DMARC_NP_WEAKER,
                    "np=" + nonexistent.keyword() + " is milder than " + below.keyword()
                            + " for existing names: forgers write as a subdomain that does not exist.",
                    repair.withValue("np", DmarcPolicy.REJECT.keyword()));
        } else if (record.nonexistentPolicy().isEmpty() && below == DmarcPolicy.QUARANTINE) {
            add(
                    FindingId.DMARC_NP_MISSING,
                    "Mail of subdomains that do not exist is never genuine. With np=reject it is refused.",
                    repair.withTag("np", "reject"));
        }
    }

    private void names() {
        for (TagList.Tag tag : tags.tags().stream().limit(MAX_TAGS).toList()) {
            String name = Escapes.printable(tag.name(), 40);
            if (REMOVED.contains(tag.name())) {
                boolean share = tag.name().equals("pct")
                        && !tag.value().is("100")
                        && record.policy()
                                .filter(policy -> policy != DmarcPolicy.NONE)
                                .isPresent();
                add(
                        FindingId.DMARC_REMOVED_TAG,
                        name + "= was removed."
                                + (share
                                        ? " Newer receivers apply the policy to all mail, and older ones to a share of it."
                                                + " For a test write t=y instead."
                                        : " It has no effect."),
                        repair.without(tag.name()));
            } else if (!KNOWN.contains(tag.name()) && !Ascii.lower(tag.name()).equals("v")) {
                add(
                        FindingId.DMARC_UNKNOWN_TAG,
                        name + "= is not defined and is ignored."
                                + Suggestions.nearest(tag.name(), KNOWN)
                                        .filter(near -> tag.name().length() > 1)
                                        .map(near -> " Did you mean " + near + "=?")
                                        .orElse(""),
                        List.of());
            }
        }
    }

    private void duplicates() {
        Set<String> seen = new HashSet<>();
        for (TagList.Tag tag : tags.tags()) {
            if (!seen.add(tag.name())) {
                add(
                        FindingId.DMARC_DUPLICATE_TAG,
                        tag.name()
                                + "= occurs twice. The first one counts here, and other receivers ignore the record.",
                        repair.normalized());
                return;
            }
        }
    }

    // RFC 9989 §4.7 fo, ruf
    private void options() {
        if (tags.has("fo") && !tags.has("ruf")) {
            add(FindingId.DMARC_FO, "fo= has no effect without ruf=.", repair.without("fo"));
        }
        if (!record.failureReports().isEmpty()) {
            add(
                    FindingId.DMARC_RUF,
                    "Failure reports are asked for: hardly any receiver sends them, because they have personal data.",
                    List.of());
        }
    }

    private void values(List<String> unread) {
        for (DmarcRecord.Diagnostic diagnostic : record.diagnostics()) {
            String name = diagnostic.subject();
            if (diagnostic.warning() == DmarcRecord.RecordWarning.INVALID_VALUE
                    && !POLICY_TAGS.contains(name)
                    && !URI_TAGS.contains(name)
                    && !unread.contains(name)) {
                if (name.equals("fo")) {
                    add(
                            FindingId.DMARC_FO,
                            Severity.WARNING,
                            "fo= has a value that is not allowed, so that it counts as fo=0.",
                            repair.withValue("fo", "1"));
                } else {
                    add(
                            FindingId.DMARC_VALUE_INVALID,
                            name + "= has a value that is not allowed, so that the default counts.",
                            repair.without(name));
                }
            }
        }
    }

    // RFC 9989 §4.4
    private void strict() {
        boolean dkim = record.dkimAlignment() == AlignmentMode.STRICT;
        boolean spf = record.spfAlignment() == AlignmentMode.STRICT;
        if (!dkim && !spf) {
            return;
        }
        boolean relaxedOnly = dkim
                && context.request()
                        .own()
                        .filter(own -> OwnCheck.signsOnlyRelaxed(own, context.domain()))
                        .isPresent();
        add(
                FindingId.DMARC_STRICT,
                relaxedOnly ? Severity.WARNING : Severity.INFO,
                (dkim && spf ? "adkim=s and aspf=s" : dkim ? "adkim=s" : "aspf=s")
                        + ": only the domain itself is aligned, and no subdomain."
                        + (relaxedOnly ? " The configuration signs with another domain of the organization." : ""),
                relaxedOnly ? repair.without("adkim") : List.of());
    }
}
