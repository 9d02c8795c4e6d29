package org.countersign.james;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.countersign.james.InboundFixture.SENDER;
import static org.countersign.james.OutboundFixture.USER;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.james.server.core.MailImpl;
import org.apache.james.server.core.MimeMessageInputStreamSource;
import org.apache.mailet.base.GenericMailet;
import org.countersign.james.mail.VerdictAttributes;
import org.countersign.policy.Mode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** A message can be larger than the memory, because every step needs a small part of its size. */
@Isolated
class LargeMailTest {
    private static final int PIECES = 512;
    private static final int PIECE_OCTETS = 64 * 1024;
    private static final long A_SMALL_PART = (long) PIECES * PIECE_OCTETS / 8;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final List<MailImpl> mails = new ArrayList<>();

    @AfterEach
    void dispose() {
        mails.forEach(MailImpl::dispose);
    }

    private static MailImpl large(MailImpl mail, String line) throws Exception {
        String header = String.join(
                "\r\n",
                "From: Ada <ada@sender.example>",
                "To: bob@home.example",
                "Subject: large",
                "Date: Mon, 23 Nov 2026 12:00:00 +0000",
                "Message-ID: <1@sender.example>",
                "MIME-Version: 1.0",
                "Content-Type: text/plain; charset=iso-8859-1",
                "Content-Transfer-Encoding: 8bit",
                "",
                "");
        byte[] piece = line.repeat(PIECE_OCTETS / line.length()).getBytes(ISO_8859_1);
        InputStream body = new SequenceInputStream(Collections.enumeration(IntStream.range(0, PIECES)
                .mapToObj(i -> (InputStream) new ByteArrayInputStream(piece))
                .toList()));
        mail.setMessageContent(MimeMessageInputStreamSource.create(
                "Mail1", new SequenceInputStream(new ByteArrayInputStream(header.getBytes(ISO_8859_1)), body)));
        return mail;
    }

    private static long allocatedBy(GenericMailet mailet, MailImpl mail) throws Exception {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        mailet.service(mail);
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }

    private AuthenticateMail judge;
    private SignOutbound signer;

    @BeforeEach
    void loadClasses() throws Exception {
        judge = new AuthenticateMail(InboundFixture.engine(InboundFixture.zone(), Mode.ENFORCE));
        judge.init(MailetParameters.of());
        signer = new SignOutbound(OutboundFixture.engine());
        signer.init(MailetParameters.of());
        allocatedBy(judge, inbound());
        allocatedBy(signer, outbound());
    }

    private MailImpl kept(MailImpl mail) {
        mails.add(mail);
        return mail;
    }

    private MailImpl inbound() throws Exception {
        return kept(SpooledMails.from(
                SENDER,
                "mail.sender.example",
                "news@sender.example",
                InboundFixture.sampleMessage("a@sender.example")));
    }

    private MailImpl outbound() throws Exception {
        return kept(SpooledMails.submitted(USER, USER, InboundFixture.sampleMessage("ada@sender.example")));
    }

    @Test
    void isCheckedInPieces() throws Exception {
        MailImpl mail = large(inbound(), "x".repeat(62) + "\r\n");
        assertThat(allocatedBy(judge, mail)).isLessThan(A_SMALL_PART);
        assertThat(VerdictAttributes.text(mail, VerdictAttributes.VERDICT)).contains("accept");
    }

    @Test
    void isSignedInPieces() throws Exception {
        assertSignedPieceByPiece(large(outbound(), "x".repeat(62) + "\r\n"));
    }

    @Test
    void isReEncodedAndSignedInPieces() throws Exception {
        assertSignedPieceByPiece(large(outbound(), "caf\u00E9 ".repeat(12) + "\r\n"));
    }

    private void assertSignedPieceByPiece(MailImpl mail) throws Exception {
        assertThat(allocatedBy(signer, mail)).isLessThan(A_SMALL_PART);
        assertThat(mail.getMessage().getHeader("DKIM-Signature")).hasSize(1);
    }
}
