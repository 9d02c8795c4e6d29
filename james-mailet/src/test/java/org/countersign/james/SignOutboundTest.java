package org.countersign.james;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.countersign.james.OutboundWorld.USER;

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

/** What leaves James behind SignOutbound. */
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
        MailImpl mail = Mails.submitted(USER, USER, message);
        mails.add(mail);
        return mail;
    }

    private static SignOutbound mailet(CountersignEngine engine, String... parameters) throws MessagingException {
        SignOutbound mailet = new SignOutbound(engine);
        mailet.init(MailetParameters.of(parameters));
        return mailet;
    }

    /** The message as it leaves, of a user who has logged in. */
    private String signed(String message, String... parameters) throws Exception {
        MailImpl mail = submitted(message);
        mailet(OutboundWorld.engine(), parameters).service(mail);
        return Mails.sent(mail);
    }

    @Test
    void aPlainMessageLeavesWithItsSignatureOnTopAndIsOtherwiseWhatJamesWrites() throws Exception {
        String message = HEADER + "MIME-Version: 1.0\r\n\r\nHello Bob,\r\n..dots\r\n\r\n\r\n";
        String sent = signed(message);

        assertThat(sent).startsWith("DKIM-Signature: ").endsWith("\r\n" + message);
        assertThat(OutboundWorld.verify(sent)).containsExactly("pass");
    }

    @Test
    void whatJamesHasIsWhatItSends() throws Exception {
        MailImpl mail = submitted(HEADER + "\r\nHello\r\n");
        mailet(OutboundWorld.engine()).service(mail);

        assertThat(Mails.stored(mail)).isEqualTo(Mails.sent(mail));
    }

    @Test
    void anEmptyBodyIsSigned() throws Exception {
        assertThat(OutboundWorld.verify(signed(HEADER + "\r\n"))).containsExactly("pass");
        assertThat(OutboundWorld.verify(signed(HEADER))).containsExactly("pass");
    }

    @Test
    void eightBitTextIsSignedAsQuotedPrintableWhateverItsCharset() throws Exception {
        String sent = signed(HEADER + "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=iso-8859-1\r\n"
                + "Content-Transfer-Encoding: 8bit\r\n\r\ncaf\u00E9 = \u00FC \r\n");

        assertThat(sent)
                .contains("\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\ncaf=E9 =3D =FC=20\r\n")
                .doesNotContain("8bit");
        assertThat(OutboundWorld.verify(sent)).containsExactly("pass");
    }

    @Test
    void eightBitOctetsOfAnotherKindAreSignedAsBase64() throws Exception {
        String sent = signed(HEADER + "MIME-Version: 1.0\r\nContent-Type: application/x-thing\r\n"
                + "Content-Transfer-Encoding: binary\r\n\r\n\u00FF\u00D8thing\r\n");

        assertThat(sent)
                .endsWith("\r\nContent-Transfer-Encoding: base64\r\n\r\n"
                        + Base64.getEncoder().encodeToString("\u00FF\u00D8thing".getBytes(ISO_8859_1))
                        + "\r\n");
        assertThat(OutboundWorld.verify(sent)).containsExactly("pass");
    }

    @Test
    void theBodyStaysAsItIsWhereThatIsWanted() throws Exception {
        String body = "\r\ncaf\u00E9\r\n";
        String sent = signed(
                HEADER + "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=iso-8859-1\r\n"
                        + "Content-Transfer-Encoding: 8bit\r\n" + body,
                "make-7bit",
                "false");

        assertThat(sent).endsWith("8bit\r\n" + body);
        assertThat(OutboundWorld.verify(sent)).containsExactly("pass");
    }

    @Test
    void whatJamesWritesAfterAnEditIsWhatIsSigned() throws Exception {
        MailImpl mail = submitted(HEADER + "mime-version: 1.0 (Mail 2)\r\n\r\nHello\r\n");
        mail.getMessage().setHeader("Subject", "[list] Hello");
        mail.getMessage().addHeader("X-Added", "by a mailet");
        mailet(OutboundWorld.engine()).service(mail);
        String sent = Mails.sent(mail);

        assertThat(sent).contains("Subject: [list] Hello\r\n", "X-Added: by a mailet\r\n");
        assertThat(OutboundWorld.verify(sent)).containsExactly("pass");
    }

    @Test
    void fieldsThatJamesMayAddWhenItDeliversAreThereAlreadyWhenItIsSigned() throws Exception {
        String sent = signed("From: ada@sender.example\r\n\r\nHello\r\n");

        assertThat(sent).contains("\r\nMIME-Version: 1.0\r\n", "\r\nDate: ", "\r\nMessage-ID: <");
        assertThat(OutboundWorld.verify(sent)).containsExactly("pass");
    }

    @Test
    void bareLineEndsAreSignedAsTheClientOfJamesWillSendThem() throws Exception {
        String sent = signed(HEADER + "\r\na\nb\rc\r\n");

        assertThat(sent).endsWith("\r\n\r\na\r\nb\r\nc\r\n");
        assertThat(OutboundWorld.verify(sent)).containsExactly("pass");
    }

    @Test
    void aLargeMessageIsSignedThroughAFile() throws Exception {
        String body = "0123456789abcdef".repeat(4) + "\r\n";
        String sent = signed(HEADER + "\r\n" + body.repeat(30_000));

        assertThat(sent).hasSizeGreaterThan(1_900_000).startsWith("DKIM-Signature: ");
        assertThat(OutboundWorld.verify(sent)).containsExactly("pass");
    }

    @Test
    void resultsThatAUserForgesInOurNameAreRemovedEvenWhereNothingIsSigned() throws Exception {
        String forged = "Authentication-Results: home.example; dmarc=pass\r\n";
        String kept = "From: x@elsewhere.example\r\nSubject: kept\r\n\r\nHello\r\n";
        assertThat(signed(forged + kept)).doesNotContain("dmarc=pass").doesNotContain("DKIM-Signature");
        assertThat(signed(forged + HEADER + "\r\nHello\r\n"))
                .doesNotContain("dmarc=pass")
                .startsWith("DKIM-Signature: ");
    }

    @Test
    void mailThatIsNotOutboundIsNotTouched() throws Exception {
        String message = HEADER + "\r\ncaf\u00E9\r\n";
        MailImpl mail = Mails.spooled(SenderWorld.FORGER, "mail.forger.example", USER, message);
        mails.add(mail);
        var before = mail.getMessage();
        mailet(OutboundWorld.engine()).service(mail);

        assertThat(mail.getMessage()).isSameAs(before);
        assertThat(mail.getState()).isEqualTo(Mail.DEFAULT);
    }

    @Test
    void mailOfAnAuthorWithoutAKeyKeepsTheMessageThatItHas() throws Exception {
        MailImpl mail = submitted("From: x@elsewhere.example\r\nContent-Transfer-Encoding: 8bit\r\n\r\ncaf\u00E9\r\n");
        var before = mail.getMessage();
        mailet(OutboundWorld.engine()).service(mail);

        assertThat(mail.getMessage()).isSameAs(before);
    }

    @Test
    void theNameOfTheWayInCanSayThatMailIsOutbound() throws Exception {
        MailImpl mail = Mails.spooled("127.0.0.1", "localhost", USER, HEADER + "\r\nHello\r\n");
        mails.add(mail);
        mailet(OutboundWorld.engine(), "daemon-name", "ORIGINATING").service(mail);

        assertThat(Mails.sent(mail)).startsWith("DKIM-Signature: ");
    }

    @Test
    void mailThatThePolicyRefusesGoesUnsignedToTheProcessorForIt() throws Exception {
        String message = HEADER + "\r\n" + "x".repeat(1200) + "\r\n";
        MailImpl mail = submitted(message);
        mailet(OutboundWorld.refusing(TransportHazard.LONG_LINE), "reject-processor", "Returned")
                .service(mail);

        assertThat(mail.getState()).isEqualTo("returned");
        assertThat(mail.getErrorMessage())
                .startsWith("550 5.6.0 The message would not survive its way: long-line (rule hazard-long-line: ");
        assertThat(Mails.stored(mail)).isEqualTo(message);
    }

    @Test
    void mailThatThePolicyPutsOffIsKeptInTheErrorProcessor() throws Exception {
        MailImpl mail = submitted(HEADER + "\r\nHello\r\n");
        mailet(OutboundWorld.unpublished()).service(mail);

        assertThat(mail.getState()).isEqualTo(Mail.ERROR);
        assertThat(mail.getErrorMessage()).startsWith("4").contains("key-not-published");
    }

    @Test
    void asksJamesForTheProcessorsThatItSendsMailTo() throws Exception {
        assertThat(mailet(OutboundWorld.engine(), "reject-processor", "returned", "tempfail-processor", "ghost")
                        .requiredProcessingState())
                .containsExactly(new ProcessingState("returned"));
    }

    @Test
    void saysWhatIsWrongWithItsParameters() {
        assertThatThrownBy(() -> mailet(OutboundWorld.engine(), "make-7bit", "yes"))
                .isInstanceOf(MessagingException.class)
                .hasMessage("The mailet org.countersign.james.SignOutbound: <make-7bit> is \"yes\";"
                        + " expected true or false");
        assertThatThrownBy(() -> mailet(OutboundWorld.engine(), "make7bit", "true"))
                .isInstanceOf(MessagingException.class)
                .hasMessageStartingWith("The mailet org.countersign.james.SignOutbound: <make7bit> is not known;"
                        + " there are <config>, <make-7bit>, ");
        assertThatThrownBy(() -> new SignOutbound(new EngineRegistry()).init(MailetParameters.of()))
                .isInstanceOf(MessagingException.class)
                .hasMessage("The mailet org.countersign.james.SignOutbound: <config> is missing:"
                        + " name the policy file in it");
    }
}
