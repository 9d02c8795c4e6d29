package org.countersign.simulate;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.countersign.archive.MessageArchive;
import org.countersign.config.Configuration;
import org.countersign.config.ConfigurationParser;
import org.countersign.config.FrontEnd;
import org.countersign.config.ParsedConfiguration;
import org.countersign.dns.DnsClient;
import org.countersign.dns.StaticZone;
import org.countersign.service.FileFailure;
import org.countersign.syntax.Octets;

/** Archives for the tests of this package, as mbox text, and their simulation. */
final class Archives {
    static final String OURS = "mx.home.example";
    static final String SEPARATOR = "From x Mon Nov 23 12:00:00 2026\n";
    static final StaticZone ZONE = StaticZone.builder()
            .txt("bank.example", "v=spf1 ip4:192.0.2.1 -all")
            .txt("_dmarc.bank.example", "v=DMARC1; p=reject")
            .txt("list.example", "v=spf1 ip4:192.0.2.9 -all")
            .build();

    private Archives() {}

    /** The trace field of this site. */
    static String received(String client) {
        return "Received: from mail.sender.example (out.sender.example [" + client + "]) by " + OURS
                + " with ESMTPS id 1;\n\tMon, 23 Nov 2026 12:00:00 +0000\n";
    }

    /** The results of this site for mail of a domain whose DMARC fails. */
    static String failed(String author, String policy) {
        return "Authentication-Results: " + OURS + "; spf=pass smtp.mailfrom=list.example; dkim=none;\n"
                + "\tdmarc=fail header.from=" + author + " policy.dmarc=" + policy
                + "; arc=none smtp.remote-ip=192.0.2.9\n";
    }

    static String passed(String author) {
        return "Authentication-Results: " + OURS + "; spf=pass smtp.mailfrom=" + author + "; dkim=none;\n"
                + "\tdmarc=pass header.from=" + author + " policy.dmarc=reject; arc=none smtp.remote-ip=192.0.2.1\n";
    }

    static String body(String author) {
        return "From: Alice <alice@" + author + ">\nSubject: x\n\nHello\n";
    }

    static String mbox(String... messages) {
        StringBuilder text = new StringBuilder();
        for (String message : messages) {
            text.append(SEPARATOR).append(message).append('\n');
        }
        return text.toString();
    }

    static Configuration policy(String text) {
        return switch (ConfigurationParser.parse(
                "mx.yaml", Octets.utf8("mode: enforce\nauthserv-id: " + OURS + "\n" + text), FrontEnd.NONE)) {
            case ParsedConfiguration.Valid valid -> valid.configuration();
            case ParsedConfiguration.Invalid invalid ->
                throw new AssertionError(invalid.problems().toString());
        };
    }

    /** What a simulation is to do. */
    static SimulationRequest request(Optional<ResultsSource> results, OptionalInt sample, String... policies) {
        List<SimulatedPolicy> simulated = new ArrayList<>();
        for (String text : policies) {
            Configuration configuration = policy(text);
            simulated.add(new SimulatedPolicy(
                    "policy" + simulated.size() + ".yaml",
                    configuration.mode(),
                    configuration.inbound().rules()));
        }
        return new SimulationRequest(simulated, policy(policies[0]), List.of(), results, Optional.empty(), sample);
    }

    static Simulation run(String mbox, String... policies) {
        return run(mbox, request(Optional.empty(), OptionalInt.empty(), policies), ZONE);
    }

    static Simulation run(String mbox, SimulationRequest request, DnsClient dns) {
        try {
            MessageArchive archive = MessageArchive.of(
                    List.of("-"), true, false, new ByteArrayInputStream(mbox.getBytes(StandardCharsets.UTF_8)));
            return run(archive, request, dns);
        } catch (FileFailure failure) {
            throw new AssertionError(failure);
        }
    }

    static Simulation run(MessageArchive archive, SimulationRequest request, DnsClient dns) {
        try {
            return new SimulationRun(request, dns, InstantSource.fixed(Instant.parse("2026-11-28T12:00:00Z")))
                    .run(archive, new Silent());
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    private static final class Silent implements SimulationRun.Listener {
        @Override
        public void message(Simulation soFar) {
            // Progress is not shown.
        }

        @Override
        public void unreadable(FileFailure failure) {
            // A test looks at the sums.
        }

        @Override
        public void note(String line) {
            // A test looks at the sums.
        }
    }
}
