package org.countersign.reports.collect;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.countersign.Client;
import org.countersign.MessageOutcome;
import org.countersign.SmtpTransaction;
import org.countersign.config.ConfigurationParser;
import org.countersign.config.FrontEnd;
import org.countersign.config.ParsedConfiguration;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.RecordType;
import org.countersign.dns.StaticZone;
import org.countersign.domain.IpNetwork;
import org.countersign.domain.ReversePath;
import org.countersign.inbound.InboundChecks;
import org.countersign.inbound.InboundMessage;
import org.countersign.syntax.Octets;
import org.countersign.testing.SignatureDraft;
import org.countersign.testing.TestKeys;
import org.countersign.testing.TestMessage;

/**
 * A message that the engine judges, to be changed step by step.
 *
 * @param policy the text of a policy file
 * @param dmarc the record of each domain; none for a DNS that fails
 * @param fields further header fields
 * @param signers domains that sign, in the order of the fields
 */
public record JudgedMail(
        String policy,
        String client,
        String mailFrom,
        String author,
        Map<String, String> dmarc,
        Map<String, String> spf,
        List<String> fields,
        List<String> signers,
        List<String> recipients) {
    static final Instant TIME = Instant.parse("2026-11-28T12:00:00Z");
    static final String RUA = "; rua=mailto:dmarc@example.org";
    static final String PERMITTED = "v=spf1 ip4:192.0.2.1 -all";

    /** A forged message of a domain that asks for rejection. */
    public static JudgedMail forged() {
        return new JudgedMail(
                "mode: enforce",
                "192.0.2.1",
                "bounce@example.net",
                "example.org",
                Map.of("example.org", "v=DMARC1; p=reject" + RUA),
                Map.of(),
                List.of(),
                List.of(),
                List.of("user@receiver.example"));
    }

    /** The same message, sent by the domain itself. */
    public static JudgedMail genuine() {
        return forged().mailFrom("bounce@example.org").spf("example.org", PERMITTED);
    }

    public JudgedMail policy(String text) {
        return new JudgedMail(text, client, mailFrom, author, dmarc, spf, fields, signers, recipients);
    }

    public JudgedMail client(String address) {
        return new JudgedMail(policy, address, mailFrom, author, dmarc, spf, fields, signers, recipients);
    }

    public JudgedMail mailFrom(String address) {
        return new JudgedMail(policy, client, address, author, dmarc, spf, fields, signers, recipients);
    }

    public JudgedMail author(String domain) {
        return new JudgedMail(policy, client, mailFrom, domain, dmarc, spf, fields, signers, recipients);
    }

    public JudgedMail dmarc(String domain, String record) {
        return new JudgedMail(
                policy, client, mailFrom, author, put(dmarc, domain, record), spf, fields, signers, recipients);
    }

    public JudgedMail spf(String domain, String record) {
        return new JudgedMail(
                policy, client, mailFrom, author, dmarc, put(spf, domain, record), fields, signers, recipients);
    }

    public JudgedMail field(String field) {
        List<String> more = new ArrayList<>(fields);
        more.add(field);
        return new JudgedMail(policy, client, mailFrom, author, dmarc, spf, more, signers, recipients);
    }

    public JudgedMail signedBy(String... domains) {
        return new JudgedMail(policy, client, mailFrom, author, dmarc, spf, fields, List.of(domains), recipients);
    }

    public JudgedMail to(String... addresses) {
        return new JudgedMail(policy, client, mailFrom, author, dmarc, spf, fields, signers, List.of(addresses));
    }

    private static Map<String, String> put(Map<String, String> map, String key, String value) {
        Map<String, String> changed = new LinkedHashMap<>(map);
        changed.put(key, value);
        return changed;
    }

    public MessageOutcome.Judged outcome() {
        InboundChecks checks = InboundChecks.of(
                switch (ConfigurationParser.parse("mx.yaml", Octets.utf8(policy), FrontEnd.NONE)) {
                    case ParsedConfiguration.Valid valid ->
                        valid.configuration().inbound();
                    case ParsedConfiguration.Invalid invalid ->
                        throw new AssertionError(invalid.problems().toString());
                },
                zone(),
                InstantSource.fixed(TIME));
        SmtpTransaction transaction = new SmtpTransaction(
                client.isEmpty()
                        ? new Client.Unknown()
                        : new Client.Ip(IpNetwork.parseAddress(client).orElseThrow(), ""),
                "client.example",
                ReversePath.parse("<" + mailFrom + ">"),
                Optional.empty(),
                "",
                "mx.receiver.example");
        try (InboundMessage mail = new InboundMessage(checks, transaction)) {
            recipients.forEach(mail::recipient);
            text().pour(mail);
            return mail.conclude();
        }
    }

    /** The message itself. */
    TestMessage text() {
        TestMessage message = TestMessage.parse((author.isEmpty() ? "" : "From: alice@" + author + "\n")
                + String.join("", fields.stream().map(field -> field + "\n").toList()) + "\nHello\n");
        for (String signer : signers.reversed()) {
            message = SignatureDraft.of(TestKeys.ED25519).with("d", signer).sign(message, TestKeys.ED25519);
        }
        return message;
    }

    private StaticZone zone() {
        StaticZone.Builder zone = StaticZone.builder();
        dmarc.forEach((domain, record) -> {
            if (record.isEmpty()) {
                zone.failure("_dmarc." + domain, RecordType.TXT, DnsAnswer.Failure.SERVER_FAILURE);
            } else {
                zone.txt("_dmarc." + domain, record);
            }
        });
        spf.forEach((domain, record) -> {
            if (record.isEmpty()) {
                zone.failure(domain, RecordType.TXT, DnsAnswer.Failure.SERVER_FAILURE);
            } else {
                zone.txt(domain, record);
            }
        });
        signers.stream()
                .distinct()
                .filter(signer -> !signer.startsWith("broken."))
                .forEach(signer -> zone.txt("s1._domainkey." + signer, TestKeys.ED25519.publicKeyRecord()));
        return zone.build();
    }

    ReportedMessage message(Instant time) {
        return ReportedMessage.of(outcome(), time.getEpochSecond(), "4Q1");
    }

    /** What the message adds to a report. */
    Optional<ReportedResult> reported() {
        return ReportedResult.of(message(TIME));
    }

    Optional<MessageRow> row() {
        return reported().map(each -> MessageRow.of(each, false));
    }
}
