package org.countersign.doctor;

import static org.countersign.doctor.ExampleDomain.KEY;
import static org.countersign.doctor.ExampleDomain.KEY_DATA;
import static org.countersign.doctor.ExampleDomain.NO_KEY;
import static org.countersign.doctor.ExampleRequest.RETIRED;
import static org.countersign.doctor.ExampleRequest.SIGNING;
import static org.countersign.doctor.ExampleRequest.own;
import static org.countersign.doctor.ExampleRequest.selectors;
import static org.countersign.doctor.ExampleRequest.signing;

import java.math.BigInteger;
import java.util.Base64;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.countersign.testing.RsaDer;
import org.countersign.testing.TestKeys;

/** Findings about DKIM key records and the keys in them. */
final class DkimCases {
    // What a panel keeps of a record: one string of TXT.
    private static final String HALF_KEY = KEY.substring(0, Math.min(KEY.length(), 255));

    private DkimCases() {}

    static void add(FindingCases cases) {
        names(cases);
        records(cases);
        keys(cases);
    }

    private static String[] key(String record, String... more) {
        return FindingCases.changes(NO_KEY, "s1._domainkey.example.org TXT " + record, more);
    }

    private static String rsa(int bits) {
        return "v=DKIM1; k=rsa; p=" + RsaDer.record(bits, 65537);
    }

    /** A modulus that is a power of 65537 modulo each of the primes that the test of CVE-2017-15361 uses. */
    private static String weakKey() {
        BigInteger product = IntStream.of(
                        3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97,
                        101, 103, 107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167)
                .mapToObj(BigInteger::valueOf)
                .reduce(BigInteger.TWO, BigInteger::multiply);
        BigInteger residue = BigInteger.valueOf(65537).modPow(BigInteger.valueOf(12345), product);
        BigInteger high = BigInteger.ONE.shiftLeft(2047).divide(product).add(BigInteger.ONE);
        return "v=DKIM1; p=" + RsaDer.bare(high.multiply(product).add(residue), BigInteger.valueOf(65537));
    }

    private static String base64(byte[] octets) {
        return Base64.getEncoder().encodeToString(octets);
    }

    private static String ed25519() {
        String record = TestKeys.ED25519.publicKeyRecord();
        return record.substring(record.indexOf("p=") + 2);
    }

    /** The key as X.509 wraps it (RFC 8410 §4). */
    private static String wrappedEd25519() {
        byte[] raw = Base64.getDecoder().decode(ed25519());
        byte[] wrapped = new byte[44];
        byte[] head = {0x30, 0x2a, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 3, 0x21, 0};
        System.arraycopy(head, 0, wrapped, 0, head.length);
        System.arraycopy(raw, 0, wrapped, head.length, raw.length);
        return base64(wrapped);
    }

    private static String privateKey() {
        StringBuilder base64 = new StringBuilder();
        TestKeys.RSA_PEM.lines().filter(line -> !line.startsWith("-")).forEach(base64::append);
        return base64.toString();
    }

    /** More tags than are read, each with a name of its own. */
    private static String manyTags() {
        return IntStream.range(0, 64).mapToObj(number -> "; x" + number + "=1").collect(Collectors.joining());
    }

    /** Records that are not, or not alone, where a verifier looks. */
    private static void names(FindingCases cases) {
        cases.of(FindingId.DKIM_MISSING).told(NO_KEY);
        cases.as(Severity.ERROR).asked(own(SIGNING)).repaired(NO_KEY);
        cases.asked(selectors()).told(NO_KEY);
        cases.told(key("unrelated text"));
        cases.of(FindingId.DKIM_WRONG_NAME).repaired(NO_KEY, "s1._domainkey.example.org.example.org TXT " + KEY);
        cases.repaired(NO_KEY, "s1.example.org TXT " + KEY);
        cases.of(FindingId.DKIM_SEVERAL).told("s1._domainkey.example.org TXT " + rsa(2048));
        cases.asked(own(SIGNING)).repaired("s1._domainkey.example.org TXT " + rsa(2048));
        cases.of(FindingId.DKIM_CNAME)
                .told(NO_KEY, "s1._domainkey.example.org CNAME key.provider.net", "key.provider.net TXT " + KEY);
        cases.of(FindingId.DKIM_CNAME_DANGLING).told(NO_KEY, "s1._domainkey.example.org CNAME gone.provider.net");
        cases.told(NO_KEY, "s1._domainkey.example.org CNAME s1._domainkey.example.org");
        cases.of(FindingId.DKIM_WILDCARD).told(NO_KEY, "*._domainkey.example.org TXT " + KEY);
        cases.told(NO_KEY, "*._domainkey.example.org TXT v=spf1 -all");
    }

