package org.countersign.keys;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.countersign.crypto.RsaEngine;
import org.countersign.dkim.DkimArbitraries;
import org.countersign.syntax.Octets;
import org.countersign.syntax.Parsed;
import org.countersign.testing.TestKeys;
import org.junit.jupiter.api.Test;

class PublicKeyCacheTest {
    private final PublicKeyCache cache = new PublicKeyCache(RsaEngine.jca());

    @Provide
    Arbitrary<byte[]> records() {
        return DkimArbitraries.tagLists();
    }

    @Property(tries = 300)
    void returnsTheResultOfParsingTheRecord(@ForAll("records") byte[] record) {
        Parsed<PublicKeyRecord, PublicKeyRecord.Malformed> first = cache.parse(Octets.copyOf(record));

        assertThat(first).isEqualTo(PublicKeyRecord.parse(Octets.copyOf(record)));
        assertThat(cache.parse(Octets.copyOf(record))).isEqualTo(first);
    }

    @Test
    void parsesARecordOnce() {
        String record = TestKeys.RSA.publicKeyRecord();

        assertThat(cache.parse(Octets.latin1(record))).isSameAs(cache.parse(Octets.latin1(record)));
    }
}
