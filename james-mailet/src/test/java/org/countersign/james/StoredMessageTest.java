package org.countersign.james;

import static org.assertj.core.api.Assertions.assertThat;
import static org.countersign.james.InboundFixture.BOB;
import static org.countersign.james.InboundFixture.SENDER;
import static org.countersign.james.InboundFixture.octets;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import javax.mail.Session;
import javax.mail.internet.MimeMessage;
import org.apache.james.lifecycle.api.Disposable;
import org.countersign.policy.Mode;
import org.countersign.testing.SmtpConnection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The queued message equals the received one, octet for octet, except for removed and added fields, and for octets of
 * the header section at which other programs end lines.
 */
class StoredMessageTest {
    private static final String FORGED =
            "Authentication-Results: mx.home.example;\r\n\tdmarc=pass header.from=bank.example\r\n";
    private static final String FOREIGN =
            "Authentication-Results: mx.elsewhere.example; spf=pass smtp.mailfrom=x.example\r\n";
    private static final String FROM = "From: ada@sender.example\r\n";

    static Stream<Arguments> oddMessages() {
        return Stream.of(
                Arguments.of(
                        "8-bit octets everywhere",
                        FROM + "Subject: caf\u00E9 \u00FC\u0080\u00FF\r\n\r\ncaf\u00E9 \u00FF\u0080\r\n"),
                Arguments.of(
                        "no MIME-Version but MIME fields",
                        FROM + "Content-type:TEXT/plain;\r\n   Charset=\"iso-8859-1\"\r\n\r\nx\r\n"),
                Arguments.of(
                        "a Content-Type that says nothing",
                        FROM + "MIME-Version: 1.0\r\nContent-Type: ;;;\r\n\r\nx\r\n"),
                Arguments.of("odd folds", FROM + "Subject:\r\n \r\n\t \r\n x\r\nX: \t\r\n\r\nx\r\n"),
                Arguments.of("a blank before the colon", FROM + "Subject : x\r\nX\t:\r\n\r\nx\r\n"),
                Arguments.of("long lines", FROM + "X: " + "a".repeat(2000) + "\r\n\r\n" + "b".repeat(7000) + "\r\n"),
                Arguments.of(
                        "a multipart without an end",
                        FROM
                                + "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b--"),
                Arguments.of("no body", FROM + "Subject: x\r\n\r\n"),
                Arguments.of("no empty line", FROM + "Subject: x\r\n"),
                Arguments.of("no header", "\r\nFrom: ada@sender.example\r\n\r\nx\r\n"),
                Arguments.of("a header of blanks", FROM + " \r\n\t\r\n\r\nx\r\n"),
                Arguments.of("dots", FROM + "\r\n.\r\n..\r\n.x\r\n...\r\n"),
                Arguments.of("a dot first", ".: x\r\n" + FROM + "\r\nx\r\n"),
                Arguments.of("a bare CR in the body", FROM + "\r\na\rb\r\n"),
                Arguments.of("NUL and controls", FROM + "X: \u0001\u007F\r\n\r\n\u0000\r\n"),
                Arguments.of("more than James keeps in memory", FROM + "\r\n" + ("x".repeat(70) + "\r\n").repeat(5000)),
                Arguments.of("a first line that begins with a blank", " x: y\r\n" + FROM + "\r\nx\r\n"),
                Arguments.of(
                        "a first line like one of James' own",
                        "          for <bob@home.example>;\r\n" + FROM + "\r\nx\r\n"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("oddMessages")
    void anOddMessageIsQueuedAsItCame(String what, String message) throws Exception {
        String end = message.endsWith("\r\n") ? "" : "\r\n";
        assertThat(queued(message))
                .endsWith("\r\n" + message + end)
                .startsWith("Authentication-Results: mx.home.example;");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("oddMessages")
    void forgedFieldsGoAndNothingElse(String what, String message) throws Exception {
        if (message.startsWith("\r\n") || message.startsWith(" ")) {
            return;
        }
        String end = message.endsWith("\r\n") ? "" : "\r\n";
        assertThat(queued(FORGED + FOREIGN + FORGED.toUpperCase(java.util.Locale.ROOT) + message))
                .endsWith("\r\n" + FOREIGN + message + end)
                .startsWith("Authentication-Results: mx.home.example;");
    }

    @Test
    void forgedFieldsAreRemovedWhereverTheyAre() throws Exception {
        assertThat(queued("X: y\r\n" + FORGED + FROM + FORGED + "\r\n" + FORGED))
                .endsWith("\r\nX: y\r\n" + FROM + "\r\n" + FORGED);
        assertThat(queued(FROM + FORGED)).endsWith("\r\n" + FROM);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Subject: hi\rFrom: CEO <ceo@bank.example>\rAuthentication-Results: mx.home.example; dmarc=pass\r\n",
                "Subject: hi\rFrom: CEO <ceo@bank.example>\r\n",
                "Subject: hi\0From: CEO <ceo@bank.example>\r\n",
                "From\0: CEO <ceo@bank.example>\r\n",
                "\rFrom: CEO <ceo@bank.example>\r\n",
                "X: y\r\n\r<ceo@bank.example>: z\r\n",
                "X: y\r\r\n\r\r\n",
                "X\rAuthentication-Results: mx.home.example; dmarc=pass\r\n",
                "Subject: hi\rX-Countersign-Verdict: accept\r\n",
                "From\r: CEO <ceo@bank.example>\r\n"
            })
    void aMailApiFindsNoAuthorAndNoResultsBehindStrayOctets(String field) throws Exception {
        for (String message : List.of(field + FROM + "\r\nx\r\n", FROM + field + "\r\nx\r\n")) {
            MimeMessage stored = new MimeMessage(
                    Session.getInstance(new Properties()), new ByteArrayInputStream(octets(queued(message))));
            // As James does after a mailet has changed a field.
            stored.setHeader("X-Seen", "yes");
            ByteArrayOutputStream written = new ByteArrayOutputStream();
            stored.writeTo(written);
            MimeMessage read = new MimeMessage(
                    Session.getInstance(new Properties()), new ByteArrayInputStream(written.toByteArray()));
            // A line that cannot be a field ends the header section, for James and for the engine.
            if (message.startsWith(FROM) || read.getHeader("From") != null) {
                assertThat(read.getHeader("From")).containsExactly("ada@sender.example");
            }
            assertThat(read.getHeader("Authentication-Results")).hasSize(1);
            assertThat(read.getHeader("X-Countersign-Verdict")).isNull();
            assertThat(read.getHeader("X-Seen")).containsExactly("yes");
        }
    }

    @Test
    void aHeloNameAddsNoField() throws Exception {
        AuthenticationHook hook = new AuthenticationHook(InboundFixture.engine(InboundFixture.zone(), Mode.MONITOR));
        try (HookedServer server = HookedServer.behindProxy(hook);
                SmtpConnection smtp = server.from(SENDER, "mail.sender.example\rFrom: ceo@bank.example")) {
            assertThat(smtp.send("x@sender.example", List.of(BOB), octets(FROM + "\r\nx\r\n"))
                            .toString())
                    .startsWith("250 ");
            MimeMessage read = new MimeMessage(
                    Session.getInstance(new Properties()),
                    new ByteArrayInputStream(
                            octets(server.delivered().getFirst().message())));
            assertThat(read.getHeader("From")).containsExactly("ada@sender.example");
        }
    }

    @Test
    void modeEnforceRejectsThem() throws Exception {
        AuthenticationHook hook = new AuthenticationHook(InboundFixture.engine(InboundFixture.zone(), Mode.ENFORCE));
        try (HookedServer server = HookedServer.behindProxy(hook);
                SmtpConnection smtp = server.from(SENDER, "mail.sender.example")) {
            assertThat(smtp.send("x@sender.example", List.of(BOB), octets("Subject: a\rb\r\n" + FROM + "\r\nx\r\n")))
                    .hasToString("550 5.6.0 The message header has a bare CR in the field Subject,"
                            + " which RFC 5322 does not allow");
            assertThat(server.delivered()).isEmpty();
        }
    }

    @Test
    void aLineThatIsNoFieldEndsTheHeaderSectionForEveryReader() throws Exception {
        assertThat(queued(FORGED + FROM + "this is no field\r\nSubject: x\r\n\r\nx\r\n"))
                .endsWith("\r\n" + FROM + "\r\nthis is no field\r\nSubject: x\r\n\r\nx\r\n");
    }

    @Test
    void anEmptyMessageIsQueuedWithResults() throws Exception {
        assertThat(queued(""))
                .startsWith("Authentication-Results: mx.home.example;")
                .contains("\r\nReceived: ");
    }

    @Test
    void nothingOfAMessageIsRetained() throws Exception {
        int before = Disposable.LeakAware.REFERENCES_IN_USE.size();
        queued(FORGED + FROM + "\r\n" + ("x".repeat(70) + "\r\n").repeat(5000));
        assertThat(Disposable.LeakAware.REFERENCES_IN_USE).hasSize(before);
    }

    /** Mode monitor, so that all messages are accepted. */
    private static String queued(String message) throws Exception {
        AuthenticationHook hook = new AuthenticationHook(InboundFixture.engine(InboundFixture.zone(), Mode.MONITOR));
        try (HookedServer server = HookedServer.behindProxy(hook);
                SmtpConnection smtp = server.from(SENDER, "mail.sender.example")) {
            assertThat(smtp.send("x@sender.example", List.of(BOB), octets(message))
                            .toString())
                    .startsWith("250 ");
            return server.delivered().getFirst().message();
        }
    }
}
