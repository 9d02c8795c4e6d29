package org.countersign.james;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.net.InetAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.countersign.Client;
import org.countersign.CountersignEngine;
import org.countersign.MessageLimits;
import org.countersign.MessageOutcome;
import org.countersign.MessageSession;
import org.countersign.SmtpTransaction;
import org.countersign.TrafficRules;
import org.countersign.dkim.DkimResult;
import org.countersign.dns.StaticZone;
import org.countersign.domain.DomainName;
import org.countersign.domain.IpNetwork;
import org.countersign.domain.ReversePath;
import org.countersign.inbound.AuthservSettings;
import org.countersign.inbound.InboundChecks;
import org.countersign.inbound.InboundMessage;
import org.countersign.inbound.InboundSettings;
import org.countersign.james.message.HeaderEditor;
import org.countersign.message.MessageReader;
import org.countersign.message.TransportHazard;
import org.countersign.outbound.OutboundChecks;
import org.countersign.outbound.OutboundMessage;
import org.countersign.outbound.OutboundSettings;
import org.countersign.policy.Mode;
import org.countersign.signature.SigningIdentity;
import org.countersign.signing.PublishedKeyMonitor;
import org.countersign.signing.SigningPolicy;
import org.countersign.signing.SigningSelector;
import org.countersign.signing.TransportCheck;
import org.countersign.signing.UnpublishedKeyAction;
import org.countersign.testing.TestKeys;

/** Signing engines of {@code sender.example}, and the verification of their signatures. */
final class OutboundFixture {
    static final String USER = "ada@sender.example";

    private static final SigningIdentity IDENTITY =
            new SigningIdentity(DomainName.of("sender.example"), "test", TestKeys.RSA);

    private OutboundFixture() {}

    static CountersignEngine engine() {
        return engine(TransportCheck.DEFAULT, Optional.empty());
    }

    /** An engine that rejects mail with this hazard. */
    static CountersignEngine refusing(TransportHazard hazard) {
        return engine(new TransportCheck(true, Set.of(hazard), Mode.ENFORCE), Optional.empty());
    }

    /** An engine that finds no published key and defers mail for that reason. */
    static CountersignEngine unpublished() {
        return engine(
                TransportCheck.DEFAULT,
                Optional.of(new PublishedKeyMonitor(
                        StaticZone.builder().build(),
                        InstantSource.system(),
                        Duration.ofHours(1),
                        Runnable::run,
                        (key, state) -> {})));
    }

    private static final AuthservSettings NAMES = new AuthservSettings("home.example", List.of(), false);

    private static CountersignEngine engine(TransportCheck transportCheck, Optional<PublishedKeyMonitor> monitor) {
        InstantSource clock = InstantSource.system();
        SigningPolicy policy = SigningPolicy.ofDomains(List.of(IDENTITY));
        return new CountersignEngine(
                TrafficRules.DEFAULT,
                InboundMessage.factory(
                        InboundChecks.of(InboundSettings.DEFAULT.withAuthserv(NAMES), InboundFixture.zone(), clock)),
                OutboundMessage.factory(OutboundChecks.of(
                        new OutboundSettings(MessageLimits.DEFAULT, NAMES, false, transportCheck),
                        TrafficRules.DEFAULT,
                        new SigningSelector(policy, monitor, UnpublishedKeyAction.TEMPFAIL),
                        clock)));
    }

    /** The results of another verifier for each signature. */
    static List<String> verify(String message) {
        InetAddress stranger = IpNetwork.parseAddress(InboundFixture.FORWARDER).orElseThrow();
        SmtpTransaction transaction = new SmtpTransaction(
                new Client.Ip(stranger, ""),
                "mail.forwarder.example",
                ReversePath.parse(USER),
                Optional.empty(),
                "",
                "");
        try (MessageSession flow =
                InboundFixture.engine(InboundFixture.zone(), Mode.MONITOR).open(transaction)) {
            MessageReader.read(message.getBytes(ISO_8859_1), flow, HeaderEditor.MAX_FIELD);
            return ((MessageOutcome.Judged) flow.conclude())
                    .facts().signatures().stream().map(DkimResult::keyword).toList();
        }
    }
}
