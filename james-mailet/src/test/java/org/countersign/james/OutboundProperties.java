package org.countersign.james;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.util.List;
import javax.mail.MessagingException;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.apache.james.server.core.ContentTypeCleaner;
import org.apache.james.server.core.MailImpl;
import org.apache.mailet.MailetContext;
import org.apache.mailet.base.Converter7Bit;

/** The signed message is the sent message, for any message and whatever James does after signing. */
class OutboundProperties {
    // James uses the context only if it converts something, which must not happen.
    private static final MailetContext NO_CONTEXT = (MailetContext) Proxy.newProxyInstance(
            OutboundProperties.class.getClassLoader(),
            new Class<?>[] {MailetContext.class},
            (proxy, method, unused) -> "James");

    private static final List<String> FIELDS = List.of(
            "To: bob@home.example",
            "Subject: caf\u00E9",
            "Subject: folded\r\n\t over\r\n  lines ",
            "Date: Mon, 23 Nov 2026 12:00:00 +0000",
            "Message-ID: <1@sender.example>",
            "MIME-Version: 1.0",
            "Mime-Version : 1.0 (by a program)",
            "MIME-Version:1.0",
            "Content-Type: text/plain; charset=utf-8",
            "Content-Type: text/html",
            "Content-Type: multipart/mixed; boundary=\"b 1\"",
            "Content-Type: multipart/mixed; boundary=b1 (odd)",
            "Content-Type: multipart/signed; boundary=b1; protocol=\"application/pgp-signature\"",
            "Content-Type: message/rfc822",
            "Content-Type: application/octet-stream",
            "Content-Type: nonsense",
            "Content-Type: message/delivery-status",
            "Content-Transfer-Encoding: 8bit",
            "Content-Transfer-Encoding: 8BIT",
            "content-transfer-encoding: binary",
            "Content-Transfer-Encoding: quoted-printable",
            "Content-Transfer-Encoding:\r\n base64",
            "Content-Transfer-Encoding: 7bit",
            "X-Odd : kept",
            "no colon here",
            "\u00FCber: field",
            "Bcc: secret@home.example");

    private static final List<String> PIECES = List.of(
            "\r\n",
            "\r\n",
            "\r\n\r\n",
            "\n",
            "\r",
            "--b1\r\n",
            "--b 1\r\n",
            "--b1--\r\n",
            "--b 1--\r\n",
            "Content-Type: text/plain\r\n\r\n",
            "Content-Transfer-Encoding: 8bit\r\n\r\n",
            "Content-Type: image/png\r\nContent-Transfer-Encoding: 8bit\r\n\r\n",
            "Content-Type: message/rfc822\r\n\r\n",
            "Content-Type: multipart/alternative; boundary=b1\r\n\r\n",
            "caf\u00E9",
            "plain words ",
            " \t",
            "=",
            ".",
            "..\r\n",
            "x".repeat(1200),
            "\u00E9".repeat(5000),
            "\u0000");

    /** Sets the property that a James server sets: unreadable content types are text. */
    @BeforeContainer
    static void readContentTypesAsJamesDoes() {
        ContentTypeCleaner.initialize();
    }

    @Provide
    Arbitrary<String> messages() {
        Arbitrary<List<String>> fields = Arbitraries.of(FIELDS).list().ofMaxSize(8);
        Arbitrary<List<String>> body = Arbitraries.of(PIECES).list().ofMaxSize(14);
        return Combinators.combine(fields, body)
                .as((header, pieces) -> "From: Ada <ada@sender.example>\r\n"
                        + header.stream().map(field -> field + "\r\n").reduce("", String::concat) + "\r\n"
                        + String.join("", pieces));
    }

    private static String body(String message) {
        return message.substring(message.indexOf("\r\n\r\n"));
    }

    private static MailImpl signed(String message, String makeSevenBit) throws Exception {
        MailImpl mail = SpooledMails.submitted(OutboundFixture.USER, OutboundFixture.USER, message);
        SignOutbound mailet = new SignOutbound(OutboundFixture.engine());
        mailet.init(MailetParameters.of("make-7bit", makeSevenBit));
        mailet.service(mail);
        return mail;
    }

    @Property(tries = 300)
    void whatLeavesVerifiesWithAndWithoutRecoding(@ForAll("messages") String message, @ForAll boolean makeSevenBit)
            throws Exception {
        MailImpl mail = signed(message, Boolean.toString(makeSevenBit));
        try {
            assertThat(OutboundFixture.verify(SpooledMails.sent(mail))).containsExactly("pass");
        } finally {
            mail.dispose();
        }
    }

    @Property(tries = 300)
    void aMailServerWithoutEightBitMimeGetsWhatWasSigned(@ForAll("messages") String message) throws Exception {
        MailImpl mail = signed(message, "true");
        try {
            String before = SpooledMails.sent(mail);
            try {
                // As RemoteDelivery does for a server without 8BITMIME.
                new Converter7Bit(NO_CONTEXT).convertTo7Bit(mail.getMessage());
            } catch (MessagingException | RuntimeException malformed) {
                // James does not send a message that it cannot read.
                return;
            }
            if (before.chars().allMatch(c -> c < 0x80)) {
                // James moves MIME-Version to the top, which does not affect a signature.
                assertThat(SpooledMails.sent(mail).lines())
                        .containsExactlyInAnyOrderElementsOf(before.lines().toList());
                assertThat(body(SpooledMails.sent(mail))).isEqualTo(body(before));
                assertThat(OutboundFixture.verify(SpooledMails.sent(mail))).containsExactly("pass");
            }
        } finally {
            mail.dispose();
        }
    }

    @Property(tries = 300)
    void whatWasSignedIsWhatIsStored(@ForAll("messages") String message) throws Exception {
        MailImpl mail = signed(message, "true");
        try {
            assertThat(SpooledMails.sent(mail).replace("Bcc: secret@home.example\r\n", ""))
                    .isEqualTo(SpooledMails.stored(mail).replace("Bcc: secret@home.example\r\n", ""));
        } finally {
            mail.dispose();
        }
    }
}
