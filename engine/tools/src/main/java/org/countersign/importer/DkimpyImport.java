package org.countersign.importer;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.domain.IpNetwork;
import org.countersign.service.FileFailure;

/** Reads the configuration of dkimpy-milter: which mail was signed, and how. {@link DkimpyKeys} has the keys. */
final class DkimpyImport {
    private static final int MIN_RSA_BITS = 1024;
    private static final int MAX_RSA_BITS = 8192;

    private final ImportContext context;
    private final Findings findings;
    private final PolicyDraft draft;
    private final DkimpyFile file;

    private DkimpyImport(ImportContext context, DkimpyFile file) {
        this.context = context;
        this.findings = context.findings();
        this.draft = context.draft();
        this.file = file;
    }

    /**
     * Reads the configuration.
     *
     * @throws FileFailure if a file cannot be read, or the program does not start with it
     */
    static void read(Path path, ImportContext context) throws FileFailure {
        new DkimpyImport(context, DkimpyFile.read(context.files(), path, context.findings())).read();
    }

    private void read() throws FileFailure {
        draft.set("mode", "monitor", "dkimpy-milter refused nothing");
        new OpendkimSocket(context.files(), findings, draft).readSetting(file.find("Socket"));
        if (readMode()) {
            readCanonicalization();
            readWho();
            new DkimpyKeys(context, file).read();
            if (!draft.signsAnything()) {
                findings.add(
                        FindingClass.DANGER,
                        Origin.NOWHERE,
                        "keys",
                        "Nothing to sign with was found: the program signs nothing with this configuration, or it is not the one"
                                + " that runs.");
            }
        }
        file.find("AuthservID").ifPresent(id -> AuthservNames.read(id, context.request(), findings, draft));
        file.find("MinimumKeyBits").ifPresent(this::readKeyBits);
        file.reportUntranslated();
    }

    /** Whether mail was signed. */
    private boolean readMode() {
        Optional<Directive> mode = file.find("Mode");
        Optional<Directive> verifies = mode.filter(given -> given.value().equals("v"));
        if (verifies.isPresent()) {
            findings.add(FindingClass.KEPT, verifies.get(), "Nothing is signed: no keys are written.");
            for (String name :
                    List.of("KeyTable", "KeyTableEd25519", "SigningTable", "Domain", "KeyFile", "Selector")) {
                file.find(name)
                        .ifPresent(
                                unused -> findings.add(FindingClass.DEAD, unused, "With this Mode nothing is signed."));
            }
            return false;
        }
        mode.ifPresent(given -> findings.add(
                given.value().equals("sv") ? FindingClass.DEFAULT : FindingClass.CHANGED,
                given,
                given.value().equals("sv")
                        ? "Signs and verifies."
                        : "dkimpy-milter did not look at inbound mail. Here it is judged, with mode: monitor and nothing but a header field"
                                + " and a line in the log. To leave it alone, name the filter in the submission services and"
                                + " non_smtpd_milters alone."));
        return true;
    }

    private void readCanonicalization() throws FileFailure {
        Optional<Directive> given = file.find("Canonicalization");
        String value = given.map(Directive::value).orElse("relaxed/simple");
        // OpenDKIM takes one word for that of the header; this program takes it for both.
        String pair = value.indexOf('/') < 0 ? value + "/" + value : value;
        if (!SigningCanonicalization.isPair(pair)) {
            throw DkimpyFile.refused(
                    given.orElseThrow(), "each word is simple or relaxed, in lower case, or mail is deferred");
        }
        SigningCanonicalization.translate(given, pair, "dkimpy-milter", findings, draft);
    }

    /** Who may have mail signed. The program signs for everybody, whatever InternalHosts says. */
    private void readWho() throws FileFailure {
        List<IpNetwork> networks = List.of(Networks.LOOPBACK_4, Networks.LOOPBACK_6);
        Optional<Directive> hosts = file.find("InternalHosts");
        if (hosts.isPresent()) {
            networks = networks(hosts.get());
            findings.add(FindingClass.KEPT, hosts.get(), "Mail of these clients is signed.");
        }
        draft.signFor(networks, "");
        List<String> names = new ArrayList<>();
        Optional<Directive> macros = file.find("MacroList");
        if (macros.isPresent()) {
            for (DataSet.Entry entry : file.list(macros.get())) {
                readMacro(macros.get(), entry, names);
            }
        }
        draft.setList("signing.when.daemon-names", names.stream().distinct().toList());
        draft.set("signing.author-must-match-user", "none", "as before; domain is safer");
        findings.add(
                FindingClass.CHANGED,
                hosts.map(Directive::origin).orElse(Origin.NOWHERE),
                "signing.when",
                "dkimpy-milter signed mail of every client whose From has one of the domains, even forged mail from outside, unless"
                        + " MacroListVerify named its service. Here only mail of users who have logged in, of these networks and of"
                        + " these services is signed. If other machines send through this one without a login, add their addresses to"
                        + " signing.when.networks.");
    }

    private List<IpNetwork> networks(Directive hosts) throws FileFailure {
        List<IpNetwork> networks = new ArrayList<>();
        List<IpNetwork> excluded = new ArrayList<>();
        for (DataSet.Entry entry : file.list(hosts)) {
            boolean not = entry.key().startsWith("!");
            String text = (not ? entry.key().substring(1) : entry.key())
                    .replace("[", "")
                    .replace("]", "");
            Networks.withMask(text)
                    .map(Networks::masked)
                    .ifPresentOrElse(
                            (not ? excluded : networks)::add,
                            () -> findings.add(
                                    FindingClass.LOST,
                                    entry.origin(),
                                    SecretFreeText.hidden(entry.key()),
                                    "It is no address. Names of clients cannot be used: list the addresses in"
                                            + " signing.when.networks."));
        }
        return Networks.without(networks, excluded);
    }

    /** {@code daemon_name|ORIGINATING}: a macro, and the values that count. */
    private void readMacro(Directive directive, DataSet.Entry entry, List<String> names) {
        List<String> parts = Words.split(entry.key(), '|');
        List<String> values = parts.subList(1, parts.size());
        if (parts.getFirst().equals("daemon_name") && !values.isEmpty()) {
            names.addAll(values);
            findings.add(FindingClass.KEPT, directive, "Written as daemon-names.");
        } else if (parts.getFirst().startsWith("auth_")) {
            findings.add(FindingClass.DEFAULT, directive, "Mail of users who have logged in is signed.");
        } else {
            findings.add(
                    FindingClass.LOST,
                    directive,
                    "The macro " + SecretFreeText.hidden(parts.getFirst())
                            + " is no condition here: name the service, and list the name in daemon-names.");
        }
    }

    private void readKeyBits(Directive bits) {
        long number = Directive.decimal(bits.value()).orElse(0L);
        boolean longer = number > MIN_RSA_BITS && number <= MAX_RSA_BITS;
        if (longer) {
            draft.set("dkim.shortest-rsa-key", Long.toString(number));
        }
        findings.add(
                longer ? FindingClass.KEPT : FindingClass.DEFAULT,
                bits,
                longer
                        ? "dkim.shortest-rsa-key, for signatures of others."
                        : "1024 bits are the least here (RFC 8301).");
    }
}
