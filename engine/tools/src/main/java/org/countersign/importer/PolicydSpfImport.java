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

/**
 * Reads the configuration of policyd-spf or pyspf-milter, which refuse mail for SPF alone: {@code name = value} on each line. What
 * they do was found by running policyd-spf 3.0.4.
 */
final class PolicydSpfImport {
    private static final List<String> NEVER = List.of("False", "No_Check");
    private static final List<String> REFUSING = List.of("Fail", "Softfail", "SPF_Not_Pass");
    private static final String OF_BOUNCES = "Null";

    /** Settings that are without effect while the program refuses nothing. */
    private static final List<String> OF_REFUSALS = List.of(
            "HELO_reject",
            "Mail_From_reject",
            "PermError_reject",
            "TempError_Defer",
            "No_Mail",
            "Reject_Not_Pass_Domains",
            "HELO_pass_restriction",
            "Mail_From_pass_restriction",
            "Domain_Whitelist",
            "Domain_Whitelist_PTR",
            "HELO_Whitelist",
            "Reason_Message");

    /** Settings that a milter alone has. */
    private static final List<String> OF_MILTER = List.of("Socket", "PidFile", "UserID", "MacroList");

    private final OldFiles files;
    private final Findings findings;
    private final PolicyDraft draft;
    private final ImportRequest request;
    private final PolicydSpfNetworks networks;
    private final Map<String, Directive> settings = new LinkedHashMap<>();
    private final List<IpNetwork> skipped = new ArrayList<>(TrafficRules.LOOPBACK);
    private boolean refuses;

    PolicydSpfImport(ImportContext context) {
        this.files = context.files();
        this.request = context.request();
        this.findings = context.findings();
        this.draft = context.draft();
        this.networks = new PolicydSpfNetworks(findings, request.asMeant());
    }

    void read(Path file) throws FileFailure {
        draft.set("mode", "monitor", "DMARC decides; SPF alone refuses nothing");
        for (OldFiles.Line line : files.lines(file, files.there(file))) {
            String text = Words.withoutComment(line.text());
            if (!text.isEmpty()) {
                readLine(text, line.origin());
            }
        }
        Optional<Directive> off = off();
        for (Directive setting : settings.values()) {
            if (off.isPresent() && OF_REFUSALS.contains(setting.name())) {
                findings.add(
                        FindingClass.DEAD,
                        setting,
                        "No mail is refused or let through because of it: see "
                                + off.get().name() + ", " + off.get().origin() + ".");
            } else {
                read(setting);
            }
        }
        draft.setList(
                "inbound.skip-networks",
                Networks.distinct(skipped).stream().map(Networks::text).toList());
        // Without a line, HELO and MAIL FROM with a fail are refused.
        refuses |= !settings.containsKey("HELO_reject") || !settings.containsKey("Mail_From_reject");
        boolean refused = refuses && off.isEmpty();
        findings.add(
                FindingClass.CHANGED,
                Origin.NOWHERE,
                "SPF alone",
                (refused
                                ? "policyd-spf refused mail whose SPF fails, and with it mail that is forwarded. Here SPF counts for DMARC."
                                : "policyd-spf refused no mail for a fail of SPF. Here SPF counts for DMARC.")
                        + " Remove check_policy_service of policyd-spf from smtpd_recipient_restrictions, or its socket from"
                        + " smtpd_milters.");
    }

    /** The setting that turns all refusals off. */
    private Optional<Directive> off() {
        return Optional.ofNullable(settings.get("TestOnly"))
                .filter(setting ->
                        number(setting.value()).filter(value -> value == 0).isPresent())
                .or(() -> Optional.ofNullable(settings.get("Mock"))
                        .filter(setting -> !setting.value().isEmpty()));
    }

