package org.countersign.james.message;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.countersign.domain.DomainName;
import org.countersign.message.HeaderSection;
import org.countersign.smtp.HeaderEdit;
import org.countersign.smtp.HeaderField;

/**
 * The edits that James would make when it saves a message ({@code MimeMessage.saveChanges()}): exactly one MIME-Version
 * field with the value {@code 1.0}, and a Date and a Message-ID if they are missing. RFC 6409 §8 lets a submission
 * server add the latter two. James saves every message for a mail server without 8BITMIME. If these edits are made
 * before signing, saving changes nothing and the signature stays valid.
 */
public final class MissingHeaders {
    private static final String MIME_VERSION = "MIME-Version";
    private static final DateTimeFormatter RFC_5322 = DateTimeFormatter.ofPattern(
                    "EEE, d MMM yyyy HH:mm:ss Z", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private MissingHeaders() {}

    /**
     * Returns the edits that a header section needs.
     *
     * @param now the value of a missing Date
     * @param author the domain of a missing Message-ID
     */
    public static List<HeaderEdit> edits(HeaderSection headers, Instant now, DomainName author) {
        List<HeaderEdit> edits = new ArrayList<>();
        List<HeaderField> versions = headers.all(MIME_VERSION);
        if (versions.size() != 1 || !versions.getFirst().value().latin1().equals(" 1.0")) {
            for (int instance = 1; instance <= versions.size(); instance++) {
                edits.add(new HeaderEdit.Remove(MIME_VERSION, instance));
            }
            add(edits, MIME_VERSION, "1.0");
        }
        if (headers.all("Date").isEmpty()) {
            add(edits, "Date", RFC_5322.format(now));
        }
        if (headers.all("Message-ID").isEmpty()) {
            add(edits, "Message-ID", "<" + UUID.randomUUID() + "@" + author + ">");
        }
        return edits;
    }

    private static void add(List<HeaderEdit> edits, String name, String value) {
        edits.add(new HeaderEdit.Prepend(HeaderField.of(name, " " + value)));
    }
}
