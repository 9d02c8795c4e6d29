package org.countersign.importer;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.countersign.config.ValueType;
import org.countersign.domain.IpNetwork;
import org.countersign.service.FileFailure;
import org.countersign.syntax.Ascii;

/** Reads what OpenDKIM does with signatures: how its own are made, and what it does about others. */
final class OpendkimChecks {
    private static final List<String> ACTIONS = List.of("accept", "discard", "quarantine", "reject", "tempfail");
    private static final int MIN_RSA_BITS = 1024;
    private static final int MAX_RSA_BITS = 8192;

    private final ImportRequest request;
    private final Findings findings;
    private final PolicyDraft draft;
    private final Directives directives;
    private final DataSet.Reader reader;

    OpendkimChecks(ImportContext context, Directives directives, DataSet.Reader reader) {
        this.request = context.request();
        this.findings = context.findings();
        this.draft = context.draft();
        this.directives = directives;
        this.reader = reader;
    }

    /**
     * @param signs whether mail is signed at all
     */
    void read(boolean signs) throws FileFailure {
        if (signs) {
            readCanonicalization();
            new SignedFields(findings, draft, directives, reader).read();
            readExpiry();
            readSigningRemarks();
        }
        readNumbers();
        readNameservers();
        readNames();
        readActions();
    }

    private void readCanonicalization() throws FileFailure {
        Optional<Directive> directive = directives.find("Canonicalization");
        String value = directive.map(Directive::value).map(Ascii::lower).orElse("simple/simple");
        String pair = value.indexOf('/') < 0 ? value + "/simple" : value;
        if (!SigningCanonicalization.isPair(pair)) {
            throw new FileFailure(
                    FileFailure.Reason.INVALID,
                    directive.orElseThrow().origin() + ": "
                            + directive.orElseThrow().shown()
                            + ": it is neither simple nor relaxed, and the old program does not start");
        }
        SigningCanonicalization.translate(directive, pair, "OpenDKIM", findings, draft);
    }

    private void readExpiry() {
        directives.find("SignatureTTL").ifPresent(ttl -> {
            long seconds = Directive.integer(ttl.value()).orElse(0L);
            if (seconds <= 0) {
                findings.add(FindingClass.DEFAULT, ttl, "Signatures do not expire.");
                return;
            }
            long kept = Math.clamp(
                    seconds,
                    Duration.ofHours(1).toSeconds(),
                    Duration.ofDays(365).toSeconds());
            draft.set("signing.expires-after", duration(kept));
            findings.add(
                    kept == seconds ? FindingClass.KEPT : FindingClass.CHANGED,
                    ttl,
                    kept == seconds
                            ? "expires-after: " + duration(kept) + "."
                            : "Written as " + duration(kept) + ", the nearest time that is accepted here.");
        });
    }

    private static String duration(long seconds) {
        if (seconds % 86_400 == 0) {
            return seconds / 86_400 + "d";
        }
        return seconds % 3_600 == 0 ? seconds / 3_600 + "h" : seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
    }

    private void readSigningRemarks() {
        findings.add(
                FindingClass.CHANGED,
                Origin.NOWHERE,
                "several author domains",
                "Mail of authors of two domains was signed for the first of them. Here such mail is not signed.");
        directives.find("SignatureAlgorithm").ifPresent(algorithm -> {
            boolean sha1 = Ascii.lower(algorithm.value()).equals("rsa-sha1");
            findings.add(
                    sha1 ? FindingClass.DANGER : FindingClass.DEFAULT,
                    algorithm,
                    sha1
                            ? "RFC 8301 forbids SHA-1, and receivers ignore such signatures. Ours are rsa-sha256."
                            : "The algorithm follows the key.");
        });
        directives.find("SenderHeaders").ifPresent(headers -> {
            boolean from = headers.value().equalsIgnoreCase("From");
            findings.add(
                    from ? FindingClass.DEFAULT : FindingClass.LOST,
                    headers,
                    from
                            ? "The key is chosen by the From field."
                            : "The key is always chosen by the From field. Mail with a field that came before it in this list was"
                                    + " signed by that, or not at all.");
        });
        directives
                .find("RequireSafeKeys")
                .ifPresent(safe -> findings.add(
                        safe.isTrue() ? FindingClass.DEFAULT : FindingClass.CHANGED,
                        safe,
                        safe.isTrue()
                                ? "Key files are checked here too: nobody but the owner and a group of the service may read them."
                                : "The check of key files cannot be switched off: one that everybody can read is refused. Mode 640 and a"
                                        + " group of the service are fine: chmod o-rwx FILE. OpenDKIM looks at the directories above as well;"
                                        + " here the file alone counts."));
    }

