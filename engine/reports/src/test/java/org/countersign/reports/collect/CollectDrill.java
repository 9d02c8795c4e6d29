package org.countersign.reports.collect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.countersign.domain.IpNetwork;
import org.countersign.policy.Connection;
import org.countersign.policy.MessageFacts;
import org.countersign.store.StoreLocation;
import org.countersign.testing.ManualClock;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** A host with a spool, a store and a clock, for tests of what fails. */
abstract class CollectDrill {
    static ReportedMessage forged;
    static ReportedMessage genuine;

    @TempDir
    Path directory;

    final ManualClock clock = ManualClock.at(JudgedMail.TIME);

    @BeforeAll
    static void judge() {
        forged = JudgedMail.forged().message(JudgedMail.TIME);
        genuine = JudgedMail.genuine().message(JudgedMail.TIME);
    }

    /** The forged message from another client. */
    static ReportedMessage from(String client) {
        MessageFacts facts = forged.facts();
        return new ReportedMessage(
                forged.second(),
                forged.queueId(),
                new MessageFacts(
                        facts.author(),
                        facts.spf(),
                        facts.helo(),
                        facts.signatures(),
                        facts.arc(),
                        facts.dmarc(),
                        new Connection(IpNetwork.parseAddress(client), "", Optional.empty()),
                        facts.envelope(),
                        facts.identities(),
                        facts.headerTooLarge(),
                        facts.tooManyForged(),
                        facts.strayOctet(),
                        facts.persistentTemperror(),
                        facts.report()),
                forged.decision());
    }

    StoreLocation.File store() {
        return new StoreLocation.File(directory.resolve("store.db"));
    }

    Path spool() {
        return directory.resolve("spool");
    }

    CollectingHost host() {
        return CollectingHost.of(spool(), store(), clock);
    }

    /** A minute passes, and the store takes what was counted. */
    static void storeMinute(CollectingHost host) {
        host.minute();
        assertThat(host.flush()).isTrue();
    }

    List<Path> files(String suffix) throws IOException {
        try (Stream<Path> files = Files.list(spool())) {
            return files.filter(file -> file.toString().endsWith(suffix))
                    .sorted()
                    .toList();
        }
    }
}
