package org.countersign.dns.authoritative;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.countersign.dns.DnsRecord;
import org.countersign.dns.authoritative.AuthoritativeAnswers.Answer;
import org.countersign.dns.authoritative.AuthoritativeAnswers.ServerAnswer;
import org.countersign.dns.authoritative.AuthoritativeDns.ZoneSecurity;
import org.countersign.dns.replay.SnapshotEntry;
import org.countersign.dns.replay.SnapshotFailure;
import org.countersign.dns.replay.SnapshotSection;
import org.countersign.domain.DomainName;
import org.countersign.domain.IpNetwork;
import org.countersign.syntax.Octets;

/**
 * Writes answers of authoritative servers as sections of a snapshot, and reads them again. A section has the answer of one
 * server over one transport to one query for TXT records, behind the SOA record of its zone:
 *
 * <pre>
 * ;!asked 2026-11-28T12:00:00Z ns1.example.net/192.0.2.53/udp authoritative
 * example.org. 0 IN SOA . . 2026112801 0 0 0 0
 * example.org. 3600 IN TXT "v=spf1 -all"
 * </pre>
 *
 * Two sections have other names: {@code none} has a query for which no server was found, and {@code zone} what is known of
 * the zone of a name.
 */
final class RecordedAnswers {
    private static final String TXT = "TXT";
    private static final String SOA = "SOA";
    private static final String DNSKEY = "DNSKEY";
    private static final String OBSOLETE_SPF = "SPF";
    private static final String NO_SERVER = "none";
    private static final String ZONE = "zone";
    private static final String UDP = "/udp";
    private static final String TCP = "/tcp";

    private RecordedAnswers() {}

    static List<SnapshotSection> sections(AuthoritativeAnswers answers, Instant asked) {
        List<SnapshotSection> sections = new ArrayList<>();
        if (answers.servers().isEmpty()) {
            List<SnapshotEntry> entries = new ArrayList<>();
            answers.zone().ifPresent(zone -> entries.add(soa(zone, OptionalLong.empty())));
            entries.add(failed(answers.name(), TXT, answers.problem()));
            sections.add(section(asked, NO_SERVER, entries));
        }
        for (ServerAnswer server : answers.servers()) {
            String who = server.server() + "/" + IpNetwork.renderAddress(server.address());
            sections.add(section(asked, who + UDP, entries(answers, server, server.overUdp())));
            sections.add(section(asked, who + TCP, entries(answers, server, server.overTcp())));
        }
        return sections;
    }

    private static SnapshotSection section(Instant asked, String server, List<SnapshotEntry> entries) {
        return new SnapshotSection(asked.toString(), server, true, entries);
    }

    private static List<SnapshotEntry> entries(AuthoritativeAnswers answers, ServerAnswer server, Answer answer) {
        List<SnapshotEntry> entries = new ArrayList<>();
        entries.add(soa(answers.zone().orElse(answers.name()), server.serial()));
        DomainName name = answers.name();
        switch (answer) {
            case Answer.Records(List<DnsRecord> records, Duration ttl) -> {
                for (DnsRecord record : records) {
                    if (record instanceof DnsRecord.Text text) {
                        entries.add(new SnapshotEntry.Resource(name, ttl, TXT, text.strings()));
                    }
                }
            }
            case Answer.Alias(DomainName target, Duration ttl) ->
                entries.add(new SnapshotEntry.Resource(name, ttl, "CNAME", List.of(Octets.latin1(target + "."))));
            case Answer.None(boolean exists, Duration ttl) ->
                entries.add(
                        exists ? new SnapshotEntry.NoData(name, TXT, ttl) : new SnapshotEntry.NoSuchName(name, ttl));
            case Answer.Failed(String why) -> entries.add(failed(name, TXT, why));
        }
        return entries;
    }

    private static SnapshotEntry soa(DomainName zone, OptionalLong serial) {
        if (serial.isEmpty()) {
            return new SnapshotEntry.NoData(zone, SOA, Duration.ZERO);
        }
        return new SnapshotEntry.Resource(
                zone,
                Duration.ZERO,
                SOA,
                List.of(".", ".", Long.toString(serial.getAsLong()), "0", "0", "0", "0").stream()
                        .map(Octets::latin1)
                        .toList());
    }

    private static SnapshotEntry failed(DomainName name, String type, String why) {
        return new SnapshotEntry.Failed(name, type, SnapshotFailure.SERVFAIL, Duration.ZERO, why);
    }

    /** The section with what is known of the zone of a name. */
    static SnapshotSection zone(DomainName name, ZoneSecurity security, boolean obsoleteSpf, Instant asked) {
        SnapshotEntry keys = switch (security) {
            case SIGNED -> new SnapshotEntry.Validated(name, DNSKEY);
            case UNSIGNED -> new SnapshotEntry.NoData(name, DNSKEY, Duration.ZERO);
            case BOGUS -> failed(name, DNSKEY, "the signatures are wrong");
            case UNKNOWN -> failed(name, DNSKEY, "");
        };
        SnapshotEntry spf = obsoleteSpf
                ? new SnapshotEntry.Resource(name, Duration.ZERO, OBSOLETE_SPF, List.of(Octets.latin1("v=spf1")))
                : new SnapshotEntry.NoData(name, OBSOLETE_SPF, Duration.ZERO);
        return section(asked, ZONE, List.of(keys, spf));
    }

