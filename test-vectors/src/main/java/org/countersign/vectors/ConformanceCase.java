package org.countersign.vectors;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One message, the DNS it meets and what must come of it.
 *
 * @param id the name of the case and of its folder
 * @param rfc the sections that demand the expectation, such as {@code RFC 9989 §4.10.1}
 * @param why one or two sentences for people
 * @param zone the whole DNS
 * @param smtp what the client said
 * @param clock the time at which the message arrives
 * @param mode whether the host enforces or only monitors
 * @param policy what else stands in the host's policy file, in Countersign's format; empty for the usual policy
 * @param expect what must come out
 * @param message the message as octets with CRLF line ends, read-only
 */
public record ConformanceCase(
        String id,
        List<String> rfc,
        String why,
        VectorZone zone,
        SmtpFacts smtp,
        Instant clock,
        Mode mode,
        Optional<String> policy,
        Expectation expect,
        ByteBuffer message) {
    /** What the host does with the verdict. */
    public enum Mode {
        /** The verdict is carried out. */
        ENFORCE,
        /** Every message is accepted, the results are only written down. */
        MONITOR
    }

    public ConformanceCase {
        rfc = List.copyOf(rfc);
        message = message.asReadOnlyBuffer();
    }

    /** A read-only view with a position of its own. */
    @Override
    public ByteBuffer message() {
        return message.duplicate();
    }

    /** A copy of the message. */
    public byte[] octets() {
        byte[] octets = new byte[message.remaining()];
        message().get(octets);
        return octets;
    }

    /** The id, for the display names of tests. */
    @Override
    public String toString() {
        return id;
    }
}
