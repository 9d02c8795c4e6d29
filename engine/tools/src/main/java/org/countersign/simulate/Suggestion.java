package org.countersign.simulate;

import org.countersign.policy.KnownRelay;

/**
 * A relay that the policy could know, and what the rules would then decide about the messages of the archive.
 *
 * @param relay to list
 * @param turned the messages whose verdict would be milder
 * @param of the messages to which the policy objects
 * @param changes of verdicts, such as {@code reject -> quarantine}
 * @param authors the Author Domains of the messages that turn
 * @param answered the messages that the relay brought and that a user answered, forwarded or marked
 * @param proven the messages that turn and whose Author Domain provably sent them, before they were changed
 */
public record Suggestion(
        KnownRelay relay,
        long turned,
        long of,
        BoundedCounts changes,
        BoundedCounts authors,
        long answered,
        long proven) {
    /**
     * Whether a user has shown that mail of this relay is wanted, or a signature proves that it relays genuine mail.
     * Without that, a forger may have brought about the effect: anybody can seal, sign and send.
     */
    public boolean isSupported() {
        return answered > 0 || proven > 0;
    }
}
