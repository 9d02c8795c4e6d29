package org.countersign.policy;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.countersign.Client;
import org.countersign.MessageOutcome;
import org.countersign.SmtpTransaction;
import org.countersign.dmarc.DiscoveryMode;
import org.countersign.dmarc.DmarcPolicy;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.RecordType;
import org.countersign.dns.StaticZone;
import org.countersign.domain.DomainName;
import org.countersign.domain.IpNetwork;
import org.countersign.domain.ReversePath;
import org.countersign.inbound.DmarcSettings;
import org.countersign.inbound.InboundChecks;
import org.countersign.inbound.InboundMessage;
import org.countersign.inbound.InboundSettings;
import org.countersign.testing.SignatureDraft;
import org.countersign.testing.TestKeys;
import org.countersign.testing.TestMessage;

/**
 * A message, the DNS and the policy file that it meets, to be changed and judged again.
 *
 * @param spf the SPF record of each domain; {@link #FAILURE} for a DNS that fails
 * @param signers the domains that sign, each with the state of its key
 * @param dmarc the DMARC record of each domain; {@link #FAILURE} for a DNS that fails
 */
record JudgedWorld(
        String author,
        String mailFrom,
        Map<String, String> spf,
        Map<String, Key> signers,
        Map<String, String> dmarc,
        PolicySettings settings,
        List<Rule> operators,
        Mode mode) {
    static final String FAILURE = "failure";
    static final String CLIENT = "192.0.2.66";
    static final String PERMITTED = "v=spf1 ip4:" + CLIENT + " -all";

    /** The state of a key in the DNS. */
    enum Key {
        PUBLISHED,
        /** It is published, and the body of the message was changed after it was signed. */
        ALTERED,
        /** Its name exists. */
        REVOKED,
        ABSENT,
        FAILURE
    }

    MessageOutcome.Judged judge() {
        InstantSource clock = InstantSource.fixed(Instant.parse("2026-11-23T12:00:00Z"));
        InboundChecks checks = InboundChecks.of(
                InboundSettings.DEFAULT
                        .withMode(mode)
                        .withDmarc(new DmarcSettings(DiscoveryMode.TREE_WALK, Duration.ofHours(6)))
                        .withRules(PolicyRules.of(settings, operators)),
                zone(),
                clock);
        SmtpTransaction transaction = new SmtpTransaction(
                new Client.Ip(IpNetwork.parseAddress(CLIENT).orElseThrow(), ""),
                "client.example",
                ReversePath.parse(mailFrom.isEmpty() ? "<>" : "<x@" + mailFrom + ">"),
                Optional.empty(),
                "",
                "mx.receiver.example");
        try (InboundMessage mail = new InboundMessage(checks, transaction)) {
            message().pour(mail);
            return mail.conclude();
        }
    }

    private TestMessage message() {
        TestMessage message = TestMessage.parse("From: alice@" + author + "\nSubject: x\n\nHello\n");
        TestMessage original = TestMessage.parse("From: alice@" + author + "\nSubject: x\n\nGoodbye\n");
        for (String signer : signers.keySet().stream().sorted().toList()) {
            TestMessage signed = signers.get(signer) == Key.ALTERED ? original : message;
            message = message.withFieldOnTop(
                    SignatureDraft.of(TestKeys.ED25519).with("d", signer).field(signed, TestKeys.ED25519));
        }
        return message;
    }

    private StaticZone zone() {
        StaticZone.Builder zone = StaticZone.builder();
        spf.forEach((domain, record) -> add(zone, domain, record));
        dmarc.forEach((domain, record) -> add(zone, "_dmarc." + domain, record));
        String key = TestKeys.ED25519.publicKeyRecord();
        signers.forEach((domain, state) -> {
            switch (state) {
                case PUBLISHED, ALTERED -> add(zone, "s1._domainkey." + domain, key);
                case REVOKED -> add(zone, "s1._domainkey." + domain, "v=DKIM1; p=");
                case FAILURE -> add(zone, "s1._domainkey." + domain, FAILURE);
                case ABSENT -> {}
            }
        });
        return zone.build();
    }

    private static void add(StaticZone.Builder zone, String name, String record) {
        if (record.equals(FAILURE)) {
            zone.failure(name, RecordType.TXT, DnsAnswer.Failure.SERVER_FAILURE);
        } else {
            zone.txt(name, record);
        }
    }

    /** The world in which the condition of the alternative holds, and everything else is the same. */
    JudgedWorld with(AlternativeDecision alternative) {
        String condition = alternative.condition();
        return switch (alternative.change()) {
            case SPF_PASS -> withMailFrom(author).withSpf(put(spf, author, PERMITTED));
            case DKIM_PASS -> withSigners(put(signers, author, Key.PUBLISHED));
            case SPF_FAIL -> withSpf(put(spf, mailFrom.isEmpty() ? "client.example" : mailFrom, "v=spf1 -all"));
            case DKIM_FAIL -> withSigners(replaced(signers, Key.PUBLISHED, Key.REVOKED));
            case DMARC_FAIL ->
                withSpf(without(spf, FAILURE))
                        .withSigners(replaced(signers, Key.FAILURE, Key.ABSENT))
                        .withDmarc(without(dmarc, FAILURE));
            case PUBLISHED_POLICY -> {
                String domain = between(condition, "the DMARC record of ", " had ");
                String record = dmarc.getOrDefault(domain, "");
                String tags = condition.substring(condition.indexOf(" had ") + " had ".length());
                for (String tag : tags.split(" and ", -1)) {
                    int equals = tag.indexOf('=');
                    record = withTag(record, tag.substring(0, equals), tag.substring(equals + 1));
                }
                yield withDmarc(put(dmarc, domain, record));
            }
            case TEST_MODE -> {
                String domain = between(condition, "the DMARC record of ", " did not");
                yield withDmarc(
                        put(dmarc, domain, dmarc.getOrDefault(domain, "").replace("; t=y", "")));
            }
            case PUBLISHED_RECORD ->
                withDmarc(put(dmarc, author, "v=DMARC1; p=" + condition.substring(condition.indexOf("p=") + 2)));
            case KNOWN_CLIENT ->
                withSettings(settings.withIndirect(
                        settings.indirect().withNetwork(IpNetwork.parse(CLIENT).orElseThrow())));
            case ON_REJECT ->
                withSettings(settings.withOnReject(DmarcPolicy.valueOf(
                        condition.substring(condition.lastIndexOf(' ') + 1).toUpperCase(Locale.ROOT))));
            case RULE_ABSENT -> {
                String name = between(condition, "no rule ", " (");
                yield withOperators(operators.stream()
                        .filter(rule -> !rule.name().equals(name))
                        .toList());
            }
            case UNLISTED -> withSettings(unlisted(condition.substring(0, condition.indexOf(' '))));
            case MODE -> withMode(mode == Mode.ENFORCE ? Mode.MONITOR : Mode.ENFORCE);
            case TRUSTED_SEALER ->
                withSettings(settings.withIndirect(
                        settings.indirect().withSealer(DomainName.of(between(condition, "sealer ", ",")))));
        };
    }

    private PolicySettings unlisted(String setting) {
        DomainName domain = DomainName.of(author);
        return switch (setting) {
            case "protect" -> settings.withoutProtect(domain);
            case "dmarc.treat-as" -> settings.withoutTreatAs(domain);
            case "dmarc.fail-open" -> settings.withoutFailOpen(domain);
            case "dmarc.fail-closed" -> settings.withoutFailClosed(domain);
            case "indirect-flow" -> settings.withIndirect(IndirectFlow.NONE);
            default -> throw new IllegalArgumentException(setting);
        };
    }

    private static String withTag(String record, String tag, String value) {
        List<String> tags = new ArrayList<>();
        boolean found = false;
        for (String each : record.split("; ", -1)) {
            found |= each.startsWith(tag + "=");
            tags.add(each.startsWith(tag + "=") ? tag + "=" + value : each);
        }
        if (!found) {
            tags.add(tag + "=" + value);
        }
        return String.join("; ", tags);
    }

    private static String between(String text, String start, String end) {
        int from = text.indexOf(start) + start.length();
        return text.substring(from, text.indexOf(end, from));
    }

    private static <V> Map<String, V> put(Map<String, V> map, String key, V value) {
        Map<String, V> changed = new HashMap<>(map);
        changed.put(key, value);
        return Map.copyOf(changed);
    }

    private static <V> Map<String, V> without(Map<String, V> map, V value) {
        Map<String, V> changed = new HashMap<>(map);
        changed.values().removeIf(value::equals);
        return Map.copyOf(changed);
    }

    private static <V> Map<String, V> replaced(Map<String, V> map, V old, V value) {
        Map<String, V> changed = new HashMap<>(map);
        changed.replaceAll((unused, each) -> each.equals(old) ? value : each);
        return Map.copyOf(changed);
    }

    JudgedWorld withMailFrom(String other) {
        return new JudgedWorld(author, other, spf, signers, dmarc, settings, operators, mode);
    }

    JudgedWorld withSpf(Map<String, String> other) {
        return new JudgedWorld(author, mailFrom, other, signers, dmarc, settings, operators, mode);
    }

    JudgedWorld withSigners(Map<String, Key> other) {
        return new JudgedWorld(author, mailFrom, spf, other, dmarc, settings, operators, mode);
    }

    JudgedWorld withDmarc(Map<String, String> other) {
        return new JudgedWorld(author, mailFrom, spf, signers, other, settings, operators, mode);
    }

    JudgedWorld withSettings(PolicySettings other) {
        return new JudgedWorld(author, mailFrom, spf, signers, dmarc, other, operators, mode);
    }

    JudgedWorld withOperators(List<Rule> other) {
        return new JudgedWorld(author, mailFrom, spf, signers, dmarc, settings, other, mode);
    }

    JudgedWorld withMode(Mode other) {
        return new JudgedWorld(author, mailFrom, spf, signers, dmarc, settings, operators, other);
    }
}
