package org.countersign.dmarc;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.RecordType;
import org.countersign.dns.StaticZone;
import org.countersign.domain.DomainName;

/** Small worlds in which names are related often and records stand anywhere. */
final class DmarcArbitraries {
    private static final String FAILING = "failing";

    private DmarcArbitraries() {}

    static Arbitrary<DomainName> names() {
        return Arbitraries.of("a", "b", "c").list().ofMinSize(1).ofMaxSize(11).map(labels -> {
            String below = String.join(".", labels);
            return DomainName.of(below + ".example");
        });
    }

    static Arbitrary<StaticZone> zones() {
        return zones(Arbitraries.of(
                "v=DMARC1; p=none",
                "v=DMARC1; p=reject; adkim=s",
                "v=DMARC1; p=quarantine; psd=n",
                "v=DMARC1; p=reject; psd=y",
                "v=DMARC1; p=none; np=reject",
                "v=DMARC1; p=bogus",
                "v=spf1 -all",
                FAILING));
    }

    static Arbitrary<StaticZone> healthyZones() {
        return zones(Arbitraries.of(
                "v=DMARC1; p=none",
                "v=DMARC1; p=reject; aspf=s",
                "v=DMARC1; p=quarantine; psd=n",
                "v=DMARC1; p=reject; psd=y"));
    }

    private static Arbitrary<StaticZone> zones(Arbitrary<String> texts) {
        Arbitrary<List<String>> owners = Arbitraries.oneOf(names(), Arbitraries.just(DomainName.of("example")))
                .map(DomainName::toString)
                .list()
                .uniqueElements()
                .ofMaxSize(6);
        return Combinators.combine(owners, texts.list().ofSize(6)).as((names, records) -> {
            StaticZone.Builder zone = StaticZone.builder();
            for (int i = 0; i < names.size(); i++) {
                String owner = "_dmarc." + names.get(i);
                if (records.get(i).equals(FAILING)) {
                    zone.failure(owner, RecordType.TXT, DnsAnswer.Failure.TIMEOUT);
                } else {
                    zone.txt(owner, records.get(i));
                }
            }
            return zone.build();
        });
    }

    static Arbitrary<Identifier> identifiers() {
        return Combinators.combine(names(), Arbitraries.of(Mechanism.class)).as(Identifier::authenticated);
    }
}