    /** Keeps a line that the program reads; one that it does not read leaves an earlier line of the same name in force. */
    private void readLine(String text, Origin origin) throws FileFailure {
        int equals = text.indexOf('=');
        Directive setting = new Directive(
                (equals < 0 ? text : text.substring(0, equals)).strip(),
                equals < 0 ? "" : text.substring(equals + 1).strip(),
                origin);
        Optional<DirectiveCatalog.Rule> rule = DirectiveCatalog.POLICYD_SPF.find(setting.name());
        if (equals < 0) {
            findings.add(FindingClass.DEAD, setting, "policyd-spf ignores a line without =. Write NAME = VALUE.");
        } else if (setting.value().indexOf('=') >= 0) {
            findings.add(FindingClass.DEAD, setting, "policyd-spf ignores a line with more than one =.");
        } else if (rule.isEmpty() || !rule.get().name().equals(setting.name())) {
            findings.add(FindingClass.DEAD, setting, unknown(setting.name(), rule));
        } else {
            checkStart(setting, rule.get());
            Directive earlier = settings.put(setting.name(), setting);
            if (earlier != null) {
                findings.add(
                        FindingClass.DEAD,
                        earlier,
                        "Line " + setting.origin() + " has the same name, and the last one counts.");
            }
        }
    }

    private static String unknown(String name, Optional<DirectiveCatalog.Rule> rule) {
        if (name.indexOf(OldFiles.BYTE_ORDER_MARK) == 0) {
            return OldFiles.BEHIND_BYTE_ORDER_MARK + ": policyd-spf ignores the line. Save the file without it.";
        }
        return "policyd-spf has no setting of this name, and ignores it"
                + rule.map(DirectiveCatalog.Rule::name)
                        .or(() -> Suggestions.nearest(name, DirectiveCatalog.POLICYD_SPF.names()))
                        .map(near -> ": did you mean " + near + "?")
                        .orElse(".");
    }

    /** What ends the program, so that Postfix defers all mail. */
    private static void checkStart(Directive setting, DirectiveCatalog.Rule rule) throws FileFailure {
        boolean noNumber = rule.type() == DirectiveCatalog.Type.INTEGER
                && number(setting.value()).isEmpty();
        boolean noList =
                setting.name().equals("skip_addresses") && setting.value().isEmpty();
        if (noNumber || noList) {
            throw new FileFailure(
                    FileFailure.Reason.INVALID,
                    setting.origin() + ": " + setting.shown()
                            + (noNumber ? ": it is no whole number" : ": the list is empty")
                            + ". policyd-spf ends with this line, so it is not what runs");
        }
    }

    /** A whole number as Python reads it. */
    private static Optional<Long> number(String text) {
        return Directive.decimal(text);
    }

    private void read(Directive directive) throws FileFailure {
        DirectiveCatalog.Rule rule =
                DirectiveCatalog.POLICYD_SPF.find(directive.name()).orElseThrow();
        if (rule.kind().isPresent()) {
            boolean without = rule.kind().get().compareTo(FindingClass.KEPT) < 0
                    && (directive.value().isEmpty() || rule.isDefault(directive.value()));
            findings.add(
                    without ? FindingClass.DEFAULT : rule.kind().get(),
                    directive,
                    without ? "The same as without the line." : rule.explanation());
            return;
        }
        switch (directive.name()) {
            case "HELO_reject", "Mail_From_reject" -> readRejection(directive);
            case "PermError_reject", "TempError_Defer" -> readErrors(directive);
            case "TestOnly" -> readTestOnly(directive);
            case "Mock" -> readMock(directive);
            case "Authserv_Id" -> AuthservNames.read(directive, request, findings, draft);
            case "InternalHosts" -> readInternalHosts(directive);
            default -> readNetworks(directive);
        }
    }

    private void readTestOnly(Directive directive) {
        boolean none = number(directive.value()).filter(value -> value == 0).isPresent();
        findings.add(
                none ? FindingClass.KEPT : FindingClass.DEFAULT,
                directive,
                none
                        ? "Nothing was refused. Here SPF alone refuses nothing in any case."
                        : "The same as without the line.");
    }

    private void readMock(Directive directive) {
        boolean off = !directive.value().isEmpty();
        findings.add(
                off ? FindingClass.CHANGED : FindingClass.DEFAULT,
                directive,
                off
                        ? "Any value, even False, makes policyd-spf answer without a check: no mail was looked at. Here it is judged,"
                                + " with mode: monitor."
                        : "The same as without the line.");
    }

