package org.countersign.doctor;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.DnsRecord;
import org.countersign.dns.authoritative.AuthoritativeAnswers;
import org.countersign.dns.authoritative.AuthoritativeAnswers.Answer;
import org.countersign.dns.authoritative.AuthoritativeAnswers.ServerAnswer;
import org.countersign.domain.DomainName;
import org.countersign.domain.IpNetwork;

/** Compares the authoritative servers of a domain, and examines DNSSEC and times to live. */
final class ZoneCheck {
    private static final Duration DAY = Duration.ofDays(1);

    private final DomainContext context;
    private final DomainName domain;

    ZoneCheck(DomainContext context) {
        this.context = context;
        this.domain = context.domain();
    }

    void run() {
        security();
        context.atServers(domain);
        context.atServers(context.below("_dmarc"));
        if (context.answers().stream().anyMatch(answers -> !answers.servers().isEmpty())
                && context.answers().stream()
                        .flatMap(answers -> answers.servers().stream())
                        .allMatch(ZoneCheck::isSilent)) {
            context.add(Finding.of(
                            FindingId.NS_LAME,
                            domain,
                            "",
                            "No authoritative server answers this host, probably because port 53 is closed on the way. What"
                                    + " follows is what the resolver says, which may be old.")
                    .with(Severity.HINT));
            timeToLive(domain);
            timeToLive(context.below("_dmarc"));
            return;
        }
        Set<String> lame = new LinkedHashSet<>();
        for (AuthoritativeAnswers answers : context.answers()) {
            lame(answers, lame);
            disagree(answers);
        }
        timeToLive(domain);
        timeToLive(context.below("_dmarc"));
    }

    private static boolean isSilent(ServerAnswer server) {
        return server.overUdp() instanceof Answer.Failed && server.overTcp() instanceof Answer.Failed;
    }

    private void security() {
        switch (context.servers().security(domain)) {
            case BOGUS ->
                context.add(Finding.of(
                                FindingId.DNSSEC,
                                domain,
                                "",
                                "The signatures of the zone are wrong: resolvers that validate find nothing of the domain.")
                        .with(Severity.ERROR));
            case UNSIGNED ->
                context.add(
                        FindingId.DNSSEC,
                        domain,
                        "",
                        "The zone is not signed, so that answers can be forged on the way.");
            case SIGNED, UNKNOWN -> {
                // In order, or nothing to say.
            }
        }
    }

    private void lame(AuthoritativeAnswers answers, Set<String> reported) {
        for (ServerAnswer server : answers.servers()) {
            String who = server.server() + " " + IpNetwork.renderAddress(server.address());
            String udp = server.overUdp() instanceof Answer.Failed(String why) ? why : "";
            String tcp = server.overTcp() instanceof Answer.Failed(String why) ? why : "";
            if ((!udp.isEmpty() || !tcp.isEmpty()) && reported.add(who)) {
                boolean same = udp.equals(tcp) || udp.isEmpty() || tcp.isEmpty();
                context.add(
                        FindingId.NS_LAME,
                        domain,
                        who,
                        "An authoritative server " + (udp.isEmpty() ? tcp : udp) + (same ? "" : ", and " + tcp)
                                + ", so that answers are slow or missing for some receivers.");
            }
        }
    }

    private void disagree(AuthoritativeAnswers answers) {
        Map<Set<String>, List<String>> byData = new LinkedHashMap<>();
        for (ServerAnswer server : answers.servers()) {
            if (!(server.best() instanceof Answer.Failed)) {
                byData.computeIfAbsent(data(server.best()), unused -> new ArrayList<>())
                        .add(server.server() + " (serial " + serial(server.serial()) + ")");
            }
        }
        if (byData.size() > 1) {
            List<String> groups = byData.values().stream()
                    .map(servers -> String.join(" and ", servers))
                    .toList();
            context.add(
                    FindingId.NS_DISAGREE,
                    answers.name(),
                    "",
                    "The authoritative servers give different answers: " + String.join(" against ", groups)
                            + ". Receivers see one or the other.");
        }
    }

    private static String serial(OptionalLong serial) {
        return serial.isPresent() ? Long.toString(serial.getAsLong()) : "unknown";
    }

    private static Set<String> data(Answer answer) {
        Set<String> data = new LinkedHashSet<>();
        switch (answer) {
            case Answer.Records(List<DnsRecord> records, Duration ttl) ->
                records.stream()
                        .map(record -> record instanceof DnsRecord.Text text
                                ? text.joined().latin1()
                                : record.toString())
                        .sorted()
                        .forEach(data::add);
            case Answer.Alias(DomainName target, Duration ttl) -> data.add("alias " + target);
            case Answer.None none -> data.add("");
            case Answer.Failed failed -> data.add("failed");
        }
        return data;
    }

    private void timeToLive(DomainName name) {
        DnsAnswer<DnsRecord.Text> answer = context.dns().lookup(DnsQuery.txt(name));
        if (answer instanceof DnsAnswer.Found && answer.metadata().ttl().compareTo(DAY) > 0) {
            context.add(
                    FindingId.TTL_LONG,
                    name,
                    "",
                    "Resolvers keep this record for " + answer.metadata().ttl().toHours()
                            + " hours, so long that a mistake cannot be corrected soon. 3600 seconds suit it.");
        }
    }
}
