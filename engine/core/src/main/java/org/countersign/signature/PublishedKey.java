package org.countersign.signature;

import java.util.List;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsLookups;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.DnsRecord;
import org.countersign.dns.NearMiss;
import org.countersign.keys.PublicKeyLookups;
import org.countersign.keys.PublicKeyRecord;
import org.countersign.keys.SignatureAlgorithm;
import org.countersign.keys.VerificationKey;
import org.countersign.syntax.Parsed;

/** The state of the key record for a signing key: whether the DNS has it, and whether it matches (RFC 6376 §3.6.1). */
public sealed interface PublishedKey {
    /** The record matches the key, so that its signatures can pass. */
    record Good() implements PublishedKey {}

    /** The DNS has no record that a verifier would use as a key. */
    record Absent(String detail) implements PublishedKey {}

    /** The DNS has a record, but signatures by this key do not pass with it, or not with every verifier. */
    record Mismatch(Fault fault, String detail) implements PublishedKey {}

    /** What does not match, because each kind has a remedy of its own. */
    enum Fault {
        /** The record cannot be used as it is. */
        RECORD,
        /** The record has the public half of another key. */
        OTHER_KEY,
        /** The owner of the domain has ended the use of the key (RFC 6376 §3.6.1, {@code p=}). */
        REVOKED
    }

    /** The lookup gave no answer. */
    record Unknown(String detail) implements PublishedKey {}

    /** One line for people, printable. */
    default String describe() {
        return switch (this) {
            case Good good -> "published";
            case Absent(String detail) -> "not published: " + detail;
            case Mismatch(Fault fault, String detail) -> "published wrongly: " + detail;
            case Unknown(String detail) -> "not known: " + detail;
        };
    }

    /** Whether the record is known to be absent or wrong. */
    default boolean isBad() {
        return this instanceof Absent || this instanceof Mismatch;
    }

    /**
     * Looks up the record of this identity's key and compares it with the key. Ignores {@code t=y}, because verifiers
     * use a key in testing mode, too.
     */
    static PublishedKey lookup(SigningIdentity identity, DnsLookups dns) {
        DnsAnswer<DnsRecord.Text> answer = dns.lookup(DnsQuery.txt(identity.keyName()));
        return switch (answer) {
            case DnsAnswer.Found<DnsRecord.Text> found ->
                compare(identity.key().algorithm(), identity.key().publicKey(), found.records());
            case DnsAnswer.NoData<DnsRecord.Text> none -> new Absent(none.describe());
            case DnsAnswer.NoSuchName<DnsRecord.Text> none -> new Absent(none.describe());
            case DnsAnswer.BadAnswer<DnsRecord.Text> bad -> new Unknown(bad.describe());
            case DnsAnswer.Unavailable<DnsRecord.Text> none -> new Unknown(none.describe());
        };
    }

    /**
     * Compares the records of a name with the public key that should be there.
     *
     * @param records all TXT records of the name
     */
    static PublishedKey compare(SignatureAlgorithm algorithm, VerificationKey key, List<DnsRecord.Text> records) {
        List<Parsed<PublicKeyRecord, PublicKeyRecord.Malformed>> keys = records.stream()
                .map(record -> PublicKeyRecord.parse(record.joined()))
                .filter(PublicKeyRecord::isMeantAsKey)
                .toList();
        if (keys.isEmpty()) {
            return new Absent(NearMiss.among(records, NearMiss.Protocol.DKIM).stream()
                    .findFirst()
                    .map(PublicKeyLookups::nearMiss)
                    .orElse("TXT records, but no key"));
        }
        // RFC 6376 §3.6.2.2: with several records it is undefined which one a verifier uses.
        if (keys.size() > 1) {
            return new Mismatch(Fault.RECORD, keys.size() + " key records under one name, of which only one may stay");
        }
        return switch (keys.get(0)) {
            case Parsed.Malformed<PublicKeyRecord, PublicKeyRecord.Malformed>(PublicKeyRecord.Malformed malformed) ->
                new Mismatch(Fault.RECORD, malformed.failure().describe());
            case Parsed.Value<PublicKeyRecord, PublicKeyRecord.Malformed>(PublicKeyRecord record) ->
                compare(algorithm, key, record);
        };
    }

    private static PublishedKey compare(SignatureAlgorithm algorithm, VerificationKey key, PublicKeyRecord record) {
        if (record.revoked()) {
            return new Mismatch(Fault.REVOKED, "revoked, p= is empty");
        }
        if (!record.keyType().equals(algorithm.keyType())) {
            return new Mismatch(Fault.RECORD, "a key of another type");
        }
        if (!record.permitsSha256()) {
            return new Mismatch(Fault.RECORD, "h= does not allow sha256");
        }
        if (!record.permitsEmail()) {
            return new Mismatch(Fault.RECORD, "s= does not allow email");
        }
        return record.key().filter(key::equals).isPresent() ? new Good() : new Mismatch(Fault.OTHER_KEY, "another key");
    }
}
