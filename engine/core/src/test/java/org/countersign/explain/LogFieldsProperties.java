package org.countersign.explain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.countersign.Client;
import org.countersign.MessageOutcome;
import org.countersign.SmtpTransaction;
import org.countersign.dns.StaticZone;
import org.countersign.domain.IpNetwork;
import org.countersign.domain.ReversePath;
import org.countersign.inbound.InboundChecks;
import org.countersign.inbound.InboundMessage;
import org.countersign.inbound.InboundSettings;
import org.countersign.smtp.HeaderField;
import org.countersign.syntax.LogPairs;
import org.countersign.syntax.Octets;
import org.countersign.testing.ManualClock;

/** What a sender's explanation of an SPF fail can do to the log line: nothing. */
class LogFieldsProperties {
    private static final int MAX_EXPLANATION = 256;

    @Provide
    Arbitrary<Octets> explanations() {
        Arbitrary<String> hostile = Arbitraries.of(
                "\" verdict=accept ",
                "\\\"",
                " spf=pass",
                "\r\nevent=message",
                "\u001b[2J",
                "\0",
                "%{l}",
                "%{S}",
                "%{h}",
                "%{r}",
                "%{t}",
                "%%",
                "%_",
                "\u00e2\u0080\u00ae",
                "x".repeat(90));
        return hostile.list().ofMaxSize(8).map(parts -> Octets.latin1(String.join("", parts)));
    }

    @Property(tries = 500)
    void anExplanationIsOnePairAndNothingElse(@ForAll("explanations") Octets explanation, @ForAll String localPart) {
        StaticZone zone = StaticZone.builder()
                .txt("sender.example", "v=spf1 exp=why.sender.example -all")
                .txt("why.sender.example", pieces(explanation))
                .build();
        MessageOutcome.Judged outcome = judge(zone, localPart);
        StringBuilder line = new StringBuilder("event=message");
        List<String> keys = new ArrayList<>(List.of("event"));
        LogFields.of(outcome).forEach((key, value) -> {
            keys.add(key);
            LogPairs.append(line, key, value);
        });
        assertThat(outcome.facts().spf().keyword()).isEqualTo("fail");
        assertThat(outcome.facts().spf().explanation().orElse("")).hasSizeLessThanOrEqualTo(MAX_EXPLANATION);
        assertThat(line.chars()).allMatch(c -> c >= 0x20 && c < 0x7F);
        assertThat(keysOf(line)).isEqualTo(keys);
        assertThat(outcome.edits().toString()).doesNotContain("verdict=accept", "event=message");
    }

    private static List<Octets> pieces(Octets text) {
        List<Octets> pieces = new ArrayList<>();
        for (int from = 0; from < text.length(); from += 255) {
            pieces.add(text.slice(from, Math.min(text.length(), from + 255)));
        }
        return pieces.isEmpty() ? List.of(Octets.EMPTY) : pieces;
    }

    /** The keys that a reader of the line sees, who knows quotes and what is escaped in them. */
    private static List<String> keysOf(CharSequence line) {
        List<String> keys = new ArrayList<>();
        boolean quoted = false;
        int from = 0;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (quoted && c == '\\') {
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (!quoted && c == ' ') {
                from = i + 1;
            } else if (!quoted && c == '=') {
                keys.add(line.subSequence(from, i).toString());
            }
        }
        assertThat(quoted).isFalse();
        return keys;
    }

    private static MessageOutcome.Judged judge(StaticZone zone, String localPart) {
        Client.Ip client = new Client.Ip(IpNetwork.parseAddress("192.0.2.1").orElseThrow(), "");
        SmtpTransaction transaction = new SmtpTransaction(
                client,
                "helo\" verdict=accept",
                new ReversePath.Address(localPart, "sender.example"),
                Optional.empty(),
                "",
                "mx.receiver.example");
        InboundChecks checks = InboundChecks.of(InboundSettings.DEFAULT, zone, ManualClock.started());
        try (InboundMessage mail = new InboundMessage(checks, transaction)) {
            mail.header(HeaderField.of("From", " a@sender.example"));
            mail.endOfHeaders();
            return mail.conclude();
        }
    }
}
