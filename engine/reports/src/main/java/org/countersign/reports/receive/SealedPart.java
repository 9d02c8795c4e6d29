package org.countersign.reports.receive;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.countersign.syntax.Ascii;
import org.countersign.syntax.Escapes;

/** Parts of a message with a report inside that only another program can open. Their senders should send reports as they are. */
final class SealedPart {
    // Its two forms, the classic one and the one with base64, begin with such a line.
    private static final Pattern BEGIN = Pattern.compile("(?m)^begin(?:-base64)? [0-7]{3,4} (.{1,200})$");
    private static final int MAX_SEARCHED = 64 * 1024;
    private static final int MAX_SHOWN = 100;

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
                : uuencoded(part);
    }

    /** A file of uuencode (POSIX), as a part of its own or in a text. Standards for mail have never had it. */
    private static Optional<String> uuencoded(MessagePart part) {
        ContentKind kind = ContentKind.of(part.octets());
        // Prose may begin like a header field. Another kind of content is what it is, whatever its text says.
        if (kind != ContentKind.OTHER && (kind != ContentKind.MESSAGE || part.attached())) {
            return Optional.empty();
        }
        String start =
                new String(part.octets(), 0, Math.min(part.octets().length, MAX_SEARCHED), StandardCharsets.ISO_8859_1);
        Matcher begin = BEGIN.matcher(start);
        while (begin.find()) {
            String name = begin.group(1).strip();
            if (part.looksLikeReport() || MessagePart.isReportName(name)) {
                return Optional.of("the file " + Escapes.printable(name, MAX_SHOWN)
                        + " in uuencode, which is not decoded: save the message, decode it with uudecode, and give the"
                        + " file to countersign reports receive");
            }
        }
        return Optional.empty();
    }
}