    private void readErrors(Directive directive) {
        String value = directive.value();
        if (value.equals("True")) {
            boolean permanent = directive.name().startsWith("Perm");
            findings.add(
                    FindingClass.LOST,
                    directive,
                    "A rule can do it: { name: spf-error, when: { spf: " + (permanent ? "permerror" : "temperror")
                            + " }, then: " + (permanent ? "reject" : "tempfail") + " }.");
            return;
        }
        boolean known = value.equals("False") || value.isEmpty();
        findings.add(
                known ? FindingClass.DEFAULT : FindingClass.DEAD,
                directive,
                known
                        ? "No mail is refused or deferred for an error of SPF."
                        : "policyd-spf compares it with True, letter by letter: no mail was refused or deferred for an error of SPF.");
    }

    /** HELO_reject and Mail_From_reject: which results refused the mail. Upper and lower case matter. */
    private void readRejection(Directive directive) {
        String value = directive.value();
        boolean bounces = value.equals(OF_BOUNCES) && directive.name().equals("HELO_reject");
        if (NEVER.contains(value)) {
            findings.add(FindingClass.DEFAULT, directive, "No mail is refused for SPF alone.");
            return;
        }
        if (!REFUSING.contains(value) && !bounces) {
            findings.add(
                    FindingClass.DEAD,
                    directive,
                    "It is no word that policyd-spf knows, and refused no mail"
                            + REFUSING.stream()
                                    .filter(value::equalsIgnoreCase)
                                    .findFirst()
                                    .map(word -> ": upper and lower case matter, and the word is " + word + ".")
                                    .orElse("."));
            return;
        }
        refuses = true;
        String results = switch (value) {
            case "SPF_Not_Pass" -> "[fail, softfail, neutral]";
            case "Softfail" -> "[fail, softfail]";
            default -> "fail";
        };
        findings.add(
                FindingClass.LOST,
                directive,
                "Mail is not refused for SPF alone, because forwarding breaks it. A rule that does it: { name: spf, when: { spf: "
                        + results + (bounces ? ", null-sender: true" : "") + " }, then: reject }."
                        + (bounces ? " It concerned bounces alone." : ""));
    }

    /** Whitelist and skip_addresses: clients that were not checked. */
    private void readNetworks(Directive directive) {
        List<IpNetwork> read = networks.read(directive);
        skipped.addAll(read);
        boolean loopback = directive.name().equals("skip_addresses")
                && read.stream().noneMatch(network -> network.covers(Networks.LOOPBACK_4));
        findings.add(
                loopback ? FindingClass.CHANGED : FindingClass.KEPT,
                directive,
                "Mail of these clients is not judged (inbound.skip-networks)."
                        + (loopback
                                ? " Mail from loopback is not judged either; policyd-spf checked it with this line."
                                : ""));
    }

    /** InternalHosts of pyspf-milter, whose names are looked up; policyd-spf reads the line and does not use it. */
    private void readInternalHosts(Directive directive) throws FileFailure {
        if (OF_MILTER.stream().noneMatch(settings::containsKey)) {
            findings.add(
                    FindingClass.DEAD,
                    directive,
                    "pyspf-milter alone uses it. For clients that policyd-spf leaves alone, see skip_addresses.");
            return;
        }
        DataSet.Reader reader = new DataSet.Reader(files, Map.of(), Optional.empty(), findings);
        for (DataSet.Entry entry : reader.read(directive).entries()) {
            IpNetwork.parse(entry.key())
                    .ifPresentOrElse(
                            skipped::add,
                            () -> findings.add(
                                    FindingClass.LOST,
                                    entry.origin(),
                                    entry.key(),
                                    "It is no address. List the addresses of such clients in inbound.skip-networks."));
        }
        findings.add(FindingClass.KEPT, directive, "Mail of these clients is not judged (inbound.skip-networks).");
    }
}
