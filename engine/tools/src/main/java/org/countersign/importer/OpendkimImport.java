package org.countersign.importer;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.TrafficRules;
import org.countersign.domain.IpNetwork;
import org.countersign.service.FileFailure;
import org.countersign.service.FileFailure.Reason;

/** Reads the configuration of OpenDKIM: which mail was signed, and by which key. {@link OpendkimChecks} has the rest. */
final class OpendkimImport {
    private final ImportContext context;
    private final Findings findings;
    private final PolicyDraft draft;
    private final Directives directives;
    private final DataSet.Reader reader;

    OpendkimImport(ImportContext context, Directives directives) {
        this.context = context;
        this.findings = context.findings();
        this.draft = context.draft();
        this.directives = directives;
        this.reader = new DataSet.Reader(
                context.files(),
                context.request().tables(),
                directives.find("BaseDirectory").map(Directive::value),
                findings);
    }

    /**
     * Reads the configuration.
     *
     * @throws FileFailure if a file cannot be read, or the old program would refuse it
     */
    void read() throws FileFailure {
        draft.set("mode", "monitor", "OpenDKIM refused nothing");
        directives
                .find("BaseDirectory")
                .ifPresent(base -> findings.add(FindingClass.KEPT, base, "Relative names of files begin there."));
        new OpendkimSocket(context.files(), findings, draft).read(directives.find("Socket"));
        boolean signs = readMode();
        if (signs) {
            new StartChecks(directives).checkPairs();
            readWho();
            new OpendkimTables(context, directives, reader).read();
        }
        new OpendkimChecks(context, directives, reader).read(signs);
        if (signs && !draft.signsAnything()) {
            findings.add(
                    FindingClass.DANGER,
                    Origin.NOWHERE,
                    "keys",
                    "Nothing to sign with was found: the program signs nothing with this configuration, or it is not the one that"
                            + " runs.");
        }
        // After the lines of the tables, in which their owner believes more than in these.
        directives.reportUntranslated();
    }

    /** Whether mail was signed. */
    private boolean readMode() throws FileFailure {
        Optional<Directive> mode = directives.find("Mode");
        if (mode.isEmpty()) {
            return true;
        }
        String letters = mode.get().value();
        if (letters.isEmpty() || !letters.chars().allMatch(c -> c == 's' || c == 'v')) {
            throw new FileFailure(
                    Reason.INVALID,
                    mode.get().origin() + ": " + mode.get().shown()
                            + ": a mode is s, v or sv, and the old program does not" + " start with another");
        }
        if (letters.indexOf('v') < 0) {
            findings.add(
                    FindingClass.CHANGED,
                    mode.get(),
                    "OpenDKIM did not look at inbound mail. Here it is judged, with mode: monitor and nothing but a header field"
                            + " and a line in the log. To leave it alone, name the filter in the submission services and"
                            + " non_smtpd_milters alone.");
        } else if (letters.indexOf('s') < 0) {
            findings.add(FindingClass.KEPT, mode.get(), "Nothing is signed: no keys are written.");
            for (String name : List.of("KeyTable", "SigningTable", "Domain", "KeyFile", "Selector")) {
                directives
                        .find(name)
                        .ifPresent(
                                unused -> findings.add(FindingClass.DEAD, unused, "With this Mode nothing is signed."));
            }
            return false;
        } else {
            findings.add(FindingClass.DEFAULT, mode.get(), "Signs and verifies.");
        }
        return true;
    }

