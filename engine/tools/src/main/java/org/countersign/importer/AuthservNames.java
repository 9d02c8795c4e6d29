package org.countersign.importer;

import java.util.Optional;
import org.countersign.config.ValueType;
import org.countersign.domain.DomainName;

/** Reads AuthservID, the name under which results are written. */
final class AuthservNames {
    private AuthservNames() {}

    static void read(Directive directive, ImportRequest request, Findings findings, PolicyDraft draft) {
        String value = directive.value();
        if (value.equals("HOSTNAME")) {
            request.hostname()
                    .ifPresentOrElse(
                            name -> {
                                set(draft, name);
                                findings.add(
                                        FindingClass.CHANGED,
                                        directive,
                                        "The name of the machine: written as " + name + ".");
                            },
                            () -> findings.add(
                                    FindingClass.CHANGED,
                                    directive,
                                    "The name of the host that it ran on. It is left out, which means the mail server's own name; give"
                                            + " --hostname NAME to write one."));
            return;
        }
        Optional<DomainName> name = ValueType.DOMAIN_NAME.parse(value);
        if (name.isPresent() && name.get().labelCount() > 1) {
            set(draft, name.get().toString());
            findings.add(FindingClass.KEPT, directive, "The same name in Authentication-Results.");
        } else {
            findings.add(
                    FindingClass.CHANGED,
                    directive,
                    "It is not unique: every site with this configuration writes the same name (RFC 8601 section 2.5). It is left out,"
                            + " which means the mail server's own name.");
        }
    }

    /** The first name counts; another one becomes an alias. */
    private static void set(PolicyDraft draft, String name) {
        Optional<String> earlier = draft.value("authserv-id");
        if (earlier.isEmpty()) {
            draft.set("authserv-id", Yaml.text(name));
        } else if (!earlier.get().equals(Yaml.text(name))) {
            draft.setList("authserv-id-aliases", java.util.List.of(name));
        }
    }
}
