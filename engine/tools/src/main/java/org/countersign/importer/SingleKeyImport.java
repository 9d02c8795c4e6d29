package org.countersign.importer;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.countersign.config.ValueType;
import org.countersign.domain.AddressPattern;
import org.countersign.domain.DomainName;
import org.countersign.service.FileFailure;

/** Reads Domain, Selector and KeyFile of OpenDKIM: one key for one or several domains. */
final class SingleKeyImport {
    private final Findings findings;
    private final PolicyDraft draft;
    private final KeySupply supply;
    private final Directives directives;
    private final DataSet.Reader reader;
    private final Set<DomainName> knownDomains;

    SingleKeyImport(ImportContext context, Directives directives, DataSet.Reader reader) {
        this.findings = context.findings();
        this.draft = context.draft();
        this.supply = context.supply();
        this.directives = directives;
        this.reader = reader;
        this.knownDomains = context.knownDomains();
    }

    void read() throws FileFailure {
        Optional<Directive> domain = directives.find("Domain");
        Optional<Directive> selector = directives.find("Selector");
        Optional<Directive> keyFile = directives.find("KeyFile");
        if (domain.isEmpty() || selector.isEmpty() || keyFile.isEmpty()) {
            List.of(domain, selector, keyFile).forEach(given -> given.ifPresent(this::addIncomplete));
            return;
        }
        Set<DomainName> domains = domains(domain.get());
        boolean below = directives.isTrue("SubDomains");
        List<DraftKey> keys = keys(domains, selector.get(), keyFile.get());
        for (DomainName name : domains) {
            List<DraftKey> ofDomain =
                    keys.stream().filter(key -> key.domain().equals(name)).toList();
            if (!ofDomain.isEmpty()) {
                draft.addEntries(List.of(
                        DraftEntry.ofAuthors(List.of(new AddressPattern.Domain(name)), ofDomain, Optional.empty())));
                if (below) {
                    ofDomain.forEach(draft::addSubdomains);
                }
            }
        }
        findings.add(
                FindingClass.KEPT, domain.get(), "Signed for " + domains.size() + " domains, each with itself as d=.");
        directives
                .find("SubDomains")
                .ifPresent(sub -> findings.add(
                        below ? FindingClass.KEPT : FindingClass.DEFAULT,
                        sub,
                        below
                                ? "subdomains: true. i= was the listed domain, which is what leaving it out means."
                                : "Only the listed domains themselves."));
    }

    private void addIncomplete(Directive dead) {
        findings.add(FindingClass.DEAD, dead, "Domain, Selector and KeyFile are all needed: nothing was signed.");
    }

    private List<DraftKey> keys(Set<DomainName> domains, Directive selector, Directive keyFile) throws FileFailure {
        String text = selector.value();
        String plain = text.replace("\"", "").replace("=", "").strip();
        if (!plain.equals(text)) {
            findings.add(
                    FindingClass.CHANGED,
                    selector,
                    "The value has quotation marks or =, which OpenDKIM wrote into every signature: none could be verified."
                            + " Written as " + plain + ".");
        }
        Optional<DomainName> name = ValueType.SELECTOR.parse(plain);
        if (name.isEmpty()) {
            findings.add(
                    FindingClass.DANGER, selector, "It is no selector: no DNS record can have it. Nothing is signed.");
            return List.of();
        }
        String path = reader.path(keyFile.value());
        if (!supply.exists(path)) {
            findings.add(
                    FindingClass.DANGER,
                    keyFile,
                    "There is no such file, and the old program does not start without it: copy it here, or give --root DIR if the"
                            + " files of the old system are below a directory. Nothing is signed with it.");
            return List.of();
        }
        List<DraftKey> keys = new ArrayList<>();
        for (DomainName domain : domains) {
            supply.fromFile(domain, name.get(), path, keyFile.origin(), keyFile.said())
                    .ifPresent(keys::add);
        }
        findings.add(FindingClass.KEPT, keyFile, "The file stays where it is; the service must be able to read it.");
        findings.add(FindingClass.KEPT, selector, "The selector stays the same.");
        return keys;
    }

    private Set<DomainName> domains(Directive directive) throws FileFailure {
        Set<DomainName> domains = new LinkedHashSet<>();
        DataSet set = reader.read(directive);
        for (DataSet.Entry entry : set.entries()) {
            String text = entry.key();
            Optional<DomainName> name = ValueType.DOMAIN_NAME.parse(text);
            if (name.isPresent()) {
                domains.add(name.get());
            } else if (text.indexOf('*') >= 0 && (set.kind() == DataSet.Kind.PATTERNS || text.equals("*"))) {
                List<DomainName> matching = knownDomains.stream()
                        .filter(domain -> WildcardPattern.matches(text, domain.toString()))
                        .sorted()
                        .toList();
                domains.addAll(matching);
                findings.add(
                        matching.isEmpty() ? FindingClass.LOST : FindingClass.CHANGED,
                        entry.origin(),
                        text,
                        matching.isEmpty()
                                ? "Any domain that matches was signed as itself. That needs a list: give --domains FILE."
                                : "Any domain that matches was signed as itself. Written for the " + matching.size()
                                        + " domains of --domains; a further one takes a line.");
            } else {
                findings.add(
                        FindingClass.DEAD,
                        entry.origin(),
                        text,
                        "It is no domain name, and matches nothing."
                                + (text.chars().anyMatch(c -> c > 0x7E)
                                        ? " Write a name with other letters as an A-label, which begins with xn--."
                                        : ""));
            }
        }
        return domains;
    }
}
