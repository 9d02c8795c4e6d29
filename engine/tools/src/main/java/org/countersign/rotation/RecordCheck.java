package org.countersign.rotation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.countersign.dns.DnsRecord;
import org.countersign.dns.RecordType;
import org.countersign.dns.authoritative.AuthoritativeAnswers;
import org.countersign.dns.authoritative.AuthoritativeAnswers.Answer;
import org.countersign.dns.authoritative.AuthoritativeAnswers.ServerAnswer;
import org.countersign.dns.authoritative.AuthoritativeDns;
import org.countersign.domain.DomainName;
import org.countersign.keys.PublicKeyRecord;
import org.countersign.keys.VerificationKey;
import org.countersign.rotation.Sighting.ServerView;
import org.countersign.rotation.Sighting.View;
import org.countersign.signature.PublishedKey;

/** Asks every authoritative server for the record of a key, and compares keys, not texts. */
final class RecordCheck {
    private final AuthoritativeDns dns;
    private final Set<DomainName> ignored;

    /**
     * @param ignored servers whose answers do not count
     */
    RecordCheck(AuthoritativeDns dns, Collection<DomainName> ignored) {
        this.dns = dns;
        this.ignored = Set.copyOf(ignored);
    }

    /** What the servers have for a key. */
    Sighting look(RotatedKey key) {
        return look(key.name(), key.domain(), key.target(), records -> compared(key, records));
    }

    /** What the servers have under a name that should have no record yet. Any record is another one. */
    Sighting lookForNone(DomainName name, DomainName domain, Optional<DomainName> target) {
        return look(name, domain, target, records -> new Comparison(View.OTHER, text(records)));
    }

    /** The zone that has, or would have, the record of a key; empty if no server tells. */
    Optional<DomainName> zone(RotatedKey key) {
        DomainName existing = key.publishedAt().isWithin(key.domain())
                ? key.domain()
                : key.publishedAt().rightmost(2);
        return dns.query(key.publishedAt(), RecordType.TXT, existing).zone();
    }

    private record Comparison(View view, String detail) {}

    /** Compares TXT records with a key. */
    private interface Comparator {
        Comparison compare(List<DnsRecord.Text> records);
    }

    private Sighting look(DomainName name, DomainName domain, Optional<DomainName> target, Comparator comparator) {
        List<AuthoritativeAnswers> steps = dns.queryAlongAliases(name, RecordType.TXT, domain);
        List<ServerView> views = new ArrayList<>();
        for (int step = 0; step < steps.size(); step++) {
            Optional<DomainName> next =
                    step + 1 < steps.size() ? Optional.of(steps.get(step + 1).name()) : Optional.empty();
            AuthoritativeAnswers answers = steps.get(step);
            answers.servers().forEach(each -> views.add(view(answers.name(), each, next, comparator)));
        }
        String problem = steps.stream()
                .map(AuthoritativeAnswers::problem)
                .filter(why -> !why.isEmpty())
                .findFirst()
                .orElse("");
        // The chain must end where the record is to be published, and must not be cut off.
        boolean led = target.isEmpty()
                || steps.stream()
                        .anyMatch(each -> target.filter(each.name()::equals).isPresent());
        Sighting all = new Sighting(problem.isEmpty() ? views : List.of(), problem).without(ignored);
        return led ? all : misled(all, target.orElseThrow(), comparator);
    }

    /**
     * The name is no alias for the slot yet. The slot is asked all the same: what it has now may be kept by caches when the
     * alias is there.
     */
    private Sighting misled(Sighting sighting, DomainName target, Comparator comparator) {
        List<ServerView> views = new ArrayList<>();
        for (ServerView each : sighting.servers()) {
            views.add(
                    each.view() == View.RIGHT
                            ? new ServerView(
                                    each.name(),
                                    each.server(),
                                    each.address(),
                                    View.OTHER,
                                    "no alias to the slot",
                                    each.ttl(),
                                    each.serial())
                            : each);
        }
        dns.query(target, RecordType.TXT, target.rightmost(2)).servers().stream()
                .filter(each -> !ignored.contains(each.server()))
                .forEach(each -> views.add(view(target, each, Optional.empty(), comparator)));
        return new Sighting(views, sighting.problem());
    }

