package org.countersign.rotation;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import org.countersign.dns.DnsRecord;
import org.countersign.dns.RecordType;
import org.countersign.dns.authoritative.AuthoritativeAnswers;
import org.countersign.dns.authoritative.AuthoritativeAnswers.Answer;
import org.countersign.dns.authoritative.AuthoritativeAnswers.ServerAnswer;
import org.countersign.dns.authoritative.AuthoritativeDns;
import org.countersign.domain.DomainName;
import org.countersign.syntax.Octets;

/**
 * Two authoritative servers that copy a zone late, lose queries and differ, with the whole history of what each has said at
 * which time. So it is known what the worst cache can have at any moment.
 */
final class SimulatedDns implements AuthoritativeDns {
    static final int SERVERS = 2;

    private final Duration negativeTtl;
    private final Map<DomainName, List<NavigableMap<Instant, Content>>> history = new HashMap<>();
    private final Set<Integer> silent = new HashSet<>();
    private Instant now;

    SimulatedDns(Instant start, Duration negativeTtl) {
        this.now = start;
        this.negativeTtl = negativeTtl;
    }

    /** What a server has under a name from some moment on. */
    sealed interface Content {
        record Nothing() implements Content {}

        record Text(String text, Duration ttl) implements Content {}

        record Alias(DomainName target, Duration ttl) implements Content {}
    }

    Instant now() {
        return now;
    }

    void advance(Duration time) {
        now = now.plus(time);
    }

    void lose(int server, boolean lost) {
        if (lost) {
            silent.add(server);
        } else {
            silent.remove(server);
        }
    }

    /** A server has this from a moment in the future on. What was to come later is dropped. */
    void put(int server, DomainName name, Content content, Duration later) {
        NavigableMap<Instant, Content> at = of(name).get(server);
        at.tailMap(now.plus(later), true).clear();
        at.put(now.plus(later), content);
    }

    /** The owner changes the zone: the second server has it later. */
    void publish(DomainName name, Content content, Duration lag) {
        put(0, name, content, Duration.ZERO);
        put(1, name, content, lag);
    }

    private List<NavigableMap<Instant, Content>> of(DomainName name) {
        return history.computeIfAbsent(name, unused -> {
            List<NavigableMap<Instant, Content>> servers = new ArrayList<>();
            for (int server = 0; server < SERVERS; server++) {
                NavigableMap<Instant, Content> at = new TreeMap<>();
                at.put(Instant.MIN, new Content.Nothing());
                servers.add(at);
            }
            return servers;
        });
    }

    Content content(int server, DomainName name) {
        return of(name).get(server).floorEntry(now).getValue();
    }

    /**
     * Whether a signature verifies for every resolver, at every moment until the end, whatever it has kept for as long as it
     * may.
     *
     * @param right what verifies
     */
    boolean isAlwaysRight(DomainName name, Content right, Instant signed, Instant end) {
        for (NavigableMap<Instant, Content> server : of(name)) {
            for (Map.Entry<Instant, Content> each : server.entrySet()) {
                Instant from = each.getKey();
                Map.Entry<Instant, Content> next = server.higherEntry(from);
                Instant until = next == null ? Instant.MAX : next.getKey();
                boolean wrong = !same(each.getValue(), right);
                boolean stillKept = until.equals(Instant.MAX)
                        || until.plus(ttl(each.getValue())).isAfter(signed);
                if (wrong && from.isBefore(end) && stillKept) {
                    return false;
                }
            }
        }
        return true;
    }

    private static boolean same(Content one, Content other) {
        return (one instanceof Content.Text(String text, var unused)
                        && other instanceof Content.Text(String wanted, var unusedToo))
                ? text.equals(wanted)
                : one.equals(other);
    }

    private Duration ttl(Content content) {
        return switch (content) {
            case Content.Nothing nothing -> negativeTtl;
            case Content.Text text -> text.ttl();
            case Content.Alias alias -> alias.ttl();
        };
    }

    @Override
    public AuthoritativeAnswers query(DomainName name, RecordType type, DomainName existing) {
        List<ServerAnswer> answers = new ArrayList<>();
        for (int server = 0; server < SERVERS; server++) {
            Answer answer = silent.contains(server)
                    ? new Answer.Failed("does not answer over UDP within 5 s")
                    : answer(content(server, name));
            answers.add(new ServerAnswer(
                    DomainName.of("ns" + (server + 1) + ".example.net"),
                    address(server),
                    answer,
                    answer,
                    OptionalLong.of(2026112800L + server)));
        }
        return new AuthoritativeAnswers(name, Optional.of(existing), answers, "");
    }

    private static InetAddress address(int server) {
        try {
            return InetAddress.getByAddress(new byte[] {(byte) 192, 0, 2, (byte) (server + 1)});
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private Answer answer(Content content) {
        return switch (content) {
            case Content.Nothing nothing -> new Answer.None(true, negativeTtl);
            case Content.Alias(DomainName target, Duration ttl) -> new Answer.Alias(target, ttl);
            case Content.Text(String text, Duration ttl) ->
                new Answer.Records(List.of(new DnsRecord.Text(List.of(Octets.latin1(text)))), ttl);
        };
    }

    @Override
    public ZoneSecurity security(DomainName existing) {
        return ZoneSecurity.UNSIGNED;
    }
}
