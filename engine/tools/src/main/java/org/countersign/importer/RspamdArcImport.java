package org.countersign.importer;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.countersign.config.KeyFilePattern;
import org.countersign.config.ValueType;
import org.countersign.dmarc.PublicSuffixList;
import org.countersign.domain.DomainName;
import org.countersign.keys.SignatureAlgorithm;
import org.countersign.service.FileFailure;

/**
 * Reads rspamd's module {@code arc}: the key of the seal, and the sealers that are trusted. A policy has one key for the seals of all
 * mail, and rspamd one for each domain of a recipient.
 */
final class RspamdArcImport {
    private static final String OPTION = "--arc-override";
    private static final String DEFAULT_KEY_PREFIX = "ARC_KEYS";
    private static final int MAX_NAMED = 5;

    private final Path file;
    private final ImportContext whole;
    private final ImportContext context;
    private final Findings findings = new Findings();
    private final Ucl.Section signing;
    private Ucl.Section options = Ucl.Section.empty(Origin.NOWHERE);

    /** @param signing the options of {@code dkim_signing}, which was read before */
    RspamdArcImport(Path file, ImportContext context, Ucl.Section signing) {
        this.file = file;
        this.whole = context;
        // Both modules have options of the same names, and each has to be spoken of.
        this.context = new ImportContext(
                context.request(),
                context.files(),
                findings,
                context.draft(),
                context.supply(),
                context.knownDomains());
        this.signing = signing;
    }

    /**
     * Says that the module is not imported, if there is a file with options of it.
     *
     * @param other a file of rspamd
     */
    static void reportPresence(Path other, ImportContext context) {
        Optional<Path> above = Optional.ofNullable(
                        other.toAbsolutePath().normalize().getParent())
                .flatMap(directory -> Optional.ofNullable(directory.getParent()));
        for (String directory : List.of("local.d", "override.d")) {
            Optional<Path> arc = above.map(path -> path.resolve(directory).resolve("arc.conf"))
                    .filter(Files::isRegularFile);
            if (arc.isPresent()) {
                context.findings()
                        .add(
                                FindingClass.LOST,
                                new Origin(context.files().there(arc.get()), 0),
                                "arc.conf",
                                "rspamd's module arc seals mail or trusts sealers. Import again with --arc "
                                        + context.files().there(arc.get()) + ".");
                return;
            }
        }
    }

    /**
     * Reads the configuration.
     *
     * @param overriding a second file, whose options replace those of the first
     * @throws FileFailure if a file cannot be read or is not UCL
     */
    void read(Optional<Path> overriding) throws FileFailure {
        RspamdModule module = new RspamdModule("arc", file, OPTION, context);
        options = module.read(overriding);
        Optional<Ucl.Text> off = options.text("enabled").filter(Ucl.Text::isOff);
        if (off.isPresent()) {
            findings.add(
                    FindingClass.KEPT, off.get().origin(), "enabled = false", "Nothing is sealed: no key is written.");
        } else {
            readTrusted();
            if (sealsInbound()) {
                seal();
            }
            new RspamdOptions(options, DirectiveCatalog.RSPAMD_ARC, findings).report();
            findings.add(
                    FindingClass.CHANGED,
                    Origin.NOWHERE,
                    "rspamd's arc",
                    "It goes on: set enabled = false in it when ours seals. A message with a broken chain gets cv=fail here, where"
                            + " rspamd leaves some without a set.");
        }
        module.reportOtherFiles(overriding);
        whole.findings().addAll(findings);
    }

    private void readTrusted() throws FileFailure {
        Optional<Origin> origin = options.all("whitelisted_signers_map").stream()
                .filter(Ucl.Text.class::isInstance)
                .map(value -> ((Ucl.Text) value).origin())
                .findFirst();
        SealerNames sealers = new SealerNames(findings);
        new RspamdMaps(options, context.files(), findings)
                .words("whitelisted_signers_map")
                .forEach(sealers::add);
        if (sealers.names().isEmpty()) {
            return;
        }
        boolean adjusts = options.flag("adjust_dmarc", true);
        context.draft().setList("indirect-flow.trusted-sealers", sealers.names());
        if (adjusts) {
            context.draft().set("indirect-flow.then", "accept");
        }
        findings.add(
                FindingClass.CHANGED,
                origin.orElse(Origin.NOWHERE),
                "whitelisted_signers_map",
                "indirect-flow.trusted-sealers: "
                        + (adjusts
                                ? "mail that fails DMARC is accepted if such a sealer saw it pass (then: accept), where rspamd"
                                        + " lowered its score. Our default is quarantine."
                                : "mail that fails DMARC is put into quarantine if such a sealer saw it pass, where rspamd gave it"
                                        + " a better score."));
    }

