package org.countersign.importer;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.config.ValueType;
import org.countersign.domain.DomainName;
import org.countersign.domain.IpNetwork;
import org.countersign.service.FileFailure;
import org.countersign.syntax.Ascii;

/** Reads the configuration of OpenDMARC. */
final class OpendmarcImport {
    private final ImportRequest request;
    private final Findings findings;
    private final PolicyDraft draft;
    private final Directives directives;
    private final DataSet.Reader reader;

    OpendmarcImport(ImportContext context, Directives directives) {
        this.request = context.request();
        this.findings = context.findings();
        this.draft = context.draft();
        this.directives = directives;
        this.reader = DataSet.Reader.ofOpendmarc(context.files(), findings);
    }

    /**
     * Reads the configuration. Settings of OpenDKIM may be in the draft already.
     *
     * @throws FileFailure if a file cannot be read, or the old program would refuse it
     */
    void read() throws FileFailure {
        directives.reportUntranslated();
        readRejection();
        readClients();
        readSocket();
        directives.find("AuthservID").ifPresent(id -> AuthservNames.read(id, request, findings, draft));
        readTrustedNames();
        readListsOfDomains();
        Optional<Directive> suffixes = directives.find("PublicSuffixList");
        draft.set("dmarc.organizational-domain", "psl-shadow");
        suffixes.ifPresentOrElse(
                list -> findings.add(
                        FindingClass.CHANGED,
                        list,
                        "psl-shadow: the list is part of the program, and differences from RFC 9989 are logged. pct counts as it"
                                + " did."),
                () -> findings.add(
                        FindingClass.CHANGED,
                        Origin.NOWHERE,
                        "PublicSuffixList (not set)",
                        "OpenDMARC saw only the record of the exact domain: mail of a subdomain without one was none. Here the"
                                + " organization's record counts (psl-shadow)."));
    }

    private void readRejection() {
        boolean rejects = directives.isTrue("RejectFailures");
        Optional<Directive> reject = directives.find("RejectFailures");
        if (rejects) {
            draft.set("mode", "enforce", "RejectFailures; monitor for a week shows what would be refused");
            draft.set("dmarc.on-reject", "reject");
            draft.setList("dmarc.fail-closed", List.of("*"));
        } else {
            draft.set("mode", "monitor", "OpenDMARC refused nothing");
        }
        String explanation = rejects
                ? "mode: enforce, with on-reject: reject. fail-closed defers mail that cannot be evaluated, as before; it may go."
                        + " Look at a week in mode: monitor first (RFC 9989 section 7.4)."
                : "mode: monitor. Nothing is refused.";
        reject.ifPresentOrElse(
                directive -> findings.add(FindingClass.KEPT, directive, explanation),
                () -> findings.add(FindingClass.KEPT, Origin.NOWHERE, "RejectFailures (not set)", explanation));
        Optional<Directive> hold = directives.find("HoldQuarantinedMessages");
        if (hold.filter(Directive::isTrue).isPresent()) {
            draft.set("quarantine", "hold");
            findings.add(
                    rejects ? FindingClass.KEPT : FindingClass.DEAD,
                    hold.orElseThrow(),
                    rejects
                            ? "quarantine: hold."
                            : "Without RejectFailures it had no effect; it has none in mode: monitor either.");
        } else {
            hold.ifPresent(no -> findings.add(FindingClass.DEFAULT, no, "Mail is not held."));
            if (rejects) {
                findings.add(
                        FindingClass.CHANGED,
                        Origin.NOWHERE,
                        "p=quarantine",
                        "It was only a word in the header. Here such mail is marked (quarantine: mark).");
            }
        }
        directives
                .find("RejectMultiValueFrom")
                .ifPresent(multi -> findings.add(
                        FindingClass.DEFAULT,
                        multi,
                        "Mail with authors of several domains is refused in enforce (ambiguous-author)."
                                + (multi.isTrue() ? "" : " OpenDMARC let it in unjudged.")));
        directives
                .find("IgnoreAuthenticatedClients")
                .ifPresent(logins -> findings.add(
                        FindingClass.DEFAULT,
                        logins,
                        "Mail of users who have logged in is not judged."
                                + (logins.isTrue() ? "" : " OpenDMARC judged it, and refused some.")));
    }

    private void readClients() throws FileFailure {
        Optional<Directive> ignore = directives.find("IgnoreHosts");
        List<IpNetwork> networks = new ArrayList<>();
        if (ignore.isPresent()) {
            if (!ignore.get().value().startsWith("/")) {
                throw new FileFailure(
                        FileFailure.Reason.INVALID,
                        ignore.get().origin() + ": " + ignore.get().shown()
                                + ": this is always the name of a file, and the old program does not start with a list");
            }
            HostList.Read read =
                    new HostList(findings, request.resolver(), request.asMeant()).read(reader.read(ignore.get()));
            networks.addAll(read.networks());
            findings.add(FindingClass.KEPT, ignore.get(), "Mail of these clients is not judged.");
        } else {
            networks.add(Networks.LOOPBACK_4);
            findings.add(
                    FindingClass.KEPT,
                    Origin.NOWHERE,
                    "IgnoreHosts (not set)",
                    "Written out as 127.0.0.1, which is what the program does; ::1 was not in it.");
        }
        draft.value("inbound.skip-networks").ifPresent(peers -> {
            for (String word :
                    Words.list(peers.replace("[", "").replace("]", "").replace("\"", ""))) {
                IpNetwork.parse(word).ifPresent(networks::add);
            }
        });
        draft.setList(
                "inbound.skip-networks",
                Networks.distinct(networks).stream().map(Networks::text).toList());
    }

