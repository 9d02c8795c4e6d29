package org.countersign.reports.receive;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.countersign.reports.receive.ReportMail.Member;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Mail that strangers make to do harm, in a mailbox of a real Dovecot. Needs to run as root. */
class DovecotHostileMailIT {
    @BeforeAll
    static void findDovecot() {
        Dovecot.assumePresent();
    }

    private static ReportMail mail() {
        return new ReportMail().results("mx.example.org", "pass", "receiver.example");
    }

    private static ReportMail gzipped(byte[] content) {
        return mail().attach("application/gzip", "r.xml.gz", ReportMail.gzip(content));
    }

    private static byte[] nested(int levels) {
        StringBuilder text = new StringBuilder("From: dmarc@receiver.example\r\nTo: dmarc@example.org\r\n");
        for (int i = 0; i < levels; i++) {
            text.append("Content-Type: multipart/mixed; boundary=b")
                    .append(i)
                    .append("\r\n\r\n--b")
                    .append(i)
                    .append("\r\n");
        }
        return ReportMail.octets(
                text.append("Content-Type: text/xml\r\n\r\n<feedback/>\r\n").toString());
    }

    private static ReportMail parts(int number) {
        ReportMail mail = mail();
        for (int i = 0; i < number; i++) {
            mail.text("part " + i);
        }
        return mail;
    }

    private static byte[] garbage(int octets) {
        byte[] garbage = new byte[octets];
        new Random(1).nextBytes(garbage);
        return garbage;
    }

    /** A message, and a part of the reason for which it is refused. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record Hostile(byte[] message, String reason) {}

    private static List<Hostile> hostile() {
        List<Hostile> mails = new ArrayList<>();
        mails.add(new Hostile(nested(5_000), "deeper"));
        mails.add(new Hostile(parts(10_000).octets(), "parts"));
        mails.add(new Hostile(gzipped(new byte[64 << 20]).octets(), "200 octets"));
        mails.add(new Hostile(
                gzipped(ReportMail.octets("<!DOCTYPE feedback [<!ENTITY a SYSTEM \"file:///etc/passwd\">]>"
                                + ReportMail.xml("x", "example.org", 1).replaceFirst("<\\?xml.*?>", "")))
                        .octets(),
                "document type"));
        mails.add(new Hostile(garbage(1 << 20), "no report"));
        mails.add(new Hostile(ReportMail.concat(ReportMail.octets(mail().text()), garbage(9_999)), "no report"));
        mails.add(new Hostile(ReportMail.octets(""), "no report"));
        mails.add(new Hostile(ReportMail.octets("From: dmarc@receiver.example\r\n"), "no report"));
        mails.add(new Hostile(
                ReportMail.octets("no colon\r\n: no name\r\nContent-Type: ;;;=\0\r\n\r\nbody"), "no report"));
        mails.add(new Hostile(ReportMail.octets("X: " + "x".repeat(1 << 20)), "header length"));
        mails.add(new Hostile(
                addresses(1 << 20)
                        .report(ReportMail.xml("many addresses", "example.org", 1))
                        .octets(),
                "header length"));
        return mails;
    }

    private static ReportMail addresses(int octets) {
        StringBuilder list = new StringBuilder("dmarc@example.org");
        while (list.length() < octets) {
            list.append(",\r\n someone").append(list.length()).append("@example.org");
        }
        return mail().field("To", list.toString());
    }

    /** Messages that look alike and have a report that is read. */
    private static List<ReportMail> harmless() {
        return List.of(
                addresses(100_000).report(ReportMail.xml("many addresses", "example.org", 1)),
                mail().attach(
                                "application/zip",
                                "r.zip",
                                ReportMail.zip(new Member(
                                        "../../../tmp/countersign-escaped.xml",
                                        ReportMail.octets(ReportMail.xml("path", "example.org", 1))))));
    }

    @Test
    void endsInItsRefusalAndTheMessagesAfterItAreRead(@TempDir Path temp) throws Exception {
        List<Hostile> hostile = hostile();
        try (Dovecot dovecot = new Dovecot(temp);
                ReceiveFixture fixture = new ReceiveFixture(temp)) {
            int number = 0;
            for (Hostile each : hostile) {
                dovecot.deliver(number++, each.message());
                dovecot.deliver(
                        number++,
                        mail().report(ReportMail.xml("after" + number, "example.org", 1))
                                .octets());
            }
            for (ReportMail message : harmless()) {
                dovecot.deliver(number++, message.octets());
            }
            dovecot.start();
            List<List<Outcome>> read = new ArrayList<>();
            new ReportMailbox(
                            dovecot.settings("localhost", Optional.of("cert.pem"), ImapSettings.Then.MOVE),
                            temp.resolve("countersign.yaml"),
                            fixture.receiver(),
                            "a",
                            fixture.clock)
                    .read((uid, result) -> read.add(result), () -> false);

            assertThat(read).hasSize(number);
            int at = 0;
            for (Hostile each : hostile) {
                assertThat(read.get(at))
                        .as("message " + at)
                        .isNotEmpty()
                        .allMatch(outcome -> outcome instanceof Outcome.Refused)
                        .anyMatch(outcome -> outcome.describe().contains(each.reason()));
                assertThat(read.get(at + 1)).singleElement().isInstanceOf(Outcome.Stored.class);
                at += 2;
            }
            assertThat(read.subList(at, read.size()))
                    .allSatisfy(each -> assertThat(each).singleElement().isInstanceOf(Outcome.Stored.class));
            assertThat(dovecot.messages(".Read")).hasSize(number);
            assertThat(Path.of("/tmp/countersign-escaped.xml")).doesNotExist();
        }
    }
}
