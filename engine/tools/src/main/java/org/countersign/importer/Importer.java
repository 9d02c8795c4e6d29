package org.countersign.importer;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.countersign.config.ValueType;
import org.countersign.domain.DomainName;
import org.countersign.service.FileFailure;
import org.countersign.signature.SigningIdentity;

/**
 * Makes a policy of the configuration of another program. Reads files, and writes none: what is to be written is in the
 * result.
 */
public final class Importer {
    private final ImportRequest request;
    private final OldFiles files;
    private final Findings findings = new Findings();
    private final PolicyDraft draft = new PolicyDraft();
    private final List<String> stopped = new ArrayList<>();

    private Importer(ImportRequest request) {
        this.request = request;
        this.files = new OldFiles(request.root());
    }

    private ImportContext context(OldSigner signer) throws FileFailure {
        KeySupply supply = new KeySupply(files, findings, request.writesFiles(), signer);
        return new ImportContext(request, files, findings, draft, supply, knownDomains());
    }

    /**
     * Reads {@code opendkim.conf}, or that of dkimpy-milter, with all files that it names.
     *
     * @param opendmarc the configuration of OpenDMARC, which goes into the same policy
     * @throws FileFailure if a file cannot be read, or has something that the old program itself refuses
     */
    public static ImportResult opendkim(Path file, Optional<Path> opendmarc, ImportRequest request) throws FileFailure {
        Importer importer = new Importer(request);
        Path here = importer.begin(file);
        ImportContext context =
                DkimpyFile.isOne(importer.files, here) ? importer.readDkimpy(here) : importer.readOpendkim(here);
        if (opendmarc.isPresent()) {
            importer.readOpendmarc(opendmarc.get(), context);
        }
        return importer.result(context.supply());
    }

    /**
     * Reads {@code opendmarc.conf}.
     *
     * @throws FileFailure if a file cannot be read, or has something that the old program itself refuses
     */
    public static ImportResult opendmarc(Path file, ImportRequest request) throws FileFailure {
        Importer importer = new Importer(request);
        ImportContext context = importer.context(OldSigner.opendkim());
        importer.readOpendmarc(file, context);
        return importer.result(context.supply());
    }

    /**
     * Reads {@code dkim_signing.conf} of rspamd.
     *
     * @param overriding a second file, whose options replace those of the first
     * @param arc {@code arc.conf}, and perhaps a second file whose options replace those of the first; without one, the report says
     *     so if there is such a file
     * @throws FileFailure if a file cannot be read or understood
     */
    public static ImportResult rspamd(Path file, Optional<Path> overriding, List<Path> arc, ImportRequest request)
            throws FileFailure {
        Importer importer = new Importer(request);
        Path here = importer.begin(file);
        if (importer.files.there(here).endsWith(".lua")) {
            throw new FileFailure(
                    FileFailure.Reason.INVALID,
                    importer.files.there(here)
                            + ": a program in Lua, which is not run. Give local.d/dkim_signing.conf, and say in the"
                            + " policy file what the program does with signatures");
        }
        ImportContext context = importer.context(OldSigner.rspamd());
        RspamdImport signing = new RspamdImport(here, context);
        signing.read(overriding);
        if (arc.isEmpty()) {
            RspamdArcImport.reportPresence(here, context);
        } else {
            new RspamdArcImport(importer.files.named(arc.getFirst()), context, signing.options())
                    .read(arc.stream().skip(1).findFirst());
        }
        return importer.result(context.supply());
    }

    /**
     * Reads {@code policyd-spf.conf}, or that of pyspf-milter.
     *
     * @throws FileFailure if the file cannot be read
     */
    public static ImportResult policydSpf(Path file, ImportRequest request) throws FileFailure {
        Importer importer = new Importer(request);
        Path here = importer.begin(file);
        ImportContext context = importer.context(OldSigner.opendkim());
        new PolicydSpfImport(context).read(here);
        importer.stopped.add("policyd-spf");
        return importer.result(context.supply());
    }

    private ImportContext readOpendkim(Path here) throws FileFailure {
        Directives directives = Directives.read(files, here, DirectiveCatalog.OPENDKIM, findings);
        ImportContext context = context(OldSigner.of(directives));
        new OpendkimImport(context, directives).read();
        stopped.add("opendkim");
        return context;
    }