    /** The worse one of the answers over UDP and TCP. An answer is missing only if both are. */
    private static ServerView view(
            DomainName name, ServerAnswer server, Optional<DomainName> next, Comparator comparator) {
        Duration ttl = Duration.ZERO;
        Comparison worst = new Comparison(View.RIGHT, "");
        boolean answered = false;
        String failure = "";
        for (Answer answer : List.of(server.overUdp(), server.overTcp())) {
            if (answer instanceof Answer.Failed(String why)) {
                failure = failure.isEmpty() ? why : failure;
                continue;
            }
            Comparison compared = compared(answer, next, comparator);
            Duration own = ttl(answer);
            if (!answered || (worst.view() == View.RIGHT && compared.view() != View.RIGHT)) {
                worst = compared;
                ttl = own;
            } else if (compared.view() != View.RIGHT || worst.view() == View.RIGHT) {
                ttl = own.compareTo(ttl) > 0 ? own : ttl;
            }
            answered = true;
        }
        Comparison shown = answered ? worst : new Comparison(View.FAILED, failure);
        return new ServerView(
                name, server.server(), server.address(), shown.view(), shown.detail(), ttl, server.serial());
    }

    private static Duration ttl(Answer answer) {
        return switch (answer) {
            case Answer.Records records -> records.ttl();
            case Answer.Alias alias -> alias.ttl();
            case Answer.None none -> none.negativeTtl();
            case Answer.Failed failed -> Duration.ZERO;
        };
    }

    private static Comparison compared(Answer answer, Optional<DomainName> next, Comparator comparator) {
        return switch (answer) {
            case Answer.Failed(String why) -> new Comparison(View.FAILED, why);
            case Answer.None none -> new Comparison(View.MISSING, "no record");
            case Answer.Alias(DomainName target, var unused) ->
                next.filter(target::equals).isPresent()
                        ? new Comparison(View.RIGHT, "alias of " + target)
                        : new Comparison(View.OTHER, "alias of " + target);
            case Answer.Records(List<DnsRecord> records, var unused) ->
                next.isPresent()
                        ? new Comparison(View.OTHER, "a record, not the alias")
                        : comparator.compare(texts(records));
        };
    }

    private static List<DnsRecord.Text> texts(List<DnsRecord> records) {
        return records.stream()
                .flatMap(each -> each instanceof DnsRecord.Text text ? Stream.of(text) : Stream.empty())
                .toList();
    }

    private static String text(List<DnsRecord.Text> records) {
        return records.size() == 1 ? "a TXT record" : records.size() + " TXT records";
    }

    private static Comparison compared(RotatedKey key, List<DnsRecord.Text> records) {
        Optional<VerificationKey> own = key.publicKey();
        if (own.isEmpty()) {
            return new Comparison(View.FAILED, "a record, but the key file cannot be read");
        }
        return switch (PublishedKey.compare(key.algorithm(), own.get(), records)) {
            case PublishedKey.Good good -> new Comparison(View.RIGHT, "this key");
            case PublishedKey.Absent absent -> new Comparison(View.OTHER, absent.detail());
            case PublishedKey.Unknown unknown -> new Comparison(View.FAILED, unknown.detail());
            case PublishedKey.Mismatch(PublishedKey.Fault fault, String detail) ->
                new Comparison(isRevoked(records) ? View.REVOKED : View.OTHER, detail);
        };
    }

    private static boolean isRevoked(List<DnsRecord.Text> records) {
        return records.stream()
                .allMatch(each -> PublicKeyRecord.parse(each.joined())
                        .toOptional()
                        .filter(PublicKeyRecord::revoked)
                        .isPresent());
    }
}