    private void readNumbers() {
        directives.find("MinimumKeyBits").ifPresent(bits -> {
            long number = Directive.integer(bits.value()).orElse(0L);
            if (number > MIN_RSA_BITS && number <= MAX_RSA_BITS) {
                draft.set("dkim.shortest-rsa-key", Long.toString(number));
                findings.add(
                        FindingClass.KEPT,
                        bits,
                        "dkim.shortest-rsa-key, for signatures of others. In OpenDKIM it was a condition on the own key as well.");
            } else {
                findings.add(FindingClass.DEFAULT, bits, "1024 bits are the least here (RFC 8301).");
            }
        });
        number("MaximumSignaturesToVerify", 1, 100).ifPresent(number -> draft.set("dkim.max-signatures", "" + number));
        OptionalLong drift = number("ClockDrift", 0, 86_400);
        if (drift.isPresent()) {
            draft.set("dkim.clock-drift", duration(drift.getAsLong()));
        }
        directives
                .find("TrustAnchorFile")
                .ifPresent(anchor -> findings.add(
                        FindingClass.MOOT,
                        anchor,
                        "DNSSEC is the resolver's matter: it is believed from a resolver on loopback."));
    }

    private OptionalLong number(String name, long min, long max) {
        Optional<Directive> directive = directives.find(name);
        if (directive.isEmpty()) {
            return OptionalLong.empty();
        }
        long number = Directive.integer(directive.get().value()).orElse(min);
        boolean fits = number >= min && number <= max;
        findings.add(
                fits ? FindingClass.KEPT : FindingClass.CHANGED,
                directive.get(),
                fits ? "The same number." : "The number is not accepted here; the default applies.");
        return fits ? OptionalLong.of(number) : OptionalLong.empty();
    }

    private void readNameservers() throws FileFailure {
        Optional<Directive> directive = directives.find("Nameservers");
        if (directive.isEmpty()) {
            return;
        }
        List<String> servers = new ArrayList<>();
        boolean loopback = true;
        for (DataSet.Entry entry : reader.read(directive.get()).entries()) {
            Optional<InetAddress> address = IpNetwork.parseAddress(entry.key());
            if (address.isEmpty()) {
                findings.add(
                        FindingClass.LOST,
                        entry.origin(),
                        SecretFreeText.hidden(entry.key()),
                        "It is no address of a server, and is left out. Add the address to dns.servers.");
            }
            address.ifPresent(ip -> servers.add(
                    ip.getAddress().length == 4
                            ? IpNetwork.renderAddress(ip) + ":53"
                            : "[" + IpNetwork.renderAddress(ip) + "]:53"));
            loopback &= address.filter(InetAddress::isLoopbackAddress).isPresent();
        }
        if (servers.isEmpty()) {
            findings.add(FindingClass.LOST, directive.get(), "No address of a server was found in it.");
            return;
        }
        draft.setList("dns.servers", servers);
        boolean trusted = directives.find("TrustAnchorFile").isPresent() && !loopback;
        findings.add(
                trusted ? FindingClass.DANGER : FindingClass.KEPT,
                directive.get(),
                trusted
                        ? "OpenDKIM checked DNSSEC itself (TrustAnchorFile). Here the resolver does, and these answer over a network"
                                + " that can be changed on the way: run a resolver on this machine."
                        : "The same servers, with the port.");
    }

    private void readNames() throws FileFailure {
        directives.find("AuthservID").ifPresent(id -> AuthservNames.read(id, request, findings, draft));
        Optional<Directive> remove = directives.find("RemoveARFrom");
        if (remove.isPresent()) {
            List<String> aliases = new ArrayList<>();
            boolean below = false;
            for (DataSet.Entry entry : reader.read(remove.get()).entries()) {
                String name = entry.key();
                String plain = name.startsWith(".") ? name.substring(1) : name;
                if (ValueType.DOMAIN_NAME.parse(plain).isEmpty()) {
                    findings.add(
                            FindingClass.DEAD,
                            entry.origin(),
                            SecretFreeText.hidden(name),
                            "It is compared with the whole name of a server, and is none: it matched nothing.");
                    continue;
                }
                below |= name.startsWith(".");
                aliases.add(plain);
            }
            if (!aliases.isEmpty()) {
                draft.setList("authserv-id-aliases", aliases);
            }
            if (below) {
                draft.set("authserv-id-subdomains", "true");
            }
            findings.add(
                    FindingClass.KEPT,
                    remove.get(),
                    below
                            ? "Aliases, with all names below them. The name after the dot is then ours too."
                            : "Further names whose results are removed.");
        }
    }