    static boolean isOfZone(SnapshotSection section) {
        return section.server().equals(ZONE);
    }

    /** How a zone is protected, by its section. */
    static ZoneSecurity security(SnapshotSection section) {
        for (SnapshotEntry entry : section.entries()) {
            switch (entry) {
                case SnapshotEntry.Validated signed -> {
                    return ZoneSecurity.SIGNED;
                }
                case SnapshotEntry.NoData none
                when none.type().equals(DNSKEY) -> {
                    return ZoneSecurity.UNSIGNED;
                }
                case SnapshotEntry.Failed failed -> {
                    return failed.detail().isEmpty() ? ZoneSecurity.UNKNOWN : ZoneSecurity.BOGUS;
                }
                default -> {
                    // About the type SPF.
                }
            }
        }
        return ZoneSecurity.UNKNOWN;
    }

    static boolean hasObsoleteSpf(SnapshotSection section) {
        return section.entries().stream()
                .anyMatch(entry -> entry instanceof SnapshotEntry.Resource data
                        && data.type().equals(OBSOLETE_SPF));
    }

    /** The name that a section answers for: that of its last entry. */
    static Optional<DomainName> name(SnapshotSection section) {
        return section.entries().isEmpty()
                ? Optional.empty()
                : Optional.of(section.entries().getLast().name());
    }

    /** What the sections about one name say together. */
    static AuthoritativeAnswers answers(DomainName name, List<SnapshotSection> sections) {
        Optional<DomainName> zone = sections.stream()
                .filter(section -> section.entries().size() > 1)
                .map(section -> section.entries().getFirst().name())
                .findFirst();
        List<ServerAnswer> servers = new ArrayList<>();
        String problem = "";
        for (int i = 0; i < sections.size(); i++) {
            SnapshotSection udp = sections.get(i);
            if (udp.server().equals(NO_SERVER)) {
                problem = answer(udp) instanceof Answer.Failed(String why) ? why : "";
            } else if (udp.server().endsWith(UDP) && i + 1 < sections.size()) {
                server(udp, sections.get(i + 1)).ifPresent(servers::add);
            }
        }
        return new AuthoritativeAnswers(name, zone, servers, problem);
    }

    private static Optional<ServerAnswer> server(SnapshotSection udp, SnapshotSection tcp) {
        String who = udp.server().substring(0, udp.server().length() - UDP.length());
        int slash = who.indexOf('/');
        Optional<DomainName> server = slash < 0 ? Optional.empty() : DomainName.parseQueryName(who.substring(0, slash));
        Optional<InetAddress> address = slash < 0 ? Optional.empty() : IpNetwork.parseAddress(who.substring(slash + 1));
        return server.isPresent() && address.isPresent()
                ? Optional.of(new ServerAnswer(server.get(), address.get(), answer(udp), answer(tcp), serial(udp)))
                : Optional.empty();
    }

    private static OptionalLong serial(SnapshotSection section) {
        if (section.entries().getFirst() instanceof SnapshotEntry.Resource soa
                && soa.type().equals(SOA)
                && soa.words().size() > 2) {
            try {
                return OptionalLong.of(Long.parseLong(soa.word(2)));
            } catch (NumberFormatException edited) {
                return OptionalLong.empty();
            }
        }
        return OptionalLong.empty();
    }

    private static Answer answer(SnapshotSection section) {
        List<DnsRecord> texts = new ArrayList<>();
        Duration ttl = Duration.ZERO;
        Optional<Answer.Alias> alias = Optional.empty();
        for (SnapshotEntry entry : section.entries()) {
            switch (entry) {
                case SnapshotEntry.Resource data
                when data.type().equals(TXT) -> {
                    texts.add(new DnsRecord.Text(data.words()));
                    ttl = data.ttl();
                }
                case SnapshotEntry.Resource data
                when data.type().equals("CNAME") -> {
                    Optional<DomainName> target = DomainName.parseQueryName(data.word(0));
                    if (alias.isPresent() && !target.equals(alias.map(Answer.Alias::target))) {
                        return Answer.Failed.SEVERAL_ALIASES;
                    }
                    alias = target.map(name -> new Answer.Alias(name, data.ttl()));
                }
                case SnapshotEntry.NoData none
                when none.type().equals(TXT) -> {
                    return new Answer.None(true, none.ttl());
                }
                case SnapshotEntry.NoSuchName none -> {
                    return new Answer.None(false, none.ttl());
                }
                case SnapshotEntry.Failed failed -> {
                    return new Answer.Failed(failed.detail());
                }
                default -> {
                    // The SOA record.
                }
            }
        }
        if (!texts.isEmpty()) {
            return new Answer.Records(texts, ttl);
        }
        return alias.isPresent() ? alias.get() : new Answer.Failed("the snapshot has no answer");
    }
}
