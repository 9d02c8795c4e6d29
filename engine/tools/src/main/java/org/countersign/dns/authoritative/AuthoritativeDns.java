package org.countersign.dns.authoritative;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.dns.RecordType;
import org.countersign.domain.DomainName;

/**
 * Asks every authoritative server for a record. A caching resolver is never asked for the name itself, because its answer could
 * be old. A query for a name that does not exist yet would also keep the new record invisible for a while (RFC 2308 §5).
 * Failures of servers are answers, never exceptions.
 */
public interface AuthoritativeDns {
    /** The longest chain of aliases that is followed. */
    int MAX_ALIASES = 8;

    /**
     * Asks every address of every server of the zone that has the name. An alias is an answer here, and is not followed.
     *
     * @param name may not exist
     * @param existing the same name or one above it, which exists: the zone is found from there
     */
    AuthoritativeAnswers query(DomainName name, RecordType type, DomainName existing);

    /** How the zone that has an existing name is protected by DNSSEC. */
    ZoneSecurity security(DomainName existing);

    /** Whether a server of the zone has a record of the obsolete type SPF, 99 (RFC 7208 §3.1). */
    default boolean hasObsoleteSpfRecord(DomainName existing) {
        return false;
    }

    /** Asks nobody: every query has an answer without servers. */
    static AuthoritativeDns none(String why) {
        return new AuthoritativeDns() {
            @Override
            public AuthoritativeAnswers query(DomainName name, RecordType type, DomainName existing) {
                return new AuthoritativeAnswers(name, Optional.empty(), List.of(), why);
            }

            @Override
            public ZoneSecurity security(DomainName existing) {
                return ZoneSecurity.UNKNOWN;
            }
        };
    }

    /**
     * Asks as {@link #query} does, and then, for as long as the servers answer with an alias, the servers of its target.
     *
     * @return one item for each name, at least one
     */
    default List<AuthoritativeAnswers> queryAlongAliases(DomainName name, RecordType type, DomainName existing) {
        List<AuthoritativeAnswers> steps = new ArrayList<>();
        DomainName next = name;
        DomainName known = existing;
        while (steps.size() <= MAX_ALIASES) {
            AuthoritativeAnswers answers = query(next, type, known);
            steps.add(answers);
            Optional<DomainName> target = answers.alias();
            if (target.isEmpty()) {
                break;
            }
            next = target.get();
            // The zone of a target is found from its registered domain, because the target itself may not exist.
            known = next.isWithin(existing) ? existing : next.rightmost(2);
        }
        return List.copyOf(steps);
    }

    /** How a zone is protected by DNSSEC. */
    enum ZoneSecurity {
        /** The zone has keys, and nothing says that its signatures are wrong. */
        SIGNED,
        /** The zone has no keys. */
        UNSIGNED,
        /** A validating resolver refuses the answers, and accepts them without validation. */
        BOGUS,
        /** Nobody could be asked. */
        UNKNOWN
    }
}
