package org.countersign.milter.filter;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.countersign.MessageOutcome;
import org.countersign.message.AuthorDomain;
import org.countersign.milter.session.Envelope;
import org.countersign.milter.session.MacroValues;
import org.countersign.milter.wire.ClientAddress;
import org.countersign.policy.Decision;
import org.countersign.policy.SmtpReply;
import org.countersign.policy.Verdict;
import org.countersign.smtp.HeaderField;
import org.countersign.syntax.Octets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated
class MessageLogTest {
    private static final Envelope ENVELOPE = new Envelope(
            ClientAddress.parseIp("192.0.2.1", 25),
            "client.example",
            "helo",
            "Bob.Bounce@example.org",
            List.of(),
            new MacroValues(Map.of("i", "4XYZ", "auth_authen", "bob")));

    private static final MessageLogSettings USUAL = MessageLogSettings.DEFAULT;

    private static MessageOutcome.Signed signed(String from) {
        AuthorDomain author = AuthorDomain.parse(Octets.latin1(" " + from));
        return new MessageOutcome.Signed(
                author, List.of(), Set.of(), Decision.accept("r", author.explain()), List.of());
    }

    private static MessageOutcome passed(Verdict verdict, Verdict ruled) {
        return new MessageOutcome.Unevaluated(new Decision(verdict, ruled, "r", "why"));
    }

    private static FinishedMessage message(MessageOutcome outcome, Optional<String> messageId, String... recipients) {
        AcceptedRecipients accepted = new AcceptedRecipients(recipients.length, List.of(recipients));
        Optional<HeaderField> field = messageId.map(id ->
                HeaderField.wrap(("Message-ID:" + id).getBytes(StandardCharsets.ISO_8859_1), "Message-ID".length()));
        return new FinishedMessage(ENVELOPE, ENVELOPE.macros(), accepted, field, 5, outcome, Duration.ofMillis(1));
    }

    private static List<LogRecord> lines(MessageLogSettings settings, FinishedMessage message) {
        List<LogRecord> records = new ArrayList<>();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord logRecord) {
                records.add(logRecord);
            }

            @Override
            public void flush() {
                // Nothing is buffered.
            }