    /** What was done about results, as On-Default and the others say. */
    private void readActions() {
        Map<String, String> byDefault = new LinkedHashMap<>();
        byDefault.put("On-BadSignature", "accept");
        byDefault.put("On-NoSignature", "accept");
        byDefault.put("On-KeyNotFound", "accept");
        byDefault.put("On-DNSError", "tempfail");
        byDefault.put("On-InternalError", "tempfail");
        byDefault.put("On-Security", "tempfail");
        byDefault.put("On-SignatureError", "reject");
        Optional<Directive> all = directives.find("On-Default");
        Optional<String> forAll = all.flatMap(this::action);
        byDefault.forEach((name, without) -> {
            Optional<Directive> own = directives.find(name);
            Optional<String> action = own.flatMap(this::action);
            // A word that is no action leaves what On-Default or the program says.
            Optional<Directive> cause = action.isPresent() ? own : forAll.isPresent() ? all : Optional.empty();
            cause.ifPresent(directive -> report(name, action.or(() -> forAll).orElse(without), directive, without));
        });
        findings.add(
                FindingClass.CHANGED,
                Origin.NOWHERE,
                "mail that cannot be checked",
                "Mail whose key could not be fetched was deferred (On-DNSError). Here it is judged without that key, and deferred"
                        + " only for domains of dmarc.fail-closed.");
        if (directives.find("On-SignatureError").isEmpty() && forAll.isEmpty()) {
            findings.add(
                    FindingClass.CHANGED,
                    Origin.NOWHERE,
                    "mail that cannot be signed",
                    "Outgoing mail that could not be signed was refused (On-SignatureError). Here it goes out unsigned;"
                            + " no-active-key and key-guard.when-unpublished can defer it.");
        }
    }

    private Optional<String> action(Directive directive) {
        String value = Ascii.lower(directive.value());
        Optional<String> action =
                ACTIONS.stream().filter(word -> word.startsWith(value)).findFirst();
        if (action.isEmpty()) {
            findings.addOnce(
                    FindingClass.DEAD,
                    directive.origin(),
                    directive.said(),
                    "It is no action that OpenDKIM knows. It ignores the line and says nothing.");
        }
        return action;
    }

    private void report(String name, String action, Directive directive, String without) {
        switch (name) {
            case "On-BadSignature", "On-NoSignature", "On-KeyNotFound" -> {
                if (action.equals("accept")) {
                    findings.addOnce(
                            FindingClass.DEFAULT,
                            directive.origin(),
                            directive.said(),
                            "No mail is refused for DKIM alone.");
                    return;
                }
                findings.addOnce(
                        FindingClass.DANGER,
                        directive.origin(),
                        directive.said(),
                        "It refuses mail for DKIM alone: that of mailing lists and forwarders, whose changes break signatures"
                                + (name.equals("On-NoSignature") ? ", and of everybody without DKIM" : "")
                                + ". RFC 6376 section 6.1 asks to treat it as unsigned. It is not translated; a rule that does it"
                                + " is in the policy file as a comment.");
                draft.addHeader("Not translated: " + directive.shown() + ". This rule would do it:");
                draft.addHeader("rules:");
                draft.addHeader("  - { name: " + Ascii.lower(name) + ", when: { dkim: "
                        + (name.equals("On-NoSignature") ? "none" : "fail") + " }, then: "
                        + (action.equals("accept") ? "reject" : action) + " }");
            }
            case "On-SignatureError" ->
                findings.addOnce(
                        action.equals("accept") ? FindingClass.DEFAULT : FindingClass.LOST,
                        directive.origin(),
                        directive.said(),
                        action.equals("accept")
                                ? "Mail that cannot be signed goes out unsigned."
                                : "Mail that cannot be signed goes out unsigned. no-active-key: tempfail and"
                                        + " key-guard.when-unpublished: tempfail are near.");
            default ->
                findings.addOnce(
                        action.equals(without) ? FindingClass.CHANGED : FindingClass.LOST,
                        directive.origin(),
                        directive.said(),
                        name.equals("On-DNSError")
                                ? "Mail whose key cannot be fetched goes on; dmarc.fail-closed defers it for the domains that it"
                                        + " lists."
                                : "Errors of the program itself are handled by on-error.");
        }
    }
}
