package org.countersign.doctor;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.countersign.dns.AnswerMetadata;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsClient;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.DnsRecord;
import org.countersign.dns.RecordType;
import org.countersign.dns.authoritative.AuthoritativeAnswers;
import org.countersign.dns.authoritative.AuthoritativeAnswers.Answer;
import org.countersign.dns.authoritative.AuthoritativeAnswers.ServerAnswer;
import org.countersign.dns.authoritative.AuthoritativeDns;
import org.countersign.domain.DomainName;
import org.countersign.domain.IpNetwork;
import org.countersign.syntax.Octets;

/**
 * The whole DNS as a list of records, for the resolver and for two authoritative servers. A line is
 * {@code NAME [TTL] TYPE DATA}; the data of a TXT record is its text, which is split at {@code |} into strings.
 */
final class TestZone implements DnsClient, AuthoritativeDns {
    private static final InetAddress FIRST = address("44.128.9.1");
    private static final InetAddress SECOND = address("44.128.9.2");
    private static final int MAX_ALIASES = 8;

    private record Line(String name, DomainName owner, Duration ttl, String type, String data) {
        Line(String name, Duration ttl, String type, String data) {
            this(name, DomainName.parse(name.replace("*", "x-wildcard-x")).orElseThrow(), ttl, type, data);
        }

        boolean answers(RecordType asked) {
            return type.equals(asked.name()) || (asked == RecordType.TXT && type.equals("RAW"));
        }
    }

    private final List<Line> lines = new ArrayList<>();
    private final Set<String> failing = new LinkedHashSet<>();
    private ZoneSecurity security = ZoneSecurity.SIGNED;
    private boolean obsoleteSpf;
    private String differing = "";
    private String lame = "";
    private String denied = "";
    private boolean withoutTcp;

    static TestZone of(String text) {
        TestZone zone = new TestZone();
        text.lines().map(String::strip).filter(line -> !line.isEmpty()).forEach(zone::change);
        return zone;
    }

    private static InetAddress address(String text) {
        return IpNetwork.parseAddress(text).orElseThrow();
    }

    /**
     * Adds a record, or with {@code -} removes those of a name and type. Words with an exclamation mark make a server
     * behave badly.
     */
    TestZone change(String line) {
        List<String> words = List.of(line.split(" +", 4));
        switch (words.getFirst()) {
            case "-" ->
                lines.removeIf(
                        each -> each.name().equals(words.get(1)) && each.type().equals(words.get(2)));
            case "!fail" -> failing.add(words.get(1) + " " + words.get(2));
            case "!security" -> security = ZoneSecurity.valueOf(words.get(1));
            case "!type99" -> obsoleteSpf = true;
            case "!differs" -> differing = words.get(1);
            case "!lame" -> lame = "answers REFUSED";
            case "!denied" -> denied = words.get(1);
            case "!withouttcp" -> withoutTcp = true;
            default -> {
                boolean ttl = words.get(1).chars().allMatch(Character::isDigit);
                String[] parts = line.split(" +", ttl ? 4 : 3);
                lines.add(new Line(
                        parts[0].toLowerCase(Locale.ROOT),
                        Duration.ofSeconds(ttl ? Long.parseLong(parts[1]) : 3600),
                        parts[ttl ? 2 : 1],
                        parts.length > (ttl ? 3 : 2) ? parts[ttl ? 3 : 2] : ""));
            }
        }
        return this;
    }

    /** A TXT record of any octets. */
    TestZone text(String name, String data) {
        lines.add(new Line(name, Duration.ofHours(1), "RAW", data));
        return this;
    }

    /** Does what a finding says. */
    void apply(DnsChange change) {
        for (String data : change.remove()) {
            lines.removeIf(line -> line.name().equals(change.name())
                    && (change.type().equals("TXT")
                            ? isText(line) && joined(line).equals(data)
                            : line.type().equals("MX")));
        }
        change.publish()
                .forEach(data -> lines.add(new Line(
                        change.name(),
                        Duration.ofSeconds(DnsChange.TTL),
                        change.type().equals("TXT") ? "RAW" : change.type(),
                        data)));
    }

    private static boolean isText(Line line) {
        return line.type().equals("TXT") || line.type().equals("RAW");
    }

    private static String joined(Line line) {
        return line.type().equals("RAW") ? line.data() : line.data().replace("|", "");
    }

    private boolean exists(DomainName name) {
        return lines.stream().anyMatch(line -> line.owner().isWithin(name));
    }

    /** The lines of a name, or those of the wildcard that answers for it. */
    private List<Line> at(DomainName name) {
        List<Line> own =
                lines.stream().filter(line -> line.owner().equals(name)).toList();
        if (!own.isEmpty() || exists(name)) {
            return own;
        }
        for (Optional<DomainName> above = name.parent();
                above.isPresent();
                above = above.get().parent()) {
            String wildcard = "*." + above.get();
            List<Line> any =
                    lines.stream().filter(line -> line.name().equals(wildcard)).toList();
            if (!any.isEmpty() || exists(above.get())) {
                return any;
            }
        }
        return List.of();
    }

