package org.countersign.importer;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.countersign.TrafficRules;
import org.countersign.config.Suggestions;
import org.countersign.domain.IpNetwork;
import org.countersign.service.FileFailure;
import org.countersign.syntax.Ascii;

/** Reads the configuration of policyd-spf or pyspf-milter, which refuse mail for SPF alone: {@code name = value} on each line. */
final class PolicydSpfImport {
    private static final List<String> NEVER = List.of("false", "no_check");

    private static final String MAPPED = "::ffff:";
    private static final int MAPPED_BITS = 96;

    private final OldFiles files;
    private final Findings findings;
    private final PolicyDraft draft;
    private final ImportRequest request;
    private final List<IpNetwork> skipped = new ArrayList<>(TrafficRules.LOOPBACK);

    PolicydSpfImport(ImportContext context) {
        this.files = context.files();
        this.request = context.request();
        this.findings = context.findings();
        this.draft = context.draft();
    }

    void read(Path file) throws FileFailure {
        draft.set("mode", "monitor", "DMARC decides; SPF alone refuses nothing");
        Map<String, Directive> settings = new LinkedHashMap<>();
        for (OldFiles.Line line : files.lines(file, files.there(file))) {
            String text = Words.withoutComment(line.text());
            if (!text.isEmpty()) {
                Directive setting = setting(text, line.origin());
                Directive earlier = settings.put(setting.name(), setting);
                if (earlier != null) {
                    findings.add(
                            FindingClass.DEAD,
                            earlier,
                            "Line " + setting.origin() + " has the same name, and the last one counts.");
                }
            }
        }
        for (Directive setting : settings.values()) {
            read(setting);
        }
        draft.setList(
                "inbound.skip-networks",
                Networks.distinct(skipped).stream().map(Networks::text).toList());
        findings.add(
                FindingClass.CHANGED,
                Origin.NOWHERE,
                "SPF alone",
                "policyd-spf refused mail whose SPF fails, and with it mail that is forwarded. Here SPF counts for DMARC."
                        + " Remove check_policy_service of policyd-spf from smtpd_recipient_restrictions, or its socket from"
                        + " smtpd_milters.");
    }

    private static Directive setting(String text, Origin origin) {
        int equals = text.indexOf('=');
        return new Directive(
                (equals < 0 ? text : text.substring(0, equals)).strip(),
                equals < 0 ? "" : text.substring(equals + 1).strip(),
                origin);
    }

    private void read(Directive directive) {
        Optional<DirectiveCatalog.Rule> rule = DirectiveCatalog.POLICYD_SPF.find(directive.name());
        if (directive.value().isEmpty()) {
            findings.add(FindingClass.DEAD, directive, "policyd-spf ignores a line without a value.");
            return;
        }
        if (directive.value().indexOf('=') >= 0) {
            findings.add(FindingClass.DEAD, directive, "policyd-spf ignores a line with more than one =.");
            return;
        }
        if (rule.isEmpty() || !rule.get().name().equals(directive.name())) {
            findings.add(
                    FindingClass.DEAD,
                    directive,
                    "policyd-spf has no setting of this name, and ignores it"
                            + rule.map(DirectiveCatalog.Rule::name)
                                    .or(() ->
                                            Suggestions.nearest(directive.name(), DirectiveCatalog.POLICYD_SPF.names()))
                                    .map(near -> ": did you mean " + near + "?")
                                    .orElse("."));
            return;
        }
        if (rule.get().kind().isPresent()) {
            boolean without = rule.get().kind().get().compareTo(FindingClass.KEPT) < 0
                    && (directive.value().isEmpty() || rule.get().isDefault(directive.value()));
            findings.add(
                    without ? FindingClass.DEFAULT : rule.get().kind().get(),
                    directive,
                    without ? "The same as without the line." : rule.get().explanation());
            return;
        }
        readOwn(directive, rule.get().name());
    }

    private void readOwn(Directive directive, String name) {
        switch (name) {
            case "HELO_reject", "Mail_From_reject" -> readRejection(directive);
            case "PermError_reject", "TempError_Defer" -> {
                boolean on = Ascii.lower(directive.value()).equals("true");
                findings.add(
                        on ? FindingClass.LOST : FindingClass.DEFAULT,
                        directive,
                        on
                                ? "A rule can do it: when: { spf: "
                                        + (name.startsWith("Perm") ? "permerror" : "temperror") + " }."
                                : "No mail is refused or deferred for an error of SPF.");
            }
            case "TestOnly", "defaultSeedOnly" ->
                findings.add(
                        FindingClass.KEPT,
                        directive,
                        "With 0 nothing was refused. Here SPF alone refuses nothing in any case.");
            case "Authserv_Id" -> AuthservNames.read(directive, request, findings, draft);
            default -> readNetworks(directive);
        }
    }

    /** HELO_reject and Mail_From_reject: which results refused the mail. */
    private void readRejection(Directive directive) {
        String value = Ascii.lower(directive.value());
        if (NEVER.contains(value)) {
            findings.add(FindingClass.DEFAULT, directive, "No mail is refused for SPF alone.");
            return;
        }
        String results = switch (value) {
            case "spf_not_pass" -> "[fail, softfail, neutral, permerror]";
            case "softfail" -> "[fail, softfail]";
            default -> "fail";
        };
        findings.add(
                FindingClass.LOST,
                directive,
                "Mail is not refused for SPF alone, because forwarding breaks it. A rule that does it: { name: spf, when: { spf: "
                        + results + " }, then: reject }."
                        + (value.equals("null") ? " It concerned bounces alone." : ""));
    }

    /** Whitelist and skip_addresses: clients that were not checked. */
    private void readNetworks(Directive directive) {
        for (String word : Words.list(directive.value())) {
            network(word)
                    .ifPresentOrElse(
                            skipped::add,
                            () -> findings.add(
                                    FindingClass.LOST, directive.origin(), word, "It is no address or network."));
        }
        findings.add(FindingClass.KEPT, directive, "Mail of these clients is not judged (inbound.skip-networks).");
    }

    /** A network; one of IPv4 may be written as IPv6 (RFC 4291 section 2.5.5.2), as Debian's file has it. */
    private static Optional<IpNetwork> network(String text) {
        int slash = text.indexOf('/');
        String address = slash < 0 ? text : text.substring(0, slash);
        if (!Ascii.lower(address).startsWith(MAPPED)) {
            return IpNetwork.parse(text);
        }
        long length = slash < 0
                ? MAPPED_BITS + 32
                : Directive.integer(text.substring(slash + 1)).orElse(-1L);
        return length < MAPPED_BITS
                ? Optional.empty()
                : IpNetwork.parse(address.substring(MAPPED.length()) + "/" + (length - MAPPED_BITS));
    }
}
