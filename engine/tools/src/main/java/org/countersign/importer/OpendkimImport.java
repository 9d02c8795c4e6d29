package org.countersign.importer;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.countersign.config.ValueType;
import org.countersign.domain.AddressPattern;
import org.countersign.domain.DomainName;
import org.countersign.domain.IpNetwork;
import org.countersign.service.FileFailure;
import org.countersign.service.FileFailure.Reason;

/** Reads the configuration of OpenDKIM: which mail was signed, and by which key. {@link OpendkimChecks} has the rest. */
final class OpendkimImport {
    private static final String DEFAULT_FILE = "/etc/default/opendkim";

    private final ImportRequest request;
    private final OldFiles files;
    private final Findings findings;
    private final PolicyDraft draft;
    private final KeySupply supply;
    private final Directives directives;
    private final DataSet.Reader reader;
    private final Set<DomainName> knownDomains;

    private OpendkimImport(
            ImportRequest request,
            OldFiles files,
            Findings findings,
            PolicyDraft draft,
            KeySupply supply,
            Directives directives,
            Set<DomainName> knownDomains) {
        this.request = request;
        this.files = files;
        this.findings = findings;
        this.draft = draft;
        this.supply = supply;
        this.directives = directives;
        this.knownDomains = knownDomains;
        this.reader = new DataSet.Reader(
                files, request.tables(), directives.find("BaseDirectory").map(Directive::value), findings);
    }

    /**
     * Reads the configuration.
     *
     * @param file the configuration file, on this system
     * @param draft receives the settings
     * @throws FileFailure if a file cannot be read, or the old program would refuse it
     */
    static void read(
            Path file,
            ImportRequest request,
            OldFiles files,
            Findings findings,
            PolicyDraft draft,
            KeySupply supply,
            Set<DomainName> knownDomains)
            throws FileFailure {
        List<Directive> read = DirectiveFile.read(files, file, DirectiveCatalog.OPENDKIM, findings);
        Directives directives = new Directives(read, DirectiveCatalog.OPENDKIM, findings);
        new OpendkimImport(request, files, findings, draft, supply, directives, knownDomains).read();
    }