    private ImportContext readDkimpy(Path here) throws FileFailure {
        ImportContext context = context(OldSigner.dkimpy());
        DkimpyImport.read(here, context);
        stopped.add("dkimpy-milter");
        return context;
    }

    private Path begin(Path file) throws FileFailure {
        Path here = files.named(file);
        AmavisConfiguration.refuse(files, here);
        draft.addHeader("Made by countersign import from " + files.there(here) + ".");
        return here;
    }

    private void readOpendmarc(Path file, ImportContext context) throws FileFailure {
        Path here = begin(file);
        new OpendmarcImport(context, Directives.read(files, here, DirectiveCatalog.OPENDMARC, findings)).read();
        stopped.add("opendmarc");
    }

    private Set<DomainName> knownDomains() throws FileFailure {
        if (request.domains().isEmpty()) {
            return Set.of();
        }
        Path list = files.named(request.domains().get());
        return domains(files.lines(list, list.toString()));
    }

    private static Set<DomainName> domains(List<OldFiles.Line> lines) {
        Set<DomainName> domains = new TreeSet<>();
        for (OldFiles.Line line : lines) {
            List<String> words = Words.ofLine(Words.withoutComment(line.text()));
            if (!words.isEmpty()) {
                ValueType.DOMAIN_NAME.parse(words.getFirst()).ifPresent(domains::add);
            }
        }
        return domains;
    }

    private ImportResult result(KeySupply supply) {
        supply.reportCopies();
        reportShared();
        PolicyText.Texts texts = PolicyText.of(draft, request.writesFiles());
        List<SigningIdentity> identities = new ArrayList<>();
        List<DraftKey> keys = new ArrayList<>(draft.keys());
        keys.addAll(draft.ofTemplates());
        for (DraftKey key : keys) {
            supply.publicHalf(key)
                    .map(half ->
                            new SigningIdentity(key.domain(), key.selector().toString(), half, Optional.empty()))
                    .ifPresent(identities::add);
        }
        return new ImportResult(
                texts.policy(), texts.table(), supply.copies(), findings.inOrder(), steps(), identities);
    }

    /** A key of several domains, and the name of this system if no file says it. */
    private void reportShared() {
        Map<Path, Long> domains = draft.keys().stream()
                .collect(Collectors.groupingBy(DraftKey::file, TreeMap::new, Collectors.counting()));
        domains.forEach((file, count) -> {
            if (count > 1) {
                findings.add(
                        FindingClass.KEPT,
                        Origin.NOWHERE,
                        file.toString(),
                        "One key for " + count
                                + " domains: a thief of the key can sign for all of them. CNAME records to one key"
                                + " record make it easy to replace.");
            }
        });
        if (!draft.has("authserv-id") && !stopped.isEmpty()) {
            findings.add(
                    FindingClass.KEPT,
                    Origin.NOWHERE,
                    "AuthservID (not set)",
                    "The name of the mail server, as before.");
        }
    }

    /** What to change around the service. */
    private List<String> steps() {
        List<String> steps = new ArrayList<>();
        draft.value("listen").ifPresent(value -> {
            String first = Words.list(
                            value.replace("[\"", "").replace("\"]", "").replace("\"", ""))
                    .getFirst();
            steps.add("The mail server names this socket: " + ListenSocket.forPostfix(first)
                    + (stopped.size() > 1 ? " (in place of both old ones)." : " (as before)."));
            if (ListenSocket.isOfOldService(first)) {
                steps.add(
                        "Its directory belongs to the old program, and is missing when that does not run. Delete the line listen"
                                + " where systemd opens the socket, as with the package; the mail server must then name that socket.");
            }
        });
        if (draft.signsAnything() || draft.has("arc.seal")) {
            steps.add(
                    "The user of the service must be able to read the key files: countersign config check, run as that user,"
                            + " says which it cannot.");
        }
        if (!stopped.isEmpty()) {
            steps.add("After the trial these services can be stopped: " + String.join(", ", stopped) + ".");
        }
        return steps;
    }
}
