package org.countersign.james;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.countersign.james.InboundFixture.octets;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.List;
import org.apache.james.server.core.MailImpl;
import org.apache.james.server.core.MimeMessageInputStream;
import org.apache.james.server.core.MimeMessageInputStreamSource;
import org.countersign.james.mail.MailEditor;
import org.countersign.smtp.HeaderEdit;
import org.countersign.smtp.HeaderField;
import org.junit.jupiter.api.Test;

/** Edits the octets of a mail, so that James does not rewrite it. */
class MailEditorTest {
    private static final String ABOVE = "Received: by James\r\n";
    private static final String ODD =
            "X: \u00FC\r\n\t y\r\nContent-type:TEXT/plain;\r\n Charset=x\r\nx : z\r\n\r\n\u00FC\r\nx";

    private static MailImpl mail(String message) throws Exception {
        MailImpl mail = MailImpl.builder().name("mail").build();
        mail.setMessageContent(
                MimeMessageInputStreamSource.create("source", new ByteArrayInputStream(octets(message))));
        return mail;
    }

    private static String stored(MailImpl mail) throws Exception {
        try (InputStream in = new MimeMessageInputStream(mail.getMessage())) {
            return new String(in.readAllBytes(), ISO_8859_1);
        }
    }

    @Test
    void removesAndAddsFieldsAndKeepsTheRest() throws Exception {
        MailImpl mail = mail(ABOVE + ODD);
        MailEditor.apply(
                mail,
                ABOVE.length(),
                List.of(
                        new HeaderEdit.Remove("X", 2),
                        new HeaderEdit.Prepend(HeaderField.of("A", " 1\r\n 2")),
                        new HeaderEdit.Prepend(HeaderField.of("B", " 3"))));
        assertThat(stored(mail)).isEqualTo("A: 1\r\n 2\r\nB: 3\r\n" + ABOVE + ODD.replace("x : z\r\n", ""));
        mail.dispose();
    }

    @Test
    void editsAMailThatWasReadBefore() throws Exception {
        MailImpl mail = mail(ODD);
        assertThat(mail.getMessage().getSubject()).isNull();
        MailEditor.apply(mail, 0, List.of(new HeaderEdit.Prepend(HeaderField.of("A", " 1"))));
        assertThat(stored(mail)).isEqualTo("A: 1\r\n" + ODD);
        mail.dispose();
    }
}
