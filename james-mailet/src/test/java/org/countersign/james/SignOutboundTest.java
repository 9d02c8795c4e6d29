package org.countersign.james;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.countersign.james.OutboundFixture.USER;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.mail.MessagingException;
import org.apache.james.server.core.MailImpl;
import org.apache.mailet.Mail;
import org.apache.mailet.ProcessingState;
import org.countersign.CountersignEngine;
import org.countersign.james.engine.EngineRegistry;
import org.countersign.message.TransportHazard;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The messages that James sends after SignOutbound. */
class SignOutboundTest {
    private static final String HEADER = String.join(
            "\r\n",
            "From: Ada <ada@sender.example>",
            "To: bob@home.example",
            "Subject: Hello",
            "Date: Mon, 23 Nov 2026 12:00:00 +0000",
            "Message-ID: <1@sender.example>",
            "");

    private final List<MailImpl> mails = new ArrayList<>();

    @AfterEach
    void dispose() {
        mails.forEach(MailImpl::dispose);
    }

    private MailImpl submitted(String message) throws Exception {
        MailImpl mail = SpooledMails.submitted(USER, USER, message);
        mails.add(mail);
        return mail;
    }

    private static SignOutbound mailet(CountersignEngine engine, String... parameters) throws MessagingException {
        SignOutbound mailet = new SignOutbound(engine);
        mailet.init(MailetParameters.of(parameters));
        return mailet;
    }

    /** The sent message of an authenticated user. */
    private String signed(String message, String... parameters) throws Exception {
        MailImpl mail = submitted(message);
        mailet(OutboundFixture.engine(), parameters).service(mail);
        return SpooledMails.sent(mail);
    }

    @Test
    void aPlainMessageIsSentWithItsSignatureOnTop() throws Exception {
        String message = HEADER + "MIME-Version: 1.0\r\n\r\nHello Bob,\r\n..dots\r\n\r\n\r\n";
        String sent = signed(message);

        assertThat(sent).startsWith("DKIM-Signature: ").endsWith("\r\n" + message);
        assertThat(OutboundFixture.verify(sent)).containsExactly("pass");
    }

    @Test
    void theStoredMessageIsTheSentMessage() throws Exception {
        MailImpl mail = submitted(HEADER + "\r\nHello\r\n");
        mailet(OutboundFixture.engine()).service(mail);

        assertThat(SpooledMails.stored(mail)).isEqualTo(SpooledMails.sent(mail));
    }

    @Test
    void anEmptyBodyIsSigned() throws Exception {
        assertThat(OutboundFixture.verify(signed(HEADER + "\r\n"))).containsExactly("pass");
        assertThat(OutboundFixture.verify(signed(HEADER))).containsExactly("pass");
    }

    @Test
    void eightBitTextIsSignedAsQuotedPrintableWhateverItsCharset() throws Exception {
        String sent = signed(HEADER + "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=iso-8859-1\r\n"
                + "Content-Transfer-Encoding: 8bit\r\n\r\ncaf\u00E9 = \u00FC \r\n");

        assertThat(sent)
                .contains("\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\ncaf=E9 =3D =FC=20\r\n")
                .doesNotContain("8bit");
        assertThat(OutboundFixture.verify(sent)).containsExactly("pass");
    }

    @Test
    void otherEightBitContentIsSignedAsBase64() throws Exception {
        String sent = signed(HEADER + "MIME-Version: 1.0\r\nContent-Type: application/x-thing\r\n"
                + "Content-Transfer-Encoding: binary\r\n\r\n\u00FF\u00D8thing\r\n");

        assertThat(sent)
                .endsWith("\r\nContent-Transfer-Encoding: base64\r\n\r\n"
                        + Base64.getEncoder().encodeToString("\u00FF\u00D8thing".getBytes(ISO_8859_1))
                        + "\r\n");
        assertThat(OutboundFixture.verify(sent)).containsExactly("pass");
    }

    @Test
    void theBodyIsNotChangedWithoutMake7bit() throws Exception {
        String body = "\r\ncaf\u00E9\r\n";
        String sent = signed(
                HEADER + "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=iso-8859-1\r\n"
                        + "Content-Transfer-Encoding: 8bit\r\n" + body,
                "make-7bit",
                "false");

        assertThat(sent).endsWith("8bit\r\n" + body);
        assertThat(OutboundFixture.verify(sent)).containsExactly("pass");
    }

    @Test
    void theHeaderSectionThatJamesGeneratesAfterAnEditIsSigned() throws Exception {
        MailImpl mail = submitted(HEADER + "mime-version: 1.0 (Mail 2)\r\n\r\nHello\r\n");
        mail.getMessage().setHeader("Subject", "[list] Hello");
        mail.getMessage().addHeader("X-Added", "by a mailet");
        mailet(OutboundFixture.engine()).service(mail);
        String sent = SpooledMails.sent(mail);

        assertThat(sent).contains("Subject: [list] Hello\r\n", "X-Added: by a mailet\r\n");
        assertThat(OutboundFixture.verify(sent)).containsExactly("pass");
    }

    @Test
    void fieldsThatJamesAddsAtDeliveryAreAddedBeforeSigning() throws Exception {
        String sent = signed("From: ada@sender.example\r\n\r\nHello\r\n");

        assertThat(sent).contains("\r\nMIME-Version: 1.0\r\n", "\r\nDate: ", "\r\nMessage-ID: <");
        assertThat(OutboundFixture.verify(sent)).containsExactly("pass");
    }

