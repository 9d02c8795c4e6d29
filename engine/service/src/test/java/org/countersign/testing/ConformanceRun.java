package org.countersign.testing;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.countersign.Client;
import org.countersign.CountersignEngine;
import org.countersign.MessageOutcome;
import org.countersign.MessageSession;
import org.countersign.SmtpTransaction;
import org.countersign.TrafficRules;
import org.countersign.config.ConfigurationParser;
import org.countersign.config.FrontEnd;
import org.countersign.config.ParsedConfiguration;
import org.countersign.dns.DnsRecorder;
import org.countersign.domain.IpNetwork;
import org.countersign.domain.ReversePath;
import org.countersign.inbound.InboundChecks;
import org.countersign.inbound.InboundMessage;
import org.countersign.inbound.InboundSettings;
import org.countersign.message.MessageReader;
import org.countersign.outbound.OutboundChecks;
import org.countersign.outbound.OutboundMessage;
import org.countersign.outbound.OutboundSettings;
import org.countersign.policy.Mode;
import org.countersign.policy.PolicyRules;
import org.countersign.signing.SigningPolicy;
import org.countersign.signing.SigningSelector;
import org.countersign.smtp.HeaderEdit;
import org.countersign.syntax.Octets;
import org.countersign.vectors.ConformanceCase;
import org.countersign.vectors.ConformancePack;

/** The engine as a conformance case wants it, for every front end's tests. */
public final class ConformanceRun {
    private static final int MAX_HEADER = 100_000;

    private ConformanceRun() {}

    /** An engine that sees the zone and the clock of a case. */
    public static CountersignEngine engine(ConformanceCase vector) {
        InstantSource clock = InstantSource.fixed(vector.clock());
        InboundChecks checks = InboundChecks.of(
                InboundSettings.DEFAULT
                        .withAuthservId(ConformancePack.RECEIVING_HOST)
                        .withMode(Mode.valueOf(vector.mode().name().toUpperCase(Locale.ROOT)))
                        .withRules(rules(vector)),
                VectorZones.staticZone(vector.zone()),
                clock);
        OutboundChecks signer = OutboundChecks.of(
                OutboundSettings.DEFAULT,
                TrafficRules.DEFAULT,
                SigningSelector.unmonitored(SigningPolicy.NOTHING),
                clock);
        return new CountersignEngine(
                TrafficRules.DEFAULT, InboundMessage.factory(checks), OutboundMessage.factory(signer));
    }

    private static PolicyRules rules(ConformanceCase vector) {
        return switch (ConfigurationParser.parse(
                vector.id(), Octets.utf8(vector.policy().orElse("")), FrontEnd.NONE)) {
            case ParsedConfiguration.Valid valid ->
                valid.configuration().inbound().rules();
            case ParsedConfiguration.Invalid invalid ->
                throw new AssertionError(invalid.problems().toString());
        };
    }

    /** The transaction of a case. */
    public static SmtpTransaction transaction(ConformanceCase vector) {
        return new SmtpTransaction(
                new Client.Ip(address(vector.smtp().ip()), ""),
                vector.smtp().helo(),
                ReversePath.parse(vector.smtp().mailFrom()),
                vector.smtp().authenticatedUser(),
                "",
                ConformancePack.RECEIVING_HOST);
    }

    /** What the engine says to a case, the message poured in whole. */
    public static MessageOutcome.Judged outcome(ConformanceCase vector) {
        return outcome(vector, DnsRecorder.OFF);
    }

    /** The same with its DNS queries recorded. */
    public static MessageOutcome.Judged outcome(ConformanceCase vector, DnsRecorder recorder) {
        try (MessageSession flow = engine(vector).open(transaction(vector), recorder)) {
            vector.smtp().recipients().forEach(flow::recipient);
            MessageReader.read(new ByteArrayInputStream(vector.octets()), flow, MAX_HEADER);
            MessageOutcome conclusion = flow.conclude();
            if (conclusion instanceof MessageOutcome.Judged outcome) {
                return outcome;
            }
            throw new AssertionError(vector.id() + " was not judged: " + conclusion);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /** Which Authentication-Results fields were taken away, counted from 1. */
    public static List<Integer> removed(List<HeaderEdit> edits) {
        List<Integer> instances = new ArrayList<>();
        for (HeaderEdit edit : edits) {
            if (edit instanceof HeaderEdit.Remove(String name, int instance)
                    && name.equalsIgnoreCase("Authentication-Results")) {
                instances.add(instance);
            }
        }
        return instances;
    }

    /** The value of a field, unfolded. */
    public static String unfolded(String value) {
        return value.replace("\r\n", "").replace("\n", "").strip();
    }

    private static InetAddress address(String text) {
        return IpNetwork.parseAddress(text).orElseThrow();
    }
}
