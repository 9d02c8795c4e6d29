package org.countersign.importer;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.countersign.config.ValueType;
import org.countersign.dmarc.PublicSuffixList;
import org.countersign.domain.AddressPattern;
import org.countersign.domain.DomainName;
import org.countersign.domain.IpNetwork;
import org.countersign.service.FileFailure;

/** Reads rspamd's module {@code dkim_signing}: whose mail is signed, and how. {@link RspamdKeys} has the keys. */
final class RspamdImport {
    private static final List<String> LOCAL_ADDRESSES =
            List.of("192.168.0.0/16", "10.0.0.0/8", "172.16.0.0/12", "fd00::/8", "169.254.0.0/16", "fe80::/10");

    private final ImportContext context;
    private final OldFiles files;
    private final Findings findings;
    private final PolicyDraft draft;
    private final Path file;
    private Ucl.Section options = Ucl.Section.empty(Origin.NOWHERE);

    RspamdImport(Path file, ImportContext context) {
        this.file = file;
        this.context = context;
        this.files = context.files();
        this.findings = context.findings();
        this.draft = context.draft();
    }

    /**
     * Reads the configuration.
     *
     * @param overriding a second file, whose options replace those of the first
     * @throws FileFailure if a file cannot be read or is not UCL, or keys are in Redis and there is no dump of them
     */
    void read(Optional<Path> overriding) throws FileFailure {
        draft.set("mode", "monitor", "what rspamd verifies and scores is not part of this");
        RspamdModule module = new RspamdModule("dkim_signing", file, "--override", context);
        options = module.read(overriding);
        Optional<Ucl.Text> off = options.text("enabled").filter(Ucl.Text::isOff);
        if (off.isPresent()) {
            findings.add(
                    FindingClass.KEPT,
                    off.get().origin(),
                    "enabled = false",
                    "Nothing is signed: no keys are written.");
            return;
        }
        readWho();
        boolean organizations = options.flag("use_esld", true);
        new RspamdKeys(context, options, organizations).read();
        readDomainChoice(organizations);
        readGuards();
        readFields();
        new RspamdOptions(options, DirectiveCatalog.RSPAMD, findings).report();
        module.reportOtherFiles(overriding);
        if (!draft.signsAnything()) {
            findings.add(
                    FindingClass.DANGER,
                    Origin.NOWHERE,
                    "keys",
                    "Nothing to sign with was found: rspamd signs nothing with this configuration.");
        }
        findings.add(
                FindingClass.CHANGED,
                Origin.NOWHERE,
                "the rest of rspamd",
                "rspamd goes on scanning. Set enabled = false in this module, and keep its milter_headers from writing"
                        + " Authentication-Results under our name.");
    }

    /** The options that were read. */
    Ucl.Section options() {
        return options;
    }

    private void readWho() throws FileFailure {
        boolean logins = options.flag("sign_authenticated", true);
        draft.set("signing.when.authenticated", Boolean.toString(logins));
        List<IpNetwork> networks = new ArrayList<>();
        Optional<Ucl.Text> local = options.text("sign_local");
        if (options.flag("sign_local", true)) {
            networks.addAll(org.countersign.TrafficRules.LOOPBACK);
            networks.addAll(localAddresses());
            findings.add(
                    FindingClass.KEPT,
                    local.map(Ucl.Text::origin).orElse(Origin.NOWHERE),
                    "sign_local",
                    "All of rspamd's local networks are written out. That is far more than OpenDKIM trusts: shorten the list.");
        } else {
            findings.add(
                    FindingClass.KEPT,
                    local.map(Ucl.Text::origin).orElse(Origin.NOWHERE),
                    "sign_local = false",
                    "networks: []. Mail of this machine is not signed.");
        }
        networks.addAll(signNetworks());
        draft.signFor(Networks.distinct(networks), "");
    }

    private List<IpNetwork> signNetworks() throws FileFailure {
        List<IpNetwork> networks = new ArrayList<>();
        for (Map.Entry<String, Origin> word :
                new RspamdMaps(options, files, findings).words("sign_networks").entrySet()) {
            IpNetwork.parse(word.getKey())
                    .ifPresentOrElse(
                            networks::add,
                            () -> findings.add(
                                    FindingClass.DEAD,
                                    word.getValue(),
                                    word.getKey(),
                                    "It is no address or network, and rspamd ignores the line. List the addresses of such clients in signing.when.networks."));
        }
        for (Ucl value : options.all("sign_networks")) {
            if (value instanceof Ucl.Text text) {
                findings.addOnce(FindingClass.KEPT, text.origin(), "sign_networks", "Mail of these clients is signed.");
            }
        }
        return networks;
    }