            @Override
            public void close() {
                // There is nothing to close.
            }
        };
        Logger logger = Logger.getLogger("countersign.message");
        logger.addHandler(handler);
        try {
            new MessageLog(() -> settings).accept(message);
        } finally {
            logger.removeHandler(handler);
        }
        return records;
    }

    private static List<LogRecord> lines(MessageLogSettings.Selection selection, MessageOutcome outcome) {
        return lines(new MessageLogSettings(selection, 10, true), message(outcome, Optional.empty()));
    }

    private static Map<String, String> pairs(MessageLogSettings settings, FinishedMessage message) {
        Map<String, String> pairs = new LinkedHashMap<>();
        for (Object pair : lines(settings, message).getFirst().getParameters()) {
            if (pair instanceof Map.Entry<?, ?> entry) {
                pairs.put(String.valueOf(entry.getKey()), String.valueOf(entry.getValue()));
            }
        }
        return pairs;
    }

    private static LogRecord unsigned(String from) {
        return lines(USUAL, message(signed(from), Optional.empty(), "a@b.example"))
                .getFirst();
    }

    @Test
    void outboundMailThatItsFromFieldLeavesUnsignedIsAWarning() {
        for (String from : List.of("a@example.org, b@other.example", "MAILER-DAEMON <>", "")) {
            assertThat(unsigned(from).getLevel()).isEqualTo(Level.WARNING);
        }
        assertThat(Arrays.toString(unsigned("a@example.org, b@other.example").getParameters()))
                .contains("author=ambiguous", "author-problem=several-domains");
        assertThat(Arrays.toString(unsigned("MAILER-DAEMON <>").getParameters()))
                .contains("author=missing", "author-problem=no-address");
    }

    @Test
    void outboundMailThatIsNotSignedForAnotherReasonIsNone() {
        assertThat(unsigned("a@example.org").getLevel()).isEqualTo(Level.INFO);
        LogRecord spelled = unsigned("Smith, John <a@example.org>");
        assertThat(spelled.getLevel()).isEqualTo(Level.INFO);
        assertThat(Arrays.toString(spelled.getParameters()))
                .contains("author=example.org", "author-spelling=no-address", "author-problem=spelling");
    }

    @Test
    void aLineIdentifiesTheMessageByItsQueueIdItsMessageIdAndItsRecipients() {
        FinishedMessage message =
                message(signed("a@example.org"), Optional.of("\r\n <1@x.example> "), "c@d.example", "e");
        assertThat(Arrays.toString(lines(USUAL, message).getFirst().getParameters()))
                .startsWith(
                        "[queue-id=4XYZ, message-id=<1@x.example>, client=client.example[192.0.2.1], helo=helo,"
                                + " mail-from=<Bob.Bounce@example.org>, recipients=2, to=c@d.example,e, body-octets=5, user=bob, ");
    }

    @Test
    void theMessageIdAndTheRecipientsAreBounded() {
        String[] many = Stream.generate(() -> "x@y.example").limit(12).toArray(String[]::new);
        Map<String, String> pairs =
                pairs(USUAL, message(signed("a@example.org"), Optional.of("<" + "x".repeat(300) + ">"), many));
        assertThat(pairs.get("message-id"))
                .hasSize(FinishedMessage.MAX_MESSAGE_ID)
                .startsWith("<x");
        assertThat(pairs.get("to")).isEqualTo("x@y.example,".repeat(10) + "...");
        assertThat(pairs.get("recipients")).isEqualTo("12");
    }

    @Test
    void aMessageWithoutMessageIdHasNoPairForIt() {
        for (Optional<String> id : List.of(Optional.<String>empty(), Optional.of(""), Optional.of(" \r\n "))) {
            assertThat(pairs(USUAL, message(signed("a@example.org"), id))).doesNotContainKey("message-id");
        }
    }

    @Test
    void noRecipientIsNamedIfTheSettingIsZero() {
        MessageLogSettings counted = new MessageLogSettings(MessageLogSettings.Selection.ALL, 0, true);
        assertThat(pairs(counted, message(signed("a@example.org"), Optional.empty(), "c@d.example")))
                .containsEntry("recipients", "1")
                .doesNotContainKey("to");
    }

    @Test
    void withoutAddressesALineHasOnlyTheirDomains() {
        MessageLogSettings domains = new MessageLogSettings(MessageLogSettings.Selection.ALL, 10, false);
        Map<String, String> pairs =
                pairs(domains, message(signed("Secret.Name@example.org"), Optional.of("<1@x.example>"), "c@d.example"));
        assertThat(pairs)
                .containsEntry("mail-from", "<@example.org>")
                .containsEntry("message-id", "<1@x.example>")
                .containsEntry("reason", "The author is @example.org.")
                .doesNotContainKeys("to", "user");
        assertThat(pairs.toString()).doesNotContain("Secret", "Bob", "bob", "c@d");
    }

    @Test
    void theSelectionTellsWhichMessagesHaveALine() {
        Verdict accept = new Verdict.Accept();
        Verdict reject = new Verdict.Reject(new SmtpReply(550, "5.7.1", "no"));
        for (MessageOutcome notAccepted :
                List.of(passed(reject, reject), passed(accept, reject), passed(new Verdict.Tag(), new Verdict.Tag()))) {
            assertThat(lines(MessageLogSettings.Selection.ALL, notAccepted)).hasSize(1);
            assertThat(lines(MessageLogSettings.Selection.NOT_ACCEPTED, notAccepted))
                    .hasSize(1);
            assertThat(lines(MessageLogSettings.Selection.NONE, notAccepted)).isEmpty();
        }
        MessageOutcome internal = new MessageOutcome.PassedThrough(MessageOutcome.PassedThrough.Reason.LOCAL_CLIENT);
        assertThat(lines(MessageLogSettings.Selection.ALL, internal)).hasSize(1);
        assertThat(lines(MessageLogSettings.Selection.NOT_ACCEPTED, internal)).isEmpty();
        // Accepted without an evaluation.
        assertThat(lines(MessageLogSettings.Selection.NOT_ACCEPTED, passed(accept, accept)))
                .hasSize(1);
        assertThat(lines(MessageLogSettings.Selection.NONE, passed(accept, accept)))
                .isEmpty();
        assertThat(lines(MessageLogSettings.Selection.NOT_ACCEPTED, signed("a@example.org")))
                .isEmpty();
        assertThat(lines(MessageLogSettings.Selection.NOT_ACCEPTED, signed("MAILER-DAEMON <>")))
                .hasSize(1);
        assertThat(lines(MessageLogSettings.Selection.NONE, signed("MAILER-DAEMON <>")))
                .isEmpty();
    }
}
