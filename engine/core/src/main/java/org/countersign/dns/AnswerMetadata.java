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
 * @param origin of the answer
 */
public record AnswerMetadata(Duration ttl, List<DomainName> aliases, boolean authentic, Origin origin) {
    /** Where an answer comes from. */
    public enum Origin {
        /** From a server, for this query or for another message's query that was in flight. */
        SERVER,
        /** From the cache, within its time to live. */
        CACHE,
        /** From the cache after its time to live, because the servers did not answer (RFC 8767). */
        EXPIRED_CACHE
    }

    /** For an answer without properties, which must not be cached. */
    public static final AnswerMetadata NONE = new AnswerMetadata(Duration.ZERO, List.of(), false, Origin.SERVER);

    /** The properties of an answer of a server. */
    public AnswerMetadata(Duration ttl, List<DomainName> aliases, boolean authentic) {
        this(ttl, aliases, authentic, Origin.SERVER);
    }

    public AnswerMetadata {
        aliases = List.copyOf(aliases);
    }

    public static AnswerMetadata ttl(Duration ttl) {
        return new AnswerMetadata(ttl, List.of(), false, Origin.SERVER);
    }

    /** The same properties with another TTL and origin. */
    public AnswerMetadata with(Duration otherTtl, Origin otherOrigin) {
        return new AnswerMetadata(otherTtl, aliases, authentic, otherOrigin);
    }
}
