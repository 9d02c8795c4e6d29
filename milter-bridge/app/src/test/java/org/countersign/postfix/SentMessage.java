package org.countersign.postfix;

import org.countersign.syntax.Octets;

/**
 * A message of a test, with its client and its expected result.
 *
 * @param id the unique part of its Message-ID
 * @param client the address of the SMTP client
 * @param mailFrom without brackets; empty for the null reverse-path
 * @param octets the whole message, with CRLF line ends
 */
record SentMessage(String id, Expected expected, String client, String helo, String mailFrom, Octets octets) {
    /** The expected result of a message. */
    enum Expected {
        /** Genuine: delivered once with {@code dmarc=pass}. */
        PASS,
        /** Genuine, of a domain with {@code p=none}: delivered once, with any DMARC result. */
        POLICY_NONE,
        /** Genuine, of a domain without a DMARC record: delivered once with {@code dmarc=none}. */
        NO_RECORD,
        /** Forged, and all lookups succeed: rejected. */
        REFUSED,
        /** Forged, and a lookup fails: rejected or deferred. */
        NEVER_ACCEPTED
    }

    boolean isGenuine() {
        return switch (expected) {
            case PASS, POLICY_NONE, NO_RECORD -> true;
            case REFUSED, NEVER_ACCEPTED -> false;
        };
    }

    /** Whether it is rejected or delivered as soon as the DNS works. */
    boolean hasCertainEnd() {
        return expected != Expected.NEVER_ACCEPTED;
    }

    /** The DMARC result in its Authentication-Results field, if it is genuine. */
    String dmarc() {
        return switch (expected) {
            case PASS -> "dmarc=pass";
            case POLICY_NONE -> "dmarc=";
            case NO_RECORD -> "dmarc=none";
            case REFUSED, NEVER_ACCEPTED -> throw new IllegalStateException("not genuine");
        };
    }
}