    private boolean sealsInbound() {
        Optional<Ucl.Text> inbound = options.text("sign_inbound");
        if (!options.flag("sign_inbound", true)) {
            findings.add(
                    FindingClass.LOST,
                    inbound.map(Ucl.Text::origin).orElse(Origin.NOWHERE),
                    "sign_inbound = false",
                    "Outbound mail alone was sealed, which is never done here: no arc.seal is written.");
            return false;
        }
        if (RspamdTables.areUsed(options)) {
            findings.add(
                    FindingClass.DEAD,
                    options.text("signing_table").map(Ucl.Text::origin).orElse(Origin.NOWHERE),
                    "signing_table",
                    "With it rspamd seals no inbound mail: no arc.seal is written.");
            return false;
        }
        return true;
    }

    /** The keys that could seal: by their names, or those of a dump of Redis. */
    private record Candidates(List<RspamdNamedKeys.Named> names, List<DraftKey> ofDump) {
        List<DomainName> domains() {
            Set<DomainName> domains = new LinkedHashSet<>();
            names.forEach(each -> domains.add(each.domain()));
            ofDump.forEach(each -> domains.add(each.domain()));
            return List.copyOf(domains);
        }

        /** The candidates behind those of a domain: the ones before it cannot be used. */
        Candidates after(DomainName taken) {
            return new Candidates(
                    names.stream()
                            .dropWhile(each -> !each.domain().equals(taken))
                            .filter(each -> !each.domain().equals(taken))
                            .toList(),
                    ofDump.stream()
                            .dropWhile(key -> !key.domain().equals(taken))
                            .filter(key -> !key.domain().equals(taken))
                            .toList());
        }

        /** The value of {@code arc.seal} with the first key; empty where there is none. */
        String settingsOfFirst() {
            return Stream.concat(
                            names.stream()
                                    .map(each -> setting(
                                            each.domain(),
                                            each.selector(),
                                            RspamdKeyNames.file(each.path(), each.domain(), each.selector()))),
                            ofDump.stream()
                                    .map(key -> setting(
                                            key.domain(),
                                            key.selector().toString(),
                                            key.file().toString())))
                    .findFirst()
                    .orElse("");
        }

        private static String setting(DomainName domain, String selector, String file) {
            return "{ domain: " + domain + ", selector: " + SecretFreeText.hidden(selector) + ", key-file: "
                    + SecretFreeText.hidden(file) + " }";
        }
    }

    private void seal() throws FileFailure {
        Optional<Ucl.Text> use = options.text("use_domain_sign_inbound").or(() -> options.text("use_domain"));
        String choice = use.map(Ucl.Text::text).orElse("recipient");
        boolean organizations = options.flag("use_esld", true);
        Optional<DomainName> fixed = ValueType.DOMAIN_NAME
                .parse(choice)
                .filter(name -> name.labelCount() > 1)
                .map(name -> organizations ? PublicSuffixList.bundled().organizationalDomain(name) : name);
        Candidates candidates = candidates(organizations, fixed);
        Optional<DraftKey> key = firstUsable(candidates);
        if (key.isEmpty()) {
            findings.add(
                    FindingClass.DANGER,
                    file(),
                    "arc.seal",
                    "No key to seal with was found. Set arc.seal with domain, selector and key-file"
                            + (isOneFile()
                                    ? ", or import with --domains FILE, which lists the domains of the recipients."
                                    : "."));
            return;
        }
        context.draft().setSeal(key.get());
        DomainName domain = key.get().domain();
        if (fixed.isPresent()) {
            findings.add(
                    FindingClass.KEPT,
                    use.map(Ucl.Text::origin).orElse(Origin.NOWHERE),
                    "use_domain",
                    "arc.seal: the key of " + domain + " seals all inbound mail.");
            return;
        }
        Candidates rest = candidates.after(domain);
        List<DomainName> others = rest.domains();
        findings.add(
                others.isEmpty() ? FindingClass.CHANGED : FindingClass.LOST,
                use.map(Ucl.Text::origin).orElse(file()),
                "arc.seal",
                "One key seals all inbound mail, and rspamd chose it by the " + chooser(choice)
                        + ". The domain of a seal need not be that of the recipient: " + domain + " is taken"
                        + (others.isEmpty() ? "." : ", and not " + named(others) + "." + whatToDo(rest, domain)));
    }

    /** What the owner of several domains does about the one key. */
    private static String whatToDo(Candidates others, DomainName taken) {
        return " Hosts that trust seals of these domains have to list " + taken
                + " instead. To seal with another key, write it in the" + " policy file, for example arc: { seal: "
                + others.settingsOfFirst() + " }.";
    }

    /** Whether one file has the key for whatever domain is asked for, and no domain is known. */
    private boolean isOneFile() {
        return options.text("path").isPresent()
                && !RspamdKeyNames.ofArc(options).path().contains(RspamdKeyNames.DOMAIN)
                && context.knownDomains().isEmpty();
    }

    private static String chooser(String choice) {
        return switch (choice) {
            case "header" -> "domain of the author";
            case "envelope" -> "domain of MAIL FROM";
            case "auth" -> "login name";
            default -> "domain of the recipient";
        };
    }

