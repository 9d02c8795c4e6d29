package org.countersign.dkim;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.countersign.crypto.RsaEngine;
import org.countersign.dns.StaticZone;
import org.countersign.keys.PublicKeyCache;
import org.countersign.keys.PublicKeyRecord;
import org.countersign.syntax.Octets;
import org.countersign.syntax.Parsed;
import org.countersign.testing.TestKeys;
import org.countersign.testing.TestMessage;
import org.junit.jupiter.api.Test;

class PublicKeyCacheTest {
    private static final String NAME = "s1._domainkey.example.org";

    private final PublicKeyCache cache = new PublicKeyCache(RsaEngine.jca());

    @Provide
    Arbitrary<byte[]> records() {
        return DkimArbitraries.tagLists();
    }

    @Property(tries = 300)
    void givesWhatReadingTheRecordWouldGive(@ForAll("records") byte[] record) {
        Parsed<PublicKeyRecord, PublicKeyRecord.Malformed> first = cache.parse(Octets.copyOf(record));

        assertThat(first).isEqualTo(PublicKeyRecord.parse(Octets.copyOf(record)));
        assertThat(cache.parse(Octets.copyOf(record))).isEqualTo(first);
    }

    @Test
    void readsARecordOnce() {
        String record = TestKeys.RSA.publicKeyRecord();

        assertThat(cache.parse(Octets.latin1(record))).isSameAs(cache.parse(Octets.latin1(record)));
    }

    @Test
    void aKeyThatWasReplacedInTheDnsIsNotTakenForTheOldOne() {
        TestMessage signed = SignatureDraft.of(TestKeys.RSA)
                .sign(TestMessage.parse("From: Alice <alice@example.org>\n\nAt noon?\n"), TestKeys.RSA);
        StaticZone before =
                StaticZone.builder().txt(NAME, TestKeys.RSA.publicKeyRecord()).build();
        StaticZone after = StaticZone.builder().txt(NAME, "v=DKIM1; k=rsa; p=").build();
        Verification.Server server = new Verification.Server();

        assertThat(server.verify(signed, before)).singleElement().isInstanceOf(DkimResult.Pass.class);
        assertThat(server.verify(signed, before)).singleElement().isInstanceOf(DkimResult.Pass.class);
        assertThat(server.verify(signed, after)).singleElement().isInstanceOf(DkimResult.PermError.class);
    }
}
