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
        /** Genuine, and its domain has a policy of {@code none}, which it fails: delivered once. */
        FAIL_WITHOUT_CONSEQUENCE,
        /** Genuine, of a domain without a DMARC record: delivered once. */
        NO_RECORD,
        /** Forged, and the DNS tells so: refused. */
        REFUSED,
        /** Forged, and something that it names cannot be looked up: refused, or deferred for now. */
        NEVER_ACCEPTED
    }

    boolean isGenuine() {
        return switch (expected) {
            case PASS, FAIL_WITHOUT_CONSEQUENCE, NO_RECORD -> true;
            case REFUSED, NEVER_ACCEPTED -> false;
        };
    }

    /** Whether it is refused or delivered for good as soon as the DNS answers. */
    boolean hasCertainEnd() {
        return expected != Expected.NEVER_ACCEPTED;
    }

    /** The result of DMARC that a genuine message is delivered with. */
    String dmarc() {
        return switch (expected) {
            case PASS -> "dmarc=pass";
            case FAIL_WITHOUT_CONSEQUENCE -> "dmarc=fail";
            case NO_RECORD -> "dmarc=none";
            case REFUSED, NEVER_ACCEPTED -> throw new IllegalStateException("not genuine");
        };
    }
}