    /** {@code local_addrs} of {@code options.inc}, or what rspamd has without it. */
    private List<IpNetwork> localAddresses() throws FileFailure {
        Optional<List<IpNetwork>> found = Optional.empty();
        Path above = Optional.ofNullable(file.toAbsolutePath().getParent())
                .flatMap(directory -> Optional.ofNullable(directory.getParent()))
                .orElse(Path.of("/"));
        for (String name : List.of("local.d/options.inc", "override.d/options.inc")) {
            Path inc = above.resolve(name);
            if (java.nio.file.Files.isRegularFile(inc)) {
                List<Ucl> values = UclReader.read(files, inc).all("local_addrs");
                if (!values.isEmpty()) {
                    found = Optional.of(values.stream()
                            .filter(Ucl.Text.class::isInstance)
                            .flatMap(value -> IpNetwork.parse(((Ucl.Text) value).text()).stream())
                            .toList());
                }
            }
        }
        return found.orElseGet(() -> LOCAL_ADDRESSES.stream()
                .map(text -> IpNetwork.parse(text).orElseThrow())
                .toList());
    }

    private void readDomainChoice(boolean organizations) {
        Optional<Ucl.Text> use = options.text("use_domain");
        String choice = use.map(Ucl.Text::text).orElse("header");
        Origin origin = use.map(Ucl.Text::origin).orElse(Origin.NOWHERE);
        if (RspamdTables.areUsed(options)) {
            use.filter(given -> !choice.equals("header"))
                    .ifPresent(dead -> findings.add(
                            FindingClass.DEAD,
                            origin,
                            "use_domain = " + choice,
                            "With signing_table and key_table it is not used: the address in From chooses the key."));
            return;
        }
        switch (choice) {
            case "header" ->
                use.ifPresent(given -> findings.add(
                        FindingClass.DEFAULT, origin, "use_domain = header", "The author's domain chooses the key."));
            case "envelope" -> {
                draft.replaceAuthorsByMailFrom(organizations);
                findings.add(
                        FindingClass.KEPT,
                        origin,
                        "use_domain = envelope",
                        "Entries with mail-from. Where author and MAIL FROM differ, the signature is not aligned, and DMARC does not"
                                + " count it: author is nearly always what is wanted.");
                findings.add(
                        FindingClass.LOST,
                        origin,
                        "null reverse-path",
                        "rspamd signed bounces by From. mail-from never matches them, so they go unsigned.");
            }
            default -> {
                Optional<DomainName> fixed = ValueType.DOMAIN_NAME
                        .parse(choice)
                        .filter(name -> name.labelCount() > 1)
                        .map(name -> organizations ? PublicSuffixList.bundled().organizationalDomain(name) : name);
                if (fixed.isPresent()) {
                    draft.signAllWith(fixed.get());
                    findings.add(FindingClass.KEPT, origin, "use_domain", "The keys of " + choice + " sign all mail.");
                } else {
                    findings.add(
                            FindingClass.LOST,
                            origin,
                            "use_domain = " + choice,
                            "Here the author's domain chooses the key; no other part of the message does.");
                }
            }
        }
    }

