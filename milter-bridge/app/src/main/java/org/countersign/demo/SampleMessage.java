package org.countersign.demo;

import java.util.ArrayList;
import java.util.List;
import org.countersign.dkim.DkimSigner;
import org.countersign.dkim.DkimSigning;
import org.countersign.message.HeaderSection;
import org.countersign.signature.SigningIdentity;
import org.countersign.smtp.HeaderField;
import org.countersign.syntax.Octets;

/**
 * A message of the demonstration.
 *
 * @param fields the header section, top first
 * @param body with CRLF line ends
 */
record SampleMessage(List<HeaderField> fields, String body) {
    SampleMessage {
        fields = List.copyOf(fields);
    }

    static SampleMessage from(String author, String subject, String body) {
        return new SampleMessage(
                List.of(
                        HeaderField.of("From", " " + author),
                        HeaderField.of("To", " Ada <ada@home.example>"),
                        HeaderField.of("Subject", " " + subject),
                        HeaderField.of("Date", " Mon, 23 Nov 2026 12:00:00 +0000"),
                        HeaderField.of(
                                "Message-ID",
                                " <demo@"
                                        + author.substring(author.indexOf('@') + 1)
                                                .replace(">", "") + ">")),
                body);
    }

    SampleMessage with(String name, String value) {
        List<HeaderField> more = new ArrayList<>();
        more.add(HeaderField.of(name, " " + value));
        more.addAll(fields);
        return new SampleMessage(more, body);
    }

    SampleMessage withFields(List<HeaderField> others) {
        return new SampleMessage(others, body);
    }

    SampleMessage withBody(String other) {
        return new SampleMessage(fields, other);
    }

    /** The message with a signature by this identity. */
    SampleMessage signed(DkimSigner signer, SigningIdentity identity) {
        DkimSigning signing = signer.begin(new HeaderSection(fields), List.of(identity));
        byte[] octets = octets().toByteArray();
        signing.body(octets, 0, octets.length);
        List<HeaderField> more = new ArrayList<>(signing.finish());
        more.addAll(fields);
        return new SampleMessage(more, body);
    }

    Octets octets() {
        return Octets.utf8(body);
    }
}
