package org.countersign.vectors;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One message with its DNS records and its expected results.
 *
 * @param id the name of the case and of its folder
 * @param rfc the sections that require the result, such as {@code RFC 9989 §4.10.1}
 * @param why one or two sentences for people
 * @param zone all DNS records
 * @param smtp the client and the envelope
 * @param clock the time at which the message arrives
 * @param mode whether the host enforces or only monitors
 * @param policy further settings of the host's policy file in the format of Countersign; empty for the default policy
 * @param expect the expected results
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
    /** The mode of the host. */
    public enum Mode {
        /** The verdict is applied. */
        ENFORCE,
        /** Every message is accepted, and the results are only recorded. */
        MONITOR
    }

    public ConformanceCase {
        rfc = List.copyOf(rfc);
        message = message.asReadOnlyBuffer();
    }

    /** A read-only view with its own position. */
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