    /** Records with a wrong text. */
    private static void records(FindingCases cases) {
        cases.of(FindingId.DKIM_VERSION).repaired(key("v=DKIM2; p=" + KEY_DATA));
        cases.repaired(key("p=" + KEY_DATA + "; v=DKIM1"));
        cases.repaired(key("v=dkim1; k=rsa; p=" + KEY_DATA));
        cases.of(FindingId.DKIM_ESCAPED).repaired(key("v=DKIM1\\; k=rsa\\; p=" + KEY_DATA));
        cases.of(FindingId.DKIM_QUOTED).repaired(key("\"v=DKIM1; k=rsa; p=" + KEY_DATA + "\""));
        // The quotation mark hides that no hash is permitted that anybody uses.
        cases.of(FindingId.DKIM_QUOTED)
                .with(FindingId.DKIM_HASH)
                .repaired(key("v=DKIM1; k=rsa; h=\"ha256; p=" + KEY_DATA));
        cases.repaired(key("v=DKIM1; k=rsa; p=" + KEY_DATA.substring(0, 100) + "\" \"" + KEY_DATA.substring(100)));
        cases.of(FindingId.DKIM_BLANKS)
                .told(key("v=DKIM1; k=rsa; p=" + KEY_DATA.substring(0, 100) + " " + KEY_DATA.substring(100)));
        cases.of(FindingId.DKIM_PEM)
                .repaired(key("v=DKIM1; k=rsa; p=-----BEGIN PUBLIC KEY-----" + KEY_DATA + "-----END PUBLIC KEY-----"));
        cases.repaired(key("v=DKIM1; k=rsa; p=" + KEY_DATA.substring(0, 64) + "\\n" + KEY_DATA.substring(64)));
        cases.of(FindingId.DKIM_DUPLICATE_TAG).repaired(key("v=DKIM1; k=rsa; k=rsa; p=" + KEY_DATA));
        cases.repaired(key("v=DKIM1; rsa; p=" + KEY_DATA));
        cases.repaired(key("v=DKIM1; " + "x=1; ".repeat(64) + "k=rsa; p=" + KEY_DATA));
        cases.repaired(key("v=DKIM1; k=rsa; p=" + KEY_DATA + manyTags()));
        cases.with(FindingId.DKIM_HASH).repaired(key("v=DKIM1; h=sha1" + manyTags() + "; p=" + KEY_DATA));
        cases.of(FindingId.DKIM_QUOTED)
                .with(FindingId.DKIM_VERSION, FindingId.DKIM_SERVICE)
                .repaired(key("\"v=DKIM2; k=rsa; s=tlsrpt; n=note; p=" + KEY_DATA + "\""));
        cases.of(FindingId.DKIM_VERSION)
                .with(FindingId.DKIM_DUPLICATE_TAG, FindingId.DKIM_HASH, FindingId.DKIM_TESTING)
                .repaired(key("v=DKIM2; k=rsa; k=rsa; h=sha1; t=y; p=" + KEY_DATA));
        cases.of(FindingId.DKIM_PEM)
                .with(FindingId.DKIM_CUT)
                .told(key("v=DKIM1; k=rsa; p=-----BEGIN PUBLIC KEY-----" + KEY_DATA.substring(0, 236)
                        + "-----END PUBLIC KEY-----"));
        cases.of(FindingId.DKIM_NO_P).told(key("v=DKIM1; k=rsa"));
        cases.of(FindingId.DKIM_REVOKED).told(key("v=DKIM1; p="));
        cases.asked(own(SIGNING)).repaired(key("v=DKIM1; p="));
        cases.of(FindingId.DKIM_HASH).repaired(key("v=DKIM1; h=sha1; p=" + KEY_DATA));
        cases.repaired(key("v=DKIM1; h=rsa-sha256; p=" + KEY_DATA));
        cases.as(Severity.WARNING).repaired(key("v=DKIM1; h=sha1:sha256; p=" + KEY_DATA));
        cases.of(FindingId.DKIM_SERVICE).repaired(key("v=DKIM1; s=tlsrpt; p=" + KEY_DATA));
        cases.of(FindingId.DKIM_TESTING).repaired(key("v=DKIM1; t=y; p=" + KEY_DATA));
        cases.of(FindingId.DKIM_STRICT).told(key("v=DKIM1; t=s; p=" + KEY_DATA));
        cases.as(Severity.ERROR)
                .asked(own(signing("example.org", "  auid: \"@news.example.org\"\n")))
                .repaired(key("v=DKIM1; t=s; p=" + KEY_DATA));
        cases.of(FindingId.DKIM_GRANULARITY).repaired(key("v=DKIM1; g=*; p=" + KEY_DATA));
        cases.of(FindingId.DKIM_UNKNOWN_TAG).told(key("v=DKIM1; x=1; p=" + KEY_DATA));
        cases.of(FindingId.DKIM_OLD_POLICY).repaired("_domainkey.example.org TXT t=y; o=~");
        cases.repaired("_adsp._domainkey.example.org TXT dkim=all");
    }

