package org.countersign.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.Client;
import org.countersign.MessageOutcome;
import org.countersign.MessageSession;
import org.countersign.SmtpTransaction;
import org.countersign.TrafficRules;
import org.countersign.config.Configuration;
import org.countersign.dns.DnsRecorder;
import org.countersign.domain.IpNetwork;
import org.countersign.domain.ReversePath;
import org.countersign.ops.BridgeConfiguration;
import org.countersign.outbound.OutboundChecks;
import org.countersign.outbound.OutboundMessage;
import org.countersign.outbound.OutboundSettings;
import org.countersign.service.FileFailure;
import org.countersign.service.PolicyLoader;
import org.countersign.service.SystemClock;
import org.countersign.signing.SigningPolicy;
import org.countersign.signing.SigningSelector;
import org.countersign.smtp.HeaderEdit;
import org.countersign.smtp.HeaderField;
import org.countersign.syntax.Octets;

/** A policy file that was made by an import, which signs mails as the engine does. The DNS is not asked. */
final class ImportedPolicy {
    private final Configuration configuration;
    private final SigningPolicy policy;

    private ImportedPolicy(Configuration configuration, SigningPolicy policy) {
        this.configuration = configuration;
        this.policy = policy;
    }

    static ImportedPolicy load(Path file) throws FileFailure {
        Configuration configuration =
                PolicyLoader.read(file, BridgeConfiguration.FRONT_END).configuration();
        return new ImportedPolicy(configuration, PolicyLoader.readSigning(file, configuration));
    }

    Configuration configuration() {
        return configuration;
    }

    /** Who signs a mail, in the notation of {@code mails.tsv}. */
    String signers(ImportTree.Mail mail) {
        SmtpTransaction transaction = new SmtpTransaction(
                new Client.Ip(IpNetwork.parseAddress(mail.client()).orElseThrow(), mail.clientName()),
                "client.example",
                ReversePath.parse(mail.mailFrom().orElse(mail.from())),
                Optional.of(mail.login()).filter(name -> !name.isEmpty()),
                mail.daemon(),
                "mx.example.org");
        if (configuration.traffic().direction(transaction) != TrafficRules.Direction.OUTBOUND) {
            return "none";
        }
        OutboundChecks checks = OutboundChecks.of(
                OutboundSettings.DEFAULT,
                configuration.traffic(),
                SigningSelector.unmonitored(policy),
                new SystemClock());
        try (MessageSession session =
                OutboundMessage.factory(checks).open(transaction, octets -> true, DnsRecorder.OFF)) {
            session.recipient(mail.recipient().isEmpty() ? "someone@elsewhere.example" : mail.recipient());
            session.header(HeaderField.of("From", " " + mail.from()));
            session.header(HeaderField.of("Date", " Sat, 28 Nov 2026 12:00:00 +0000"));
            session.header(HeaderField.of("Message-ID", " <1@client.example>"));
            session.header(HeaderField.of("Subject", " test"));
            session.endOfHeaders();
            byte[] body = Octets.latin1("Hello\r\n").toByteArray();
            session.body(body, 0, body.length);
            return ((MessageOutcome.Signed) session.conclude())
                    .edits().stream()
                            .filter(HeaderEdit.Prepend.class::isInstance)
                            .map(edit -> SignatureNotation.of(
                                    ((HeaderEdit.Prepend) edit).field().value().latin1()))
                            .sorted()
                            .reduce((left, right) -> left + ", " + right)
                            .orElse("none");
        }
    }

    /** The signers of a cell of {@code mails.tsv}, in the order of {@link #signers}. */
    static String sorted(String cell) {
        List<String> signers = new ArrayList<>();
        for (String each : cell.split(",", -1)) {
            signers.add(each.strip());
        }
        signers.sort(String::compareTo);
        return String.join(", ", signers);
    }
}
