package org.countersign.trace;

import java.net.InetAddress;
import java.time.Instant;
import java.util.Optional;

/**
 * A message in the trace, without its explanation. All texts are in printing US-ASCII, and empty if unknown.
 *
 * @param id the number of the message, for {@link TraceReader#explanation}
 * @param time when it was decided on
 * @param author the Author Domain; empty unless there is a single one
 * @param mailFrom the domain of MAIL FROM
 * @param client the SMTP client, or its network if the trace has no addresses
 * @param verdict the keyword of what the client got
 * @param wouldBe the keyword of the verdict of the rules if {@code mode: monitor} did not carry it out, else empty
 */
public record TraceEntry(
        long id,
        Instant time,
        String queueId,
        String author,
        String mailFrom,
        Optional<InetAddress> client,
        String verdict,
        String wouldBe,
        String rule,
        String flow) {}