    /** Who may have mail signed. */
    private void readWho() throws FileFailure {
        List<IpNetwork> networks = List.of(Networks.LOOPBACK_4, Networks.LOOPBACK_6);
        String comment = "";
        Optional<Directive> hosts = directives.find("InternalHosts");
        if (hosts.isPresent()) {
            HostList.Read read = hostList().read(reader.read(hosts.get()));
            networks = Networks.distinct(read.networks());
            comment = String.join("; ", read.comments());
            findings.add(FindingClass.KEPT, hosts.get(), "Mail of these clients is signed.");
        } else {
            findings.add(
                    FindingClass.KEPT,
                    Origin.NOWHERE,
                    "InternalHosts (not set)",
                    "Written out as 127.0.0.1 and ::1, which is what the program does.");
        }
        Optional<Directive> peers = directives.find("PeerList");
        if (peers.isPresent()) {
            List<IpNetwork> skipped = hostList().read(reader.read(peers.get())).networks();
            List<IpNetwork> all = new ArrayList<>(TrafficRules.LOOPBACK);
            all.addAll(skipped);
            draft.setList(
                    "inbound.skip-networks",
                    Networks.distinct(all).stream().map(Networks::text).toList());
            networks = Networks.without(networks, skipped);
            findings.add(
                    FindingClass.CHANGED,
                    peers.get(),
                    "Mail of these clients is not judged, as before. Mail of users who log in from there was not signed, and is signed now.");
        }
        draft.signFor(networks, comment);
        if (networks.stream().anyMatch(network -> network.covers(Networks.LOOPBACK_4))) {
            findings.add(
                    FindingClass.KEPT,
                    Origin.NOWHERE,
                    "127.0.0.1",
                    "Mail from 127.0.0.1 is signed, as before. What a content filter hands back there needs"
                            + " receive_override_options=no_milters on its port.");
        }
        readServices();
        draft.set("signing.author-must-match-user", "none", "as before; domain is safer");
    }

    private HostList hostList() {
        return new HostList(findings, context.request().resolver(), asMeant());
    }

    private void readServices() throws FileFailure {
        List<String> names = new ArrayList<>();
        Optional<Directive> mta = directives.find("MTA");
        if (mta.isPresent()) {
            reader.read(mta.get()).entries().forEach(entry -> names.add(entry.key()));
            findings.add(FindingClass.KEPT, mta.get(), "Upper and lower case matter, as before.");
        } else {
            findings.add(
                    FindingClass.KEPT,
                    Origin.NOWHERE,
                    "MTA (not set)",
                    "daemon-names: []. The name of a service alone was never enough; list ORIGINATING if submission without a"
                            + " login is meant.");
        }
        Optional<Directive> macros = directives.find("MacroList");
        if (macros.isPresent()) {
            for (DataSet.Entry entry : reader.read(macros.get()).entries()) {
                readMacro(macros.get(), entry, names);
            }
        }
        draft.setList("signing.when.daemon-names", names.stream().distinct().toList());
    }

    private void readMacro(Directive directive, DataSet.Entry entry, List<String> names) {
        String macro = entry.key().replace("{", "").replace("}", "");
        boolean braces = !macro.equals(entry.key());
        if (braces && !asMeant()) {
            findings.add(
                    FindingClass.DEAD,
                    directive,
                    "OpenDKIM puts braces around the name itself, so a name with braces matches nothing. " + macro
                            + " was meant.");
        } else if (macro.equals("daemon_name") && !entry.value().isEmpty()) {
            names.addAll(Words.split(entry.value(), '|'));
            findings.add(FindingClass.KEPT, directive, "Written as daemon-names.");
        } else if (macro.startsWith("daemon_name|")) {
            if (asMeant()) {
                names.addAll(Words.split(macro.substring("daemon_name|".length()), '|'));
            }
            findings.add(
                    asMeant() ? FindingClass.CHANGED : FindingClass.DEAD,
                    directive,
                    "OpenDKIM reads it as a macro of the name " + macro
                            + ", which nobody sends. daemon_name=NAME was meant.");
        } else {
            findings.add(
                    FindingClass.LOST,
                    directive,
                    "The macro " + macro
                            + " is no condition here: name the service, and list the name in daemon-names.");
        }
    }

    private boolean asMeant() {
        return context.request().asMeant();
    }
}
