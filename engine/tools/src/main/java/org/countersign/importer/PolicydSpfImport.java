package org.countersign.importer;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.TrafficRules;
import org.countersign.config.Suggestions;
import org.countersign.domain.IpNetwork;
import org.countersign.service.FileFailure;
import org.countersign.syntax.Ascii;

/** Reads the configuration of policyd-spf or pyspf-milter, which refuse mail for SPF alone: {@code name = value} on each line. */
final class PolicydSpfImport {
    private static final List<String> NEVER = List.of("false", "no_check", "spf_not_pass_never", "null");

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
        for (OldFiles.Line line : files.lines(file, files.there(file))) {
            String text = Words.withoutComment(line.text());
            int equals = text.indexOf('=');
            if (!text.isEmpty()) {
                String name = (equals < 0 ? text : text.substring(0, equals)).strip();
                String value = equals < 0 ? "" : text.substring(equals + 1).strip();
                read(new Directive(name, value, line.origin()));
            }
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

    private void read(Directive directive) throws FileFailure {
        Optional<DirectiveCatalog.Rule> rule = DirectiveCatalog.POLICYD_SPF.find(directive.name());
        if (rule.isEmpty()) {
            findings.add(
                    FindingClass.DEAD,
                    directive,
                    "policyd-spf has no setting of this name, and ignores it"
                            + Suggestions.nearest(directive.name(), DirectiveCatalog.POLICYD_SPF.names())
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
            case "HELO_reject", "Mail_From_reject" -> {
                boolean never = NEVER.contains(Ascii.lower(directive.value()));
                findings.add(
                        never ? FindingClass.DEFAULT : FindingClass.LOST,
                        directive,
                        never
                                ? "No mail is refused for SPF alone."
                                : "Mail is not refused for SPF alone, because forwarding breaks it. A rule that does it: { name: spf,"
                                        + " when: { spf: fail }, then: reject }.");
            }
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
            case "TestOnly" ->
                findings.add(FindingClass.KEPT, directive, "With 0 nothing was refused: mode: monitor is the same.");
            case "Authserv_Id" -> AuthservNames.read(directive, request, findings, draft);
            default -> readNetworks(directive);
        }
    }

    /** Whitelist and skip_addresses: clients that were not checked. */
    private void readNetworks(Directive directive) {
        for (String word : Words.list(directive.value())) {
            IpNetwork.parse(word)
                    .ifPresentOrElse(
                            skipped::add,
                            () -> findings.add(
                                    FindingClass.LOST, directive.origin(), word, "It is no address or network."));
        }
        findings.add(FindingClass.KEPT, directive, "Mail of these clients is not judged (inbound.skip-networks).");
    }
}
