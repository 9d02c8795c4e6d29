package org.countersign.dns.authoritative;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.countersign.dns.DnsRecord;
import org.countersign.domain.DomainName;

/**
 * What the authoritative servers of one zone answer for one name and type.
 *
 * @param name that was asked for
 * @param zone the zone that has it; empty if it was not found
 * @param servers an item for each address of each server, in the order of their names; empty if no server was found
 * @param problem why no server was asked, one line; empty if servers were asked
 */
public record AuthoritativeAnswers(
        DomainName name, Optional<DomainName> zone, List<ServerAnswer> servers, String problem) {
    public AuthoritativeAnswers {
        servers = List.copyOf(servers);
    }

    /**
     * The answers of one address of one server.
     *
     * @param server its name
     * @param overTcp a server must answer over TCP too (RFC 7766 section 5)
     * @param serial of the zone at this server; empty if it did not say
     */
    public record ServerAnswer(
            DomainName server, InetAddress address, Answer overUdp, Answer overTcp, OptionalLong serial) {
        /** The answer over UDP, and the one over TCP if there is none. */
        public Answer best() {
            return overUdp instanceof Answer.Failed ? overTcp : overUdp;
        }
    }

    /** An answer of a server. */
    public sealed interface Answer {
        /**
         * Records of the name itself.
         *
         * @param records at least one, except for an MX record that names no host (RFC 7505)
         */
        record Records(List<DnsRecord> records, Duration ttl) implements Answer {
            public Records {
                records = List.copyOf(records);
            }
        }

        /** The name is an alias (CNAME). */
        record Alias(DomainName target, Duration ttl) implements Answer {}

        /**
         * There is no such record.
         *
         * @param nameExists whether the name has other records, or names below it
         * @param negativeTtl how long a resolver may keep this answer (RFC 2308 section 5)
         */
        record None(boolean nameExists, Duration negativeTtl) implements Answer {}

        /**
         * No answer from this server, or one without authority.
         *
         * @param why one line
         */
        record Failed(String why) implements Answer {
            // A name has one alias (RFC 1034 §3.6.2), and a resolver takes no answer with several.
            static final Failed SEVERAL_ALIASES = new Failed("answers with several aliases (CNAME) of one name");
        }
    }

    /** The target of the alias that the name is, at the first server that says so. */
    public Optional<DomainName> alias() {
        return servers.stream()
                .map(ServerAnswer::best)
                .filter(Answer.Alias.class::isInstance)
                .map(answer -> ((Answer.Alias) answer).target())
                .findFirst();
    }

    /** Whether every address answered over both transports. */
    public boolean isComplete() {
        return !servers.isEmpty()
                && servers.stream()
                        .noneMatch(each ->
                                each.overUdp() instanceof Answer.Failed || each.overTcp() instanceof Answer.Failed);
    }
}
