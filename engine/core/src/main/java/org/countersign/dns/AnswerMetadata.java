package org.countersign.dns;

import java.time.Duration;
import java.util.List;
import org.countersign.domain.DomainName;

/**
 * What is known of an answer besides its records.
 *
 * @param ttl how long it may be used from now on; zero for one that only the message that asked may use
 * @param aliases the names that CNAME records led to, in order; empty where the name asked for answered
 * @param authentic whether a resolver that is trusted for it validated the answer (the AD bit)
 */
public record AnswerMetadata(Duration ttl, List<DomainName> aliases, boolean authentic) {
    /** Nothing known, not to be kept. */
    public static final AnswerMetadata NONE = new AnswerMetadata(Duration.ZERO, List.of(), false);

    public AnswerMetadata {
        aliases = List.copyOf(aliases);
    }

    public static AnswerMetadata ttl(Duration ttl) {
        return new AnswerMetadata(ttl, List.of(), false);
    }

    public AnswerMetadata withTtl(Duration other) {
        return new AnswerMetadata(other, aliases, authentic);
    }
}