    private void readGuards() {
        boolean tables = RspamdTables.areUsed(options);
        boolean mismatch = options.flag("allow_username_mismatch", false);
        draft.set("signing.author-must-match-user", mismatch || tables ? "none" : "domain");
        findings.add(
                mismatch ? FindingClass.DEFAULT : FindingClass.KEPT,
                origin("allow_username_mismatch"),
                "allow_username_mismatch = " + mismatch,
                mismatch || tables
                        ? "A user who has logged in may write as any author that has a key."
                        : "author-must-match-user: domain. A login without a domain is not signed, as before.");
        boolean header = options.flag("allow_hdrfrom_mismatch", false) || tables;
        findings.add(
                header ? FindingClass.DEFAULT : FindingClass.CHANGED,
                origin("allow_hdrfrom_mismatch"),
                "allow_hdrfrom_mismatch = " + header,
                header
                        ? "MAIL FROM is not compared with From."
                        : "rspamd did not sign where the organizations of MAIL FROM and From differ. Here such mail is signed;"
                                + " signing.allow says who may write as whom.");
        for (String name : List.of("allow_hdrfrom_mismatch_local", "allow_hdrfrom_mismatch_sign_networks")) {
            options.text(name)
                    .ifPresent(given -> findings.add(
                            FindingClass.DEFAULT, given.origin(), name, "MAIL FROM is not compared with From."));
        }
        findings.add(
                FindingClass.DEFAULT,
                origin("allow_hdrfrom_multiple"),
                "allow_hdrfrom_multiple",
                "With authors of several domains mail is not signed.");
        options.text("allow_envfrom_empty").ifPresent(empty -> {
            boolean allowed = options.flag("allow_envfrom_empty", true);
            findings.add(
                    allowed ? FindingClass.DEFAULT : FindingClass.LOST,
                    empty.origin(),
                    "allow_envfrom_empty = " + allowed,
                    allowed ? "Bounces are signed." : "Bounces stayed unsigned; here they are signed like other mail.");
        });
        if (options.flag("check_pubkey", false)) {
            boolean strict = !options.flag("allow_pubkey_mismatch", true);
            if (strict) {
                draft.set("signing.key-guard", "{ when-unpublished: unsigned }");
            }
            findings.add(
                    strict ? FindingClass.KEPT : FindingClass.DEFAULT,
                    origin("check_pubkey"),
                    "check_pubkey = true",
                    strict
                            ? "key-guard.when-unpublished: unsigned."
                            : "The key guard compares keys with the DNS, and warns.");
        }
    }

    private Origin origin(String key) {
        return options.text(key).map(Ucl.Text::origin).orElse(Origin.NOWHERE);
    }

    private void readFields() {
        Optional<Ucl.Text> given = options.text("sign_headers");
        if (given.isEmpty()) {
            findings.add(
                    FindingClass.CHANGED,
                    Origin.NOWHERE,
                    "sign_headers (not set)",
                    "rspamd's list has Sender, Resent-*, List-*, OpenPGP and Autocrypt. Ours protects against adding what tells"
                            + " who wrote what.");
            return;
        }
        List<String> own = new ArrayList<>();
        List<String> listed = new ArrayList<>();
        for (String item : Words.split(given.get().text(), ':')) {
            String name = item.startsWith("(") && item.indexOf(')') > 0 ? item.substring(item.indexOf(')') + 1) : item;
            listed.add(name);
            boolean adds = !SignedFields.isSigned(name)
                    && !name.startsWith("list-")
                    && !name.startsWith("resent-")
                    && org.countersign.signature.SigningDefaults.isSignable(name);
            if (adds) {
                own.add(capitals(name));
            }
        }
        List<String> unsigned = List.of("Message-ID", "Date").stream()
                .filter(name -> listed.stream().noneMatch(name::equalsIgnoreCase))
                .toList();
        if (!own.isEmpty()) {
            draft.setList("signing.oversign", own);
        }
        if (!unsigned.isEmpty()) {
            draft.setList("signing.leave-unsigned", unsigned);
        }
        findings.add(
                FindingClass.CHANGED,
                given.get().origin(),
                "sign_headers",
                (own.isEmpty() ? "" : String.join(", ", own) + " is protected against adding (oversign). ")
                        + (unsigned.isEmpty() ? "" : String.join(", ", unsigned) + " stays unsigned (leave-unsigned). ")
                        + "Fields that the list lacks and ours has, such as Reply-To, Cc, MIME-Version and Content-Type, are signed"
                        + " now.");
    }

    /** {@code x-campaign} as {@code X-Campaign}. */
    private static String capitals(String name) {
        List<String> parts = new ArrayList<>();
        for (String part : Words.split(name, '-')) {
            parts.add(
                    part.isEmpty()
                            ? part
                            : part.substring(0, 1).toUpperCase(java.util.Locale.ROOT) + part.substring(1));
        }
        return String.join("-", parts);
    }

    static List<AddressPattern> patterns(DomainName domain, boolean organizations) {
        return organizations
                ? List.of(new AddressPattern.Domain(domain), new AddressPattern.Below(domain))
                : List.of(new AddressPattern.Domain(domain));
    }
}
