package org.countersign.policy;

import java.util.List;
import java.util.Optional;
import org.countersign.domain.DomainName;
import org.countersign.message.AuthorDomain;
import org.countersign.message.HeaderSection;
import org.countersign.smtp.HeaderField;

/**
 * Identities in the header section other than the author. They are not authenticated.
 *
 * @param sender the domain of the address in the one Sender field
 * @param listId the identifier in the one List-Id field, which has the form of a domain name (RFC 2919 §2)
 */
public record HeaderIdentities(Optional<DomainName> sender, Optional<DomainName> listId) {
    /** No identities. */
    public static final HeaderIdentities NONE = new HeaderIdentities(Optional.empty(), Optional.empty());

    // RFC 2919 §3 allows 255 octets for the identifier. The rest is for the description before it.
    private static final int MAX_LIST_ID = 1024;

    /** Reads the identities. A field that occurs more than once or is ambiguous is ignored. */
    public static HeaderIdentities of(HeaderSection headers) {
        return new HeaderIdentities(
                single(headers, "Sender").flatMap(HeaderIdentities::domain),
                single(headers, "List-Id").flatMap(HeaderIdentities::identifier));
    }

    private static Optional<HeaderField> single(HeaderSection headers, String name) {
        List<HeaderField> fields = headers.all(name);
        return fields.size() == 1 ? Optional.of(fields.get(0)) : Optional.empty();
    }

    private static Optional<DomainName> domain(HeaderField sender) {
        return AuthorDomain.parse(sender.value()) instanceof AuthorDomain.Single single
                        && single.spelling().isEmpty()
                ? Optional.of(single.domain())
                : Optional.empty();
    }

    private static Optional<DomainName> identifier(HeaderField field) {
        if (field.value().length() > MAX_LIST_ID) {
            return Optional.empty();
        }
        String value = field.value().latin1().strip();
        int open = value.lastIndexOf('<');
        return open >= 0 && value.endsWith(">")
                ? DomainName.parse(value.substring(open + 1, value.length() - 1))
                        .filter(DomainName::isHostName)
                : Optional.empty();
    }
}
