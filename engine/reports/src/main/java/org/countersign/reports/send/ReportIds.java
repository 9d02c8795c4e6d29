package org.countersign.reports.send;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.countersign.domain.DomainName;
import org.countersign.syntax.Octets;

/** The names of reports and deliveries: 20 letters and digits, made of hashes. */
final class ReportIds {
    private static final int LENGTH = 20;
    private static final String MAC = "HmacSHA256";

    private ReportIds() {}

    /**
     * The Report-ID (RFC 9990 §3.1.4). The same arguments always give the same one, so that a report that is sent again, or
     * planned by two hosts, is one report for its reader.
     *
     * @param receiver the domain that sends the report
     * @param part from 0, if a report is too large for one message
     */
    static String reportId(DomainName receiver, DomainName policyDomain, long day, Octets policyId, int part) {
        MessageDigest digest = sha256();
        String text = receiver + "\n" + policyDomain + "\n" + day + "\n" + part + "\n";
        digest.update(text.getBytes(StandardCharsets.US_ASCII));
        return word(digest.digest(policyId.toByteArray()));
    }

    /** The identity of a failure report: each is one of a kind. */
    static String random() {
        byte[] octets = new byte[32];
        new SecureRandom().nextBytes(octets);
        return word(octets);
    }

    /**
     * The token of an envelope sender. A Report-ID can be computed by anybody, but a token only with the key of the store: nobody
     * else can stop the reports to an address.
     *
     * @param n the number of the delivery
     */
    static String token(byte[] key, String reportId, int n) {
        try {
            Mac mac = Mac.getInstance(MAC);
            mac.init(new SecretKeySpec(key, MAC));
            return word(mac.doFinal((reportId + "/" + n).getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java platform has HmacSHA256", impossible);
        }
    }

    /** Whether a text can be a token. */
    static boolean isToken(String text) {
        return text.length() == LENGTH && text.chars().allMatch(c -> (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'));
    }

    /** The last 20 digits of a number with 36 digits, which are 103 bits of the hash. */
    private static String word(byte[] hash) {
        String digits = "0".repeat(LENGTH) + new BigInteger(1, hash).toString(Character.MAX_RADIX);
        return digits.substring(digits.length() - LENGTH);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }
}
