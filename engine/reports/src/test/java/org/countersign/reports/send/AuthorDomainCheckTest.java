package org.countersign.reports.send;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.RecordType;
import org.countersign.dns.StaticZone;
import org.countersign.domain.DomainName;
import org.countersign.signature.SigningIdentity;
import org.countersign.signing.SigningPolicy;
import org.countersign.store.StoreLocation;
import org.countersign.testing.TestKeys;
import org.junit.jupiter.api.Test;

class AuthorDomainCheckTest {
    private final StaticZone.Builder zone = StaticZone.builder();

    private List<String> problems(String signer) {
        SendFixture sender = new SendFixture(new StoreLocation.File(Path.of("unused.db")), zone);
        sender.signing =
                SigningPolicy.ofDomains(List.of(new SigningIdentity(DomainName.of(signer), "s1", TestKeys.ED25519)));
        return AuthorDomainCheck.problems(sender.policy(), sender.clock);
    }

    @Test
    void aDomainWithMxSpfKeyAndRecordIsFine() {
        zone.mx("reports.example.org", 10, "mx.example.org")
                .txt("reports.example.org", "v=spf1 ip4:192.0.2.1 -all")
                .txt("_dmarc.reports.example.org", "v=DMARC1; p=reject");
        assertThat(problems("reports.example.org")).isEmpty();
        assertThat(problems("example.org")).as("a relaxed record").isEmpty();
    }

    @Test
    void whatIsMissingIsNamedWithItsRemedy() {
        zone.txt("_dmarc.example.org", "v=DMARC1; p=none; rua=mailto:dmarc@example.org");
        assertThat(problems("other.example"))
                .hasSize(4)
                .anyMatch(problem -> problem.contains("has neither an MX record nor an address"))
                .anyMatch(problem -> problem.contains("has no SPF record"))
                .anyMatch(problem -> problem.startsWith("the DMARC record at example.org asks for reports (rua)"))
                .anyMatch(problem -> problem.startsWith("no key signs mail of dmarc-noreply@reports.example.org"));
    }

    @Test
    void aStrictRecordNeedsAKeyOfTheDomainItself() {
        zone.address("reports.example.org", "192.0.2.1")
                .txt("reports.example.org", "v=spf1 -all")
                .txt("_dmarc.reports.example.org", "v=DMARC1; p=reject; adkim=s");
        assertThat(problems("example.org"))
                .containsExactly("reports are signed by example.org, but the DMARC record at reports.example.org has"
                        + " adkim=s: add a key for reports.example.org to signing.keys");
    }

    @Test
    void aDnsThatDoesNotAnswerIsNoProblem() {
        for (RecordType type : List.of(RecordType.MX, RecordType.A, RecordType.AAAA, RecordType.TXT)) {
            zone.failure("reports.example.org", type, DnsAnswer.Failure.TIMEOUT);
        }
        zone.failure("_dmarc.reports.example.org", RecordType.TXT, DnsAnswer.Failure.TIMEOUT);
        assertThat(problems("reports.example.org")).isEmpty();
    }
}