    private static String named(List<DomainName> domains) {
        String first = String.join(
                ", ",
                domains.stream().limit(MAX_NAMED).map(DomainName::toString).toList());
        return domains.size() <= MAX_NAMED ? first : first + " or one of " + (domains.size() - MAX_NAMED) + " others";
    }

    private Origin file() {
        return new Origin(context.files().there(file), 0);
    }

    private Candidates candidates(boolean organizations, Optional<DomainName> fixed) throws FileFailure {
        if (RspamdKeys.areFromElsewhere(options)) {
            return new Candidates(List.of(), List.of());
        }
        RspamdKeys.reportNumbers(options, findings);
        if (options.flag("use_redis", false)) {
            return new Candidates(List.of(), fromSameDump(fixed));
        }
        RspamdKeyNames names = RspamdKeyNames.ofArc(options);
        RspamdDomainKeys asked = new RspamdDomainKeys(findings, context.supply(), organizations);
        List<RspamdNamedKeys.Named> found = new ArrayList<>(
                new RspamdNamedKeys(context, options, names, asked::isAskedFor, "It has a key to seal with.").read());
        if (options.flag("try_fallback", true)) {
            Origin origin = options.text("path").map(Ucl.Text::origin).orElse(Origin.NOWHERE);
            for (DomainName domain : fixed.map(Set::of).orElseGet(() -> withFiles(names))) {
                boolean isNamed = found.stream().anyMatch(each -> each.domain().equals(domain));
                if (!isNamed && asked.isAskedFor(domain, origin)) {
                    found.add(new RspamdNamedKeys.Named(domain, names.selector(), names.path(), origin));
                }
            }
        }
        return new Candidates(
                found.stream()
                        .filter(each -> fixed.isEmpty() || each.domain().equals(fixed.get()))
                        .toList(),
                List.of());
    }

    /** The domains for which the common path leads to a file, or all known ones if it is the same for each. */
    private Set<DomainName> withFiles(RspamdKeyNames names) {
        if (!names.path().contains(RspamdKeyNames.DOMAIN)) {
            return context.knownDomains();
        }
        String ours = names.path()
                .replace(RspamdKeyNames.DOMAIN, "{domain}")
                .replace(RspamdKeyNames.SELECTOR, names.selector());
        try {
            return new PathTemplate(new KeyFilePattern(ours)).domains(context.files());
        } catch (FileFailure unreadable) {
            return Set.of();
        }
    }

    /** The keys of signatures, if seals have the same ones in Redis. */
    private List<DraftKey> fromSameDump(Optional<DomainName> fixed) {
        String prefix = options.text("key_prefix").map(Ucl.Text::text).orElse(DEFAULT_KEY_PREFIX);
        boolean isSame = signing.flag("use_redis", false)
                && prefix.equals(signing.text("key_prefix").map(Ucl.Text::text).orElse(RspamdKeys.DEFAULT_KEY_PREFIX));
        if (isSame) {
            return context.draft().keys().stream()
                    .filter(key -> fixed.isEmpty() || key.domain().equals(fixed.get()))
                    .toList();
        }
        findings.add(
                FindingClass.DANGER,
                options.text("use_redis").map(Ucl.Text::origin).orElse(Origin.NOWHERE),
                "use_redis",
                "Keys of seals are in Redis, and not among those of dkim_signing. Write one to a file: redis-cli HGET "
                        + SecretFreeText.hidden(prefix) + " SELECTOR.DOMAIN.");
        return List.of();
    }

    private Optional<DraftKey> firstUsable(Candidates candidates) throws FileFailure {
        for (DraftKey key : candidates.ofDump()) {
            if (isRsa(key, Origin.NOWHERE)) {
                return Optional.of(key);
            }
        }
        for (RspamdNamedKeys.Named each : candidates.names()) {
            Optional<DomainName> selector = ValueType.SELECTOR.parse(each.selector());
            if (selector.isEmpty()) {
                findings.add(
                        FindingClass.DANGER,
                        each.origin(),
                        each.selector(),
                        "It is no selector: no DNS record can have it.");
                continue;
            }
            String path = RspamdKeyNames.file(each.path(), each.domain(), each.selector());
            Optional<DraftKey> key = context.supply()
                    .fromFile(
                            each.domain(), selector.get(), path, each.origin(), each.domain() + " " + each.selector());
            if (key.isPresent() && isRsa(key.get(), each.origin())) {
                return key;
            }
        }
        return Optional.empty();
    }

    private boolean isRsa(DraftKey key, Origin origin) {
        boolean rsa = context.supply()
                .publicHalf(key)
                .filter(half -> half.algorithm() == SignatureAlgorithm.ED25519_SHA256)
                .isEmpty();
        if (!rsa) {
            findings.add(
                    FindingClass.DEAD,
                    origin,
                    key.domain() + " " + key.selector(),
                    "rspamd seals with RSA alone, and no known verifier accepts Ed25519 in ARC.");
        }
        return rsa;
    }
}