    private void readSocket() {
        Optional<Directive> socket = directives.find("Socket");
        if (socket.isEmpty()) {
            return;
        }
        Optional<List<String>> ours = ListenSocket.read(socket.get().value());
        if (draft.has("listen")) {
            findings.add(
                    FindingClass.MOOT, socket.get(), "One socket is enough: take this one out of the mail server.");
        } else if (ours.isPresent()) {
            draft.setList("listen", ours.get());
            boolean open = ListenSocket.isOpen(ours.get());
            findings.add(
                    open ? FindingClass.DANGER : FindingClass.KEPT,
                    socket.get(),
                    open
                            ? "It listens on every address. It is kept as it was; write 127.0.0.1 unless the mail server is another"
                                    + " machine."
                            : "The mail server keeps its milter setting.");
        } else {
            findings.add(FindingClass.LOST, socket.get(), "Not a socket that can be kept: set listen.");
        }
    }

    /** Names whose results were believed. */
    private void readTrustedNames() throws FileFailure {
        Optional<Directive> trusted = directives.find("TrustedAuthservIDs");
        if (trusted.isEmpty()) {
            return;
        }
        Optional<String> own = draft.value("authserv-id").map(text -> text.replace("\"", ""));
        List<String> aliases = new ArrayList<>();
        for (DataSet.Entry entry : reader.read(trusted.get()).entries()) {
            String name = entry.key();
            if (name.equals("HOSTNAME")) {
                findings.add(
                        FindingClass.CHANGED,
                        trusted.get(),
                        "OpenDMARC takes HOSTNAME literally here. Results of others are not an input; the own name needs no"
                                + " mention.");
            } else if (own.filter(name::equalsIgnoreCase).isPresent()) {
                findings.add(FindingClass.DEFAULT, trusted.get(), name + " is our own name.");
            } else if (isOfSameOrganization(own, name)) {
                aliases.add(Ascii.lower(name));
                findings.add(
                        FindingClass.KEPT,
                        trusted.get(),
                        name
                                + " is below our own domain and taken for an alias: results that mail brings under it are removed.");
            } else {
                findings.add(
                        FindingClass.DANGER,
                        trusted.get(),
                        "Results of " + name
                                + " were believed, which anybody can write. If that host stands before this one, SPF"
                                + " and DMARC see its address here: judge there, or list it in"
                                + " indirect-flow.forwarders.networks or inbound.skip-networks.");
            }
        }
        if (!aliases.isEmpty()) {
            draft.setList("authserv-id-aliases", aliases);
        }
    }

    private static boolean isOfSameOrganization(Optional<String> own, String name) {
        Optional<DomainName> ours = own.flatMap(ValueType.DOMAIN_NAME::parse);
        Optional<DomainName> other = ValueType.DOMAIN_NAME.parse(name);
        return ours.isPresent()
                && other.isPresent()
                && ours.get().labelCount() > 2
                && other.get().isWithin(ours.get().rightmost(ours.get().labelCount() - 1));
    }

    private void readListsOfDomains() throws FileFailure {
        Optional<Directive> from = directives.find("IgnoreMailFrom");
        if (from.isPresent()) {
            List<String> domains = new ArrayList<>();
            for (DataSet.Entry entry : reader.read(from.get()).entries()) {
                ValueType.DOMAIN_NAME
                        .parse(entry.key())
                        .ifPresentOrElse(
                                domain -> domains.add(domain.toString()),
                                () -> findings.add(
                                        FindingClass.DEAD,
                                        entry.origin(),
                                        entry.key(),
                                        "It is compared with the whole domain, and is none: it matched nothing."));
            }
            if (!domains.isEmpty()) {
                draft.set("dmarc.treat-as", "{ none: " + Yaml.list(domains) + " }");
            }
            findings.add(
                    FindingClass.CHANGED,
                    from.get(),
                    "treat-as: none. Mail of these domains that fails is accepted; OpenDMARC did not even add a result.");
        }
        SealerNames sealers = new SealerNames(findings);
        for (String name : List.of("DomainWhitelist", "DomainWhitelistFile")) {
            Optional<Directive> list = directives.find(name);
            if (list.isEmpty()) {
                continue;
            }
            DataSet set = name.equals("DomainWhitelistFile")
                    ? reader.read(new Directive(
                            name, "file:" + list.get().value(), list.get().origin()))
                    : reader.read(list.get());
            set.entries().forEach(entry -> sealers.add(entry.key(), entry.origin()));
            findings.add(
                    FindingClass.CHANGED,
                    list.get(),
                    "indirect-flow.trusted-sealers, with then: accept. OpenDMARC asked that all sealers of the chain are listed,"
                            + " and believed another filter's word about the chain. Here the chain is verified. Our default is"
                            + " quarantine.");
        }
        if (!sealers.names().isEmpty()) {
            draft.setList("indirect-flow.trusted-sealers", sealers.names());
            draft.set("indirect-flow.then", "accept");
        }
    }
}