    private static void keys(FindingCases cases) {
        cases.of(FindingId.DKIM_CUT).told(key(HALF_KEY));
        cases.repaired(key("v=DKIM1; k=rsa; p=" + KEY_DATA + KEY_DATA));
        cases.told(key("v=DKIM1; k=rsa; p=" + KEY_DATA.substring(0, 236)));
        cases.of(FindingId.DKIM_CUT)
                .with(FindingId.DKIM_HASH, FindingId.DKIM_SERVICE)
                .told(key("v=DKIM1; k=rsa; h=sha1; s=tlsrpt; x=1; t=s; p=" + KEY_DATA.substring(0, 236)));
        cases.of(FindingId.DKIM_TYPE).with(FindingId.DKIM_HASH).repaired(key("v=DKIM1; k=dsa; h=sha1; p=" + KEY_DATA));
        cases.of(FindingId.DKIM_NOT_A_KEY).told(key("v=DKIM1; k=rsa; p=%%%"));
        cases.told(key("v=DKIM1; k=rsa; p=AAAAAAAA"));
        cases.told(key("v=DKIM1; p=" + privateKey()));
        cases.told(key("v=DKIM1; p=-----BEGIN PRIVATE KEY-----" + privateKey()));
        cases.of(FindingId.DKIM_TYPE).repaired(key("v=DKIM1; k=dsa; p=" + KEY_DATA));
        cases.repaired(key("v=DKIM1; k=ed25519; p=" + wrappedEd25519()));
        cases.repaired(key("v=DKIM1; k=ed25519; p=" + KEY_DATA));
        cases.repaired(key("v=DKIM1; k=rsa; p=" + ed25519()));
        cases.of(FindingId.DKIM_ED25519_ALONE).told(key("v=DKIM1; k=ed25519; p=" + ed25519()));
        cases.of(FindingId.DKIM_SHORT).told(key(rsa(768)));
        cases.as(Severity.WARNING).told(key(rsa(1024)));
        cases.of(FindingId.DKIM_LONG).told(key(rsa(3072)));
        cases.as(Severity.WARNING).told(key(rsa(5120)));
        cases.as(Severity.WARNING).told(key(rsa(9000)));
        cases.of(FindingId.DKIM_WEAK).told(key("v=DKIM1; k=rsa; p=" + RsaDer.record(2048, 1)));
        cases.told(key("v=DKIM1; k=rsa; p=" + RsaDer.record(2048, 4)));
        cases.told(key(weakKey()));
        cases.of(FindingId.DKIM_SHARED).asked(selectors("s1", "s2")).told("s2._domainkey.example.org TXT " + KEY);
        cases.of(FindingId.DKIM_MISMATCH).asked(own(SIGNING)).repaired(key(rsa(2048)));
        cases.of(FindingId.DKIM_STALE)
                .asked(own(SIGNING + RETIRED))
                .with(FindingId.DKIM_SHARED)
                .repaired("old._domainkey.example.org TXT " + KEY);
        cases.of(FindingId.DKIM_AGE).asked(selectors("s202401")).told("s202401._domainkey.example.org TXT " + KEY);
        cases.of(FindingId.DKIM_TTL).told(NO_KEY, "s1._domainkey.example.org 172800 TXT " + KEY);
        cases.told(NO_KEY, "s1._domainkey.example.org 60 TXT " + KEY);
    }
}
