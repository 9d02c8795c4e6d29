package org.countersign.dns;

import java.time.Duration;
import java.util.List;
import org.countersign.domain.DomainName;

/**
 * The properties of an answer in addition to its records.
 *
 * @param ttl how long the answer may be used from now on; zero if only the message that made the query may use it
 * @param aliases the targets of the CNAME records that were followed, in order
 * @param authentic whether a trusted resolver validated the answer with DNSSEC (the AD bit)
 */
public record AnswerMetadata(Duration ttl, List<DomainName> aliases, boolean authentic) {
    /** For an answer without properties, which must not be cached. */
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