    @Test
    void bareLineEndsAreSignedAsJamesSendsThem() throws Exception {
        String sent = signed(HEADER + "\r\na\nb\rc\r\n");

        assertThat(sent).endsWith("\r\n\r\na\r\nb\r\nc\r\n");
        assertThat(OutboundFixture.verify(sent)).containsExactly("pass");
    }

    @Test
    void aLargeMessageIsSignedThroughAFile() throws Exception {
        String body = "0123456789abcdef".repeat(4) + "\r\n";
        String sent = signed(HEADER + "\r\n" + body.repeat(30_000));

        assertThat(sent).hasSizeGreaterThan(1_900_000).startsWith("DKIM-Signature: ");
        assertThat(OutboundFixture.verify(sent)).containsExactly("pass");
    }

    @Test
    void forgedResultsOfThisServerAreRemovedEvenIfNothingIsSigned() throws Exception {
        String forged = "Authentication-Results: home.example; dmarc=pass\r\n";
        String kept = "From: x@elsewhere.example\r\nSubject: kept\r\n\r\nHello\r\n";
        assertThat(signed(forged + kept)).doesNotContain("dmarc=pass").doesNotContain("DKIM-Signature");
        assertThat(signed(forged + HEADER + "\r\nHello\r\n"))
                .doesNotContain("dmarc=pass")
                .startsWith("DKIM-Signature: ");
    }

    @Test
    void mailThatIsNotOutboundIsNotChanged() throws Exception {
        String message = HEADER + "\r\ncaf\u00E9\r\n";
        MailImpl mail = SpooledMails.spooled(InboundFixture.FORGER, "mail.forger.example", USER, message);
        mails.add(mail);
        var before = mail.getMessage();
        mailet(OutboundFixture.engine()).service(mail);

        assertThat(mail.getMessage()).isSameAs(before);
        assertThat(mail.getState()).isEqualTo(Mail.DEFAULT);
    }

    @Test
    void mailOfAnAuthorWithoutAKeyIsNotChanged() throws Exception {
        MailImpl mail = submitted("From: x@elsewhere.example\r\nContent-Transfer-Encoding: 8bit\r\n\r\ncaf\u00E9\r\n");
        var before = mail.getMessage();
        mailet(OutboundFixture.engine()).service(mail);

        assertThat(mail.getMessage()).isSameAs(before);
    }

    @Test
    void theDaemonNameCanMakeMailOutbound() throws Exception {
        MailImpl mail = SpooledMails.spooled("127.0.0.1", "localhost", USER, HEADER + "\r\nHello\r\n");
        mails.add(mail);
        mailet(OutboundFixture.engine(), "daemon-name", "ORIGINATING").service(mail);

        assertThat(SpooledMails.sent(mail)).startsWith("DKIM-Signature: ");
    }

    @Test
    void rejectedMailGoesUnsignedToItsProcessor() throws Exception {
        String message = HEADER + "\r\n" + "x".repeat(1200) + "\r\n";
        MailImpl mail = submitted(message);
        mailet(OutboundFixture.refusing(TransportHazard.LONG_LINE), "reject-processor", "Returned")
                .service(mail);

        assertThat(mail.getState()).isEqualTo("returned");
        assertThat(mail.getErrorMessage())
                .startsWith("550 5.6.0 The message would not survive transport: long-line (rule hazard-long-line: ");
        assertThat(SpooledMails.stored(mail)).isEqualTo(message);
    }

    @Test
    void deferredMailGoesToTheErrorProcessor() throws Exception {
        MailImpl mail = submitted(HEADER + "\r\nHello\r\n");
        mailet(OutboundFixture.unpublished()).service(mail);

        assertThat(mail.getState()).isEqualTo(Mail.ERROR);
        assertThat(mail.getErrorMessage()).startsWith("4").contains("key-not-published");
    }

    @Test
    void requiresTheProcessorsThatItSendsMailTo() throws Exception {
        assertThat(mailet(OutboundFixture.engine(), "reject-processor", "returned", "tempfail-processor", "ghost")
                        .requiredProcessingState())
                .containsExactly(new ProcessingState("returned"));
    }

    @Test
    void namesTheErrorInItsParameters() {
        assertThatThrownBy(() -> mailet(OutboundFixture.engine(), "make-7bit", "yes"))
                .isInstanceOf(MessagingException.class)
                .hasMessage("The mailet org.countersign.james.SignOutbound: <make-7bit> is \"yes\";"
                        + " expected true or false");
        assertThatThrownBy(() -> mailet(OutboundFixture.engine(), "make7bit", "true"))
                .isInstanceOf(MessagingException.class)
                .hasMessageStartingWith("The mailet org.countersign.james.SignOutbound: <make7bit> is not known;"
                        + " there are <config>, <make-7bit>, ");
        assertThatThrownBy(() -> new SignOutbound(new EngineRegistry()).init(MailetParameters.of()))
                .isInstanceOf(MessagingException.class)
                .hasMessage("The mailet org.countersign.james.SignOutbound: <config> is missing:"
                        + " name the policy file in it");
    }
}
