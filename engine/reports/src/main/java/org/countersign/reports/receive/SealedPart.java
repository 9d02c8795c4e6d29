package org.countersign.reports.receive;

import java.util.Optional;
import org.countersign.syntax.Ascii;

/** Parts of a message with a report inside that only another program can open. Their senders should send reports as they are. */
final class SealedPart {
    private SealedPart() {}

    /** What the part is, and what to do; empty if it is no such part. */
    static Optional<String> problem(MessagePart part) {
        String name = Ascii.lower(part.name());
        if (part.is("application/ms-tnef") || part.is("application/vnd.ms-tnef") || name.equals("winmail.dat")) {
            return Optional.of(
                    "attachments in a form of Outlook alone (winmail.dat), which is not opened: let the"
                            + " server that converts the mail keep MIME, or give the attachment to countersign reports receive");
        }
        if (part.is("application/pkcs7-mime") || part.is("application/x-pkcs7-mime") || name.endsWith(".p7m")) {
            return Optional.of("a message within S/MIME, which is not opened: open it, and give its attachment to"
                    + " countersign reports receive");
        }
        return part.is("application/pgp-encrypted")
                ? Optional.of("an encrypted message, which is not opened")
                : Optional.empty();
    }
}
