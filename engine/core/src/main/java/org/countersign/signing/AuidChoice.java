package org.countersign.signing;

import java.util.Optional;
import org.countersign.domain.DomainName;
import org.countersign.message.AuthorDomain;
import org.countersign.syntax.Ascii;

/** The AUID, {@code i=}, of a signature that is made (RFC 6376 §3.5). */
public sealed interface AuidChoice {
    /** RFC 5321 §4.5.3.1.1. A longer local part is invalid, and its line could exceed the limit of RFC 5322 §2.1.1. */
    int MAX_LOCAL_PART = 64;

    /** No {@code i=} tag. The default is {@code @} and the SDID. */
    record None() implements AuidChoice {}

    /** The author's address. */
    record Author() implements AuidChoice {}

    /** This domain, without a local part. */
    record Domain(DomainName name) implements AuidChoice {}

    /**
     * The value of the tag for a message.
     *
     * @return empty for no tag. Also empty if the identity is not within the SDID: such a signature would be a permanent
     *     error for every verifier (RFC 6376 §6.1.1)
     */
    default Optional<String> render(AuthorDomain.Single author, DomainName sdid) {
        return switch (this) {
            case None none -> Optional.empty();
            case Author unused ->
                author.domain().isWithin(sdid)
                        ? Optional.of(localPart(author) + "@" + author.domain())
                        : Optional.empty();
            case Domain(DomainName name) -> name.isWithin(sdid) ? Optional.of("@" + name) : Optional.empty();
        };
    }

    /**
     * The local part of the author's address as dkim-quoted-printable (RFC 6376 §2.11). Empty if there are several
     * addresses, or if the local part has characters that some verifiers cannot process.
     */
    private static String localPart(AuthorDomain.Single author) {
        String localPart = AuthorDomain.Single.localPart(author.address());
        return author.addresses().size() == 1 && localPart.length() <= MAX_LOCAL_PART && isPlain(localPart)
                ? localPart.replace("=", "=3D")
                : "";
    }

    private static boolean isPlain(String localPart) {
        for (int i = 0; i < localPart.length(); i++) {
            char c = localPart.charAt(i);
            if (!Ascii.isAlphaNumeric(c) && "!#$%&'*+-/=?^_`{|}~.".indexOf(c) < 0) {
                return false;
            }
        }
        return true;
    }
}
