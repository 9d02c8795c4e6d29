package org.countersign.reports.send;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.countersign.dns.StaticZone;
import org.countersign.domain.DomainName;
import org.countersign.signature.SigningIdentity;
import org.countersign.signing.SigningPolicy;
import org.countersign.store.StoreLocation;
import org.countersign.testing.TestKeys;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** The message that carries a report, where the system writes numbers with other digits than those of US-ASCII. */
@Isolated("sets the locale of the virtual machine")
class ReportMessageLocaleTest {
    @TempDir
    private Path temp;

    @Test
    void numbersHaveTheDigitsOfUsAscii() throws Exception {
        StoreLocation store = new StoreLocation.File(temp.resolve("store.db"));
        Locale locale = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag("ar-EG"));
        try {
            StoredDay.prepare(store);
            StoredDay.add(store, SendFixture.DAY, "one.example", 3, true);
            SendFixture sender = new SendFixture(
                    store, SendFixture.asking(StaticZone.builder(), "one.example", "mailto:dmarc@one.example"));
            sender.signing = SigningPolicy.ofDomains(
                    List.of(new SigningIdentity(DomainName.of("reports.example.org"), "s1", TestKeys.RSA)));
            try (SendRun run = sender.open("a")) {
                sender.runUntil(run, PlannedReport.begin(SendFixture.DAY + 1).plusSeconds(7 * 3600));
            }
            assertThat(sender.mails.getFirst().text()).contains(" (UTC): 3 messages.\r\n");
        } finally {
            Locale.setDefault(locale);
        }
    }
}