    @SuppressWarnings("unchecked") // The records have the type of the query.
    @Override
    public <R extends DnsRecord> DnsAnswer<R> lookup(DnsQuery<R> query, Instant deadline) {
        DomainName name = query.name();
        List<DomainName> aliases = new ArrayList<>();
        while (true) {
            if (failing.contains(name + " " + query.type())) {
                return new DnsAnswer.Unavailable<>(DnsAnswer.Failure.SERVER_FAILURE, "SERVFAIL", AnswerMetadata.NONE);
            }
            if (name.toString().equals(denied)) {
                return new DnsAnswer.NoSuchName<>(AnswerMetadata.NONE);
            }
            List<Line> here = at(name);
            Optional<Line> alias =
                    here.stream().filter(line -> line.type().equals("CNAME")).findFirst();
            if (alias.isEmpty()) {
                return (DnsAnswer<R>) answer(here, name, query.type(), aliases);
            }
            name = DomainName.of(alias.get().data());
            if (aliases.contains(name) || aliases.size() == MAX_ALIASES) {
                return new DnsAnswer.BadAnswer<>("alias loop at " + name, AnswerMetadata.NONE);
            }
            aliases.add(name);
        }
    }

    private DnsAnswer<DnsRecord> answer(List<Line> here, DomainName name, RecordType type, List<DomainName> aliases) {
        List<DnsRecord> records = records(here, type);
        Duration ttl = ttl(here, type);
        AnswerMetadata metadata = new AnswerMetadata(ttl, aliases, true);
        boolean nullMx = type == RecordType.MX
                && here.stream()
                        .anyMatch(
                                line -> line.type().equals("MX") && line.data().equals("0 ."));
        if (!records.isEmpty() || nullMx) {
            return new DnsAnswer.Found<>(records, metadata);
        }
        return here.isEmpty() && !exists(name)
                ? new DnsAnswer.NoSuchName<>(metadata)
                : new DnsAnswer.NoData<>(metadata);
    }

    private static Duration ttl(List<Line> here, RecordType type) {
        return here.stream()
                .filter(line -> line.answers(type))
                .map(Line::ttl)
                .min(Duration::compareTo)
                .orElse(Duration.ofHours(1));
    }

    private static List<DnsRecord> records(List<Line> here, RecordType type) {
        List<DnsRecord> records = new ArrayList<>();
        for (Line line : here) {
            if (line.answers(type) && !line.data().equals("0 .")) {
                records.add(record(line));
            }
        }
        return records;
    }

    private static DnsRecord record(Line line) {
        return switch (line.type()) {
            case "A", "AAAA" -> new DnsRecord.Address(address(line.data()));
            case "MX" -> {
                String[] parts = line.data().split(" ", 2);
                yield new DnsRecord.MailExchange(
                        Integer.parseInt(parts[0]), DomainName.parse(parts[1]).orElseThrow());
            }
            case "PTR" -> new DnsRecord.Pointer(DomainName.of(line.data()));
            case "TXT" ->
                new DnsRecord.Text(List.of(line.data().split("\\|", -1)).stream()
                        .flatMap(part -> strings(Octets.utf8(part)).stream())
                        .toList());
            default -> raw(Octets.latin1(line.data()));
        };
    }

    private static DnsRecord raw(Octets octets) {
        return new DnsRecord.Text(strings(octets));
    }

    private static List<Octets> strings(Octets octets) {
        List<Octets> strings = new ArrayList<>();
        for (int from = 0; from < octets.length() || from == 0; from += 255) {
            strings.add(octets.slice(from, Math.min(from + 255, octets.length())));
        }
        return strings;
    }

    @Override
    public AuthoritativeAnswers query(DomainName name, RecordType type, DomainName existing) {
        List<Line> here = at(name);
        List<DnsRecord> records = records(here, type);
        Duration ttl = ttl(here, type);
        Answer good = records.isEmpty() ? new Answer.None(exists(name), ttl) : new Answer.Records(records, ttl);
        Answer second = name.toString().equals(differing) ? new Answer.None(true, ttl) : good;
        Answer refused = new Answer.Failed(lame);
        Answer overTcp = withoutTcp ? new Answer.Failed("does not answer over TCP within 5 s") : good;
        return new AuthoritativeAnswers(
                name,
                Optional.of(existing),
                List.of(
                        new ServerAnswer(DomainName.of("ns1.provider.net"), FIRST, good, overTcp, OptionalLong.of(7)),
                        new ServerAnswer(
                                DomainName.of("ns2.provider.net"),
                                SECOND,
                                lame.isEmpty() ? second : refused,
                                lame.isEmpty() ? second : refused,
                                OptionalLong.of(8))),
                "");
    }

    @Override
    public ZoneSecurity security(DomainName existing) {
        return security;
    }

    @Override
    public boolean hasObsoleteSpfRecord(DomainName existing) {
        return obsoleteSpf;
    }
}
