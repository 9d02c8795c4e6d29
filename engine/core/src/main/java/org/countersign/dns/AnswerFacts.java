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
public record AnswerFacts(Duration ttl, List<DomainName> aliases, boolean authentic) {
    /** Nothing known, not to be kept. */
    public static final AnswerFacts NONE = new AnswerFacts(Duration.ZERO, List.of(), false);

    public AnswerFacts {
        aliases = List.copyOf(aliases);
    }

    public static AnswerFacts ttl(Duration ttl) {
        return new AnswerFacts(ttl, List.of(), false);
    }

    public AnswerFacts withTtl(Duration other) {
        return new AnswerFacts(other, aliases, authentic);
    }
}
