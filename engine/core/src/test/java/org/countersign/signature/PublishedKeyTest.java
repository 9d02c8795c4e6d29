package org.countersign.signature;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsLookups;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.DnsRecord;
import org.countersign.dns.RecordType;
import org.countersign.dns.StaticZone;
import org.countersign.domain.DomainName;
import org.countersign.testing.TestKeys;
import org.junit.jupiter.api.Test;

class PublishedKeyTest {
    private static final String NAME = "s1._domainkey.example.org";
    private static final SigningIdentity RSA = new SigningIdentity(DomainName.of("example.org"), "s1", TestKeys.RSA);
    private static final SigningIdentity ED25519 =
            new SigningIdentity(DomainName.of("example.org"), "s1", TestKeys.ED25519);

    private static PublishedKey lookup(SigningIdentity identity, StaticZone.Builder zone) {
        StaticZone dns = zone.build();
        return PublishedKey.lookup(identity, new DnsLookups() {
            @Override
            public <R extends DnsRecord> DnsAnswer<R> lookup(DnsQuery<R> query) {
                return dns.lookup(query, Instant.MAX);
            }
        });
    }

    private static PublishedKey published(SigningIdentity identity, String record) {
        return lookup(identity, StaticZone.builder().txt(NAME, record));
    }

    @Test
    void theRecordOfANewKeyMatchesForBothAlgorithms() {
        assertThat(published(RSA, TestKeys.RSA.publicKeyRecord())).isEqualTo(new PublishedKey.Good());
        assertThat(published(ED25519, TestKeys.ED25519.publicKeyRecord())).isEqualTo(new PublishedKey.Good());
    }

    @Test
    void aKeyInTestingModeIsPublished() {
        assertThat(published(RSA, TestKeys.RSA.publicKeyRecord() + "; t=y")).isEqualTo(new PublishedKey.Good());
    }

    @Test
    void aSecondKeyRecordIsAMismatchButAnotherTxtRecordIsNot() {
        String record = TestKeys.RSA.publicKeyRecord();
        assertThat(lookup(RSA, StaticZone.builder().txt(NAME, "v=spf1 -all").txt(NAME, record)))
                .isEqualTo(new PublishedKey.Good());
        assertThat(lookup(
                        RSA, StaticZone.builder().txt(NAME, record).txt(NAME, TestKeys.RFC_8463_RSA.publicKeyRecord())))
                .isEqualTo(new PublishedKey.Mismatch(
                        PublishedKey.Fault.RECORD, "2 key records under one name, of which only one may stay"));
    }

    @Test
    void aNameWithoutRecordOrWithoutKeyIsAbsent() {
        assertThat(lookup(RSA, StaticZone.builder())).isEqualTo(new PublishedKey.Absent("no such name"));
        assertThat(lookup(RSA, StaticZone.builder().exists(NAME)))
                .isEqualTo(new PublishedKey.Absent("no record of this type"));
        assertThat(published(RSA, "v=spf1 -all")).isEqualTo(new PublishedKey.Absent("TXT records, but no key"));
    }

    @Test
    void aRecordThatNoSignatureCanPassWithIsAMismatch() {
        String record = TestKeys.RSA.publicKeyRecord();
        assertThat(published(RSA, TestKeys.RFC_8463_RSA.publicKeyRecord()))
                .isEqualTo(new PublishedKey.Mismatch(PublishedKey.Fault.OTHER_KEY, "another key"));
        assertThat(published(RSA, TestKeys.ED25519.publicKeyRecord()))
                .isEqualTo(new PublishedKey.Mismatch(PublishedKey.Fault.RECORD, "a key of another type"));
        assertThat(published(RSA, "v=DKIM1; p="))
                .isEqualTo(new PublishedKey.Mismatch(PublishedKey.Fault.REVOKED, "revoked, p= is empty"));
        assertThat(published(RSA, record + "; h=sha1"))
                .isEqualTo(new PublishedKey.Mismatch(PublishedKey.Fault.RECORD, "h= does not allow sha256"));
        assertThat(published(RSA, record + "; s=tlsrpt"))
                .isEqualTo(new PublishedKey.Mismatch(PublishedKey.Fault.RECORD, "s= does not allow email"));
        assertThat(published(RSA, record.substring(0, record.length() - 40))).isInstanceOf(PublishedKey.Mismatch.class);
    }

    @Test
    void aDnsErrorLeavesTheStateOfTheKeyUnknown() {
        PublishedKey state =
                lookup(RSA, StaticZone.builder().failure(NAME, RecordType.TXT, DnsAnswer.Failure.SERVER_FAILURE));
        assertThat(state).isInstanceOf(PublishedKey.Unknown.class);
        assertThat(state.isBad()).isFalse();
    }
}