    private void read() throws FileFailure {
        draft.set("mode", "monitor", "OpenDKIM refused nothing");
        directives
                .find("BaseDirectory")
                .ifPresent(base -> findings.add(FindingClass.KEPT, base, "Relative names of files begin there."));
        readSocket();
        boolean signs = readMode();
        if (signs) {
            new StartChecks(directives).checkPairs();
            readWho();
            readTables();
        }
        new OpendkimChecks(request, findings, draft, directives, reader).read(signs);
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

    private void readSocket() throws FileFailure {
        Optional<Directive> socket = directives.find("Socket");
        if (socket.isPresent()) {
            Optional<List<String>> ours = ListenSocket.read(socket.get().value());
            if (ours.isEmpty()) {
                findings.add(
                        FindingClass.LOST,
                        socket.get(),
                        "Not a socket that can be kept: set listen, and name it in the mail server.");
            } else {
                draft.setList("listen", ours.get());
                boolean open = ListenSocket.isOpen(ours.get());
                findings.add(
                        open ? FindingClass.DANGER : FindingClass.KEPT,
                        socket.get(),
                        open
                                ? "It listens on every address: each host that reaches the port can have mail signed. It is kept as it was;"
                                        + " write 127.0.0.1 unless the mail server is another machine."
                                : ours.get().getFirst().startsWith("unix:")
                                        ? "The user of the service must be able to make the socket there, and the mail server to"
                                                + " write to it (sockets.group)."
                                        : "The mail server keeps its milter setting.");
            }
        }
        readDefaults(socket);
    }

    /** The file that init scripts read, which may name another socket. */
    private void readDefaults(Optional<Directive> socket) throws FileFailure {
        if (!files.exists(DEFAULT_FILE)) {
            return;
        }
        for (OldFiles.Line line : files.lines(DEFAULT_FILE)) {
            String text = Words.withoutComment(line.text());
            int equals = text.indexOf('=');
            if (equals < 0 || !text.substring(0, equals).strip().equals("SOCKET")) {
                continue;
            }
            String value = text.substring(equals + 1).strip().replace("\"", "").replace("'", "");
            boolean same =
                    socket.filter(directive -> directive.value().equals(value)).isPresent();
            findings.add(
                    same ? FindingClass.KEPT : FindingClass.CHANGED,
                    line.origin(),
                    "SOCKET " + value,
                    same
                            ? "The same as Socket."
                            : "Another socket than Socket. Which one counts depends on the init system: compare with the setting"
                                    + " of the mail server.");
            if (socket.isEmpty()) {
                ListenSocket.read(value).ifPresent(ours -> draft.setList("listen", ours));
            }
        }
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
            List<IpNetwork> all = new ArrayList<>(org.countersign.TrafficRules.LOOPBACK);
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
        return new HostList(findings, request.resolver(), request.asMeant());
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
        draft.setList("signing.when.daemon-names", names);
    }

    private void readMacro(Directive directive, DataSet.Entry entry, List<String> names) {
        String macro = entry.key().replace("{", "").replace("}", "");
        boolean braces = !macro.equals(entry.key());
        if (braces && !request.asMeant()) {
            findings.add(
                    FindingClass.DEAD,
                    directive,
                    "OpenDKIM puts braces around the name itself, so a name with braces matches nothing. " + macro
                            + " was meant.");
        } else if (macro.equals("daemon_name") && !entry.value().isEmpty()) {
            names.addAll(Words.split(entry.value(), '|'));
            findings.add(FindingClass.KEPT, directive, "Written as daemon-names.");
        } else if (macro.startsWith("daemon_name|")) {
            if (request.asMeant()) {
                names.addAll(Words.split(macro.substring("daemon_name|".length()), '|'));
            }
            findings.add(
                    request.asMeant() ? FindingClass.CHANGED : FindingClass.DEAD,
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

    private void readTables() throws FileFailure {
        Optional<Directive> exempt = directives.find("ExemptDomains");
        if (exempt.isPresent()) {
            readExempt(exempt.get());
        }
        Optional<Directive> recipients = directives.find("DontSignMailTo");
        if (recipients.isPresent()) {
            readRecipients(recipients.get());
        }
        Optional<Directive> keyTable = directives.find("KeyTable");
        Optional<Directive> signingTable = directives.find("SigningTable");
        if (keyTable.isEmpty()) {
            new SingleKeyImport(findings, draft, supply, directives, reader, knownDomains).read();
            return;
        }
        for (String single : List.of("Domain", "Selector", "KeyFile", "SubDomains")) {
            directives
                    .find(single)
                    .ifPresent(dead -> findings.add(
                            FindingClass.DEAD,
                            dead,
                            "With a KeyTable this is not used, and the program does not say so."));
        }
        if (signingTable.isEmpty()) {
            findings.add(
                    FindingClass.DEAD,
                    keyTable.get(),
                    "There is no SigningTable: nothing is signed, unless the Lua script of SetupPolicyScript chooses keys.");
            return;
        }
        readTables(keyTable.get(), signingTable.get());
    }

    private void readTables(Directive keyTable, Directive signingTable) throws FileFailure {
        DataSet keyLines;
        DataSet signingLines;
        try {
            keyLines = reader.read(keyTable);
            signingLines = reader.read(signingTable);
        } catch (FileFailure failure) {
            // Both tables are usually in the same database, and both queries are needed.
            throw bothTables(failure, signingTable);
        }
        for (Directive table : List.of(keyTable, signingTable)) {
            reportTable(table, table.equals(keyTable) ? keyLines : signingLines);
        }
        KeyTable keys = new KeyTable(keyLines, reader, files, supply, findings, knownDomains);
        if (!isDump(signingTable)) {
            StartChecks.checkNames(signingLines, keys);
        }
        List<DraftEntry> entries = new SigningTableImport(
                        signingLines, keys, findings, directives.isTrue("MultipleSignatures"), request.asMeant())
                .entries();
        draft.addEntries(entries);
        keys.reportUnused();
        directives
                .find("MultipleSignatures")
                .ifPresent(multiple -> findings.add(
                        multiple.isTrue() ? FindingClass.KEPT : FindingClass.DEFAULT,
                        multiple,
                        multiple.isTrue()
                                ? "Each entry has the keys of every line that matches."
                                : "The first line that matches signs."));
    }

    private FileFailure bothTables(FileFailure first, Directive signingTable) {
        if (first.reason() != Reason.INVALID || first.lines().getFirst().contains(": SigningTable ")) {
            return first;
        }
        try {
            reader.read(signingTable);
            return first;
        } catch (FileFailure second) {
            List<String> lines = new ArrayList<>(first.lines());
            lines.addAll(second.lines());
            return new FileFailure(first.reason(), lines);
        }
    }

    /** Whether the user gave the content of a table that is in a database. */
    private boolean isDump(Directive table) {
        return request.tables().containsKey(org.countersign.syntax.Ascii.lower(table.name()));
    }

    private void reportTable(Directive table, DataSet lines) {
        if (isDump(table)) {
            findings.add(
                    FindingClass.DANGER,
                    table,
                    "A table in a database is not followed while the service runs: what is added there is not signed until"
                            + " the import runs again.");
            return;
        }
        boolean unusual = table.name().equals("KeyTable") && lines.kind() == DataSet.Kind.PATTERNS;
        findings.add(
                FindingClass.KEPT,
                table,
                unusual
                        ? "As a refile it works, but opendkim-testkey cannot read it. Names of keys are literal here."
                        : lines.entries().size() + " lines.");
    }

    private void readExempt(Directive exempt) throws FileFailure {
        List<AddressPattern> patterns = new ArrayList<>();
        for (DataSet.Entry entry : reader.read(exempt).entries()) {
            Optional<AddressPattern> pattern = AddressPattern.parseDomain(entry.key());
            pattern.ifPresentOrElse(
                    patterns::add,
                    () -> findings.add(FindingClass.LOST, entry.origin(), entry.key(), "It is no domain name."));
        }
        if (!patterns.isEmpty()) {
            draft.addEntries(List.of(DraftEntry.unsigned(patterns, "ExemptDomains")));
        }
        findings.add(
                FindingClass.CHANGED,
                exempt,
                "Not signed, as before. Inbound mail of these domains was left alone, and is judged now.");
    }

    private void readRecipients(Directive recipients) throws FileFailure {
        List<AddressPattern> patterns = new ArrayList<>();
        DataSet set = reader.read(recipients);
        for (DataSet.Entry entry : set.entries()) {
            TablePattern pattern = set.kind() == DataSet.Kind.PATTERNS
                    ? TablePattern.ofPatterns(entry.key())
                    : AddressPattern.parse(entry.key())
                            .filter(AddressPattern.Address.class::isInstance)
                            .<TablePattern>map(address -> new TablePattern.Said(List.of(address), ""))
                            .orElseGet(
                                    () -> new TablePattern.Nothing("it is compared with the whole address", List.of()));
            switch (pattern) {
                case TablePattern.Said(List<AddressPattern> said, String unused) -> patterns.addAll(said);
                case TablePattern.Nothing(String why, List<AddressPattern> unused) ->
                    findings.add(FindingClass.DEAD, entry.origin(), entry.key(), "It matches nothing: " + why + ".");
                default ->
                    findings.add(
                            FindingClass.LOST,
                            entry.origin(),
                            entry.key(),
                            "Patterns for parts of addresses cannot be said.");
            }
        }
        if (!patterns.isEmpty()) {
            draft.addEntries(List.of(
                    new DraftEntry(List.of(), List.of(), patterns, List.of(), Optional.empty(), "DontSignMailTo")));
        }
        findings.add(FindingClass.KEPT, recipients, "A condition on recipients: one of them is enough, as before.");
    }

    static Optional<DomainName> domain(String text) {
        return ValueType.DOMAIN_NAME.parse(text);
    }

    static Set<DomainName> domains(List<OldFiles.Line> lines) {
        Set<DomainName> domains = new TreeSet<>();
        for (OldFiles.Line line : lines) {
            List<String> words = Words.ofLine(Words.withoutComment(line.text()));
            if (!words.isEmpty()) {
                domain(words.getFirst()).ifPresent(domains::add);
            }
        }
        return domains;
    }
}
