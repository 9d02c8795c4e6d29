package org.countersign.postfix;

import org.countersign.syntax.Octets;

/**
 * A message that is sent in a drill, by whom and what should become of it.
 *
 * @param id what stands in its Message-ID, in no other message of the drill
 * @param client the address of the SMTP client
 * @param mailFrom without brackets; empty for the null reverse-path
 * @param octets the whole message, with CRLF line ends
 */
record SentMessage(String id, Expected expected, String client, String helo, String mailFrom, Octets octets) {
    /** What should become of a message in the end. */
    enum Expected {
        /** Genuine: delivered once with {@code dmarc=pass}. */
        PASS,
        /** Genuine, of a domain with a policy of {@code none}: delivered once, whatever DMARC comes to. */
        POLICY_NONE,
        /** Genuine, of a domain without a DMARC record: delivered once with {@code dmarc=none}. */
        NO_RECORD,
        /** Forged, and the DNS tells so: refused. */
        REFUSED,
        /** Forged, and something that it names cannot be looked up: refused, or deferred for now. */
        NEVER_ACCEPTED
    }

    boolean isGenuine() {
        return switch (expected) {
            case PASS, POLICY_NONE, NO_RECORD -> true;
            case REFUSED, NEVER_ACCEPTED -> false;
        };
    }

    /** Whether it is refused or delivered for good as soon as the DNS answers. */
    boolean hasCertainEnd() {
        return expected != Expected.NEVER_ACCEPTED;
    }

    /** What its Authentication-Results field says of DMARC, where it is genuine. */
    String dmarc() {
        return switch (expected) {
            case PASS -> "dmarc=pass";
            case POLICY_NONE -> "dmarc=";
            case NO_RECORD -> "dmarc=none";
            case REFUSED, NEVER_ACCEPTED -> throw new IllegalStateException("not genuine");
        };
    }
}
