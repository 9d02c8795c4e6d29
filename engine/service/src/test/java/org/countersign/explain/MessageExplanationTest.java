package org.countersign.explain;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.countersign.Client;
import org.countersign.MessageOutcome;
import org.countersign.MessageSession;
import org.countersign.SmtpTransaction;
import org.countersign.canonical.BodyHash;
import org.countersign.crypto.RsaEngine;
import org.countersign.dkim.DkimSignature;
import org.countersign.dmarc.Discovery;
import org.countersign.dmarc.DiscoveryMode;
import org.countersign.dmarc.DmarcComparison;
import org.countersign.dmarc.DmarcEvidence;
import org.countersign.dmarc.DmarcRecord;
import org.countersign.dmarc.IdentifierAlignment;
import org.countersign.dmarc.PublishedPolicy;
import org.countersign.dmarc.RecordQuery;
import org.countersign.dmarc.RequestedPolicy;
import org.countersign.dmarc.TreeWalk;
import org.countersign.dns.AnswerMetadata;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsRecorder;
import org.countersign.dns.DnsTrace;
import org.countersign.dns.LookupTrace;
import org.countersign.dns.MessageLookups;
import org.countersign.dns.RecordType;
import org.countersign.dns.StaticZone;
import org.countersign.domain.DomainName;
import org.countersign.domain.IpNetwork;
import org.countersign.domain.ReversePath;
import org.countersign.inbound.ArcSealingPolicy;
import org.countersign.inbound.DmarcSettings;
import org.countersign.inbound.InboundChecks;
import org.countersign.inbound.InboundMessage;
import org.countersign.inbound.InboundSettings;
import org.countersign.inbound.TemperrorTable;
import org.countersign.keys.PublicKeyRecord;
import org.countersign.keys.SignatureFailure;
import org.countersign.message.AuthorDomain;
import org.countersign.policy.AlternativeDecision;
import org.countersign.policy.Decision;
import org.countersign.policy.Envelope;
import org.countersign.policy.MessageFacts;
import org.countersign.policy.RuleTrial;
import org.countersign.signature.SigningIdentity;
import org.countersign.signing.KeyValidity;
import org.countersign.signing.ScheduledKey;
import org.countersign.signing.UnpublishedKeyAction;
import org.countersign.smtp.HeaderField;
import org.countersign.smtp.StrayOctet;
import org.countersign.spf.EvaluatedTerm;
import org.countersign.spf.RecordStep;
import org.countersign.spf.SpfEvidence;
import org.countersign.testing.ConformanceRun;
import org.countersign.testing.TestKeys;
import org.countersign.vectors.ConformancePack;
import org.junit.jupiter.api.Test;

/** The explanation of a message has every component of its outcome. */
class MessageExplanationTest {
    private static final Path ROOT =
            Path.of(Optional.ofNullable(System.getProperty("countersign.root")).orElse(".."));
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");

    /** The paths of all members that the explanation of some message has, for example {@code /dkim/fault/problem}. */
    private final Set<String> shown = shown();

    @Test
    void theExplanationHasEveryComponentOfTheOutcome() {
        String top = "";
        requireShown(
                MessageOutcome.Judged.class,
                top,
                Map.of("facts", "spf", "decision", "rule", "lookups", "dns", "policy", "rules"));
        requireShown(
                MessageFacts.class,
                top,
                Map.of(
                        "helo",
                        "spf-helo",
                        "signatures",
                        "dkim",
                        "headerTooLarge",
                        "header-too-large",
                        "tooManyForged",
                        "too-many-forged",
                        "strayOctet",
                        "stray-octet",
                        "persistentTemperror",
                        "persistent-temperror"));
        requireShown(StrayOctet.class, "/stray-octet", Map.of("fieldName", "field"));
        requireShown(Envelope.class, "/envelope", Map.of("mailFrom", "mail-from", "recipientCount", "recipient-count"));
        requireShown(Decision.class, top, Map.of("ruled", "judged", "changes", "edits", "indirect", "reason"));
        requireShown(RuleTrial.class, "/rules", Map.of("obstacle", "condition", "excludes", "explain"));
        requireShown(
                AlternativeDecision.class,
                "/alternatives",
                Map.of("party", "by", "condition", "explain", "decision", "verdict", "monitored", "judged"));
        requireShown(AuthorDomain.Single.class, "/author", Map.of("spelling", "problem"));
        requireShown(AuthorDomain.Ambiguous.class, "/author", Map.of());
        requireShown(AuthorDomain.Missing.class, "/author", Map.of());
        assertThat(shown).contains("/author/problem-kind", "/author/empty-field");
    }

    @Test
    void theExplanationHasEveryComponentOfALookup() {
        requireShown(LookupTrace.class, "/dns", Map.of("query", "question"));
        requireShown(
                DnsTrace.Recorded.class,
                "/dns",
                Map.of(
                        "query",
                        "question",
                        "omittedOctets",
                        "omitted-octets",
                        "asked",
                        "asked-after-ms",
                        "took",
                        "took-ms"));
        requireShown(AnswerMetadata.class, "/dns", Map.of("authentic", "validated"));
    }

    @Test
    void theExplanationHasEveryComponentOfAnSpfResult() {
        for (String spf : Set.of("/spf", "/spf-helo")) {
            requireShown(
                    SpfEvidence.class,
                    spf,
                    Map.of(
                            "chain",
                            "records",
                            "dnsTerms",
                            "dns-terms",
                            "voidLookups",
                            "void-lookups",
                            "namesIgnored",
                            "names-ignored",
                            "nearMisses",
                            "near-misses",
                            "termsOmitted",
                            "terms-omitted"));
            assertThat(shown)
                    .contains(spf + "/near-misses/domain", spf + "/near-misses/record", spf + "/near-misses/problem");
            requireShown(EvaluatedTerm.class, spf + "/terms", Map.of());
            requireShown(RecordStep.class, spf + "/records", Map.of("reachedBy", "via"));
            assertThat(shown).contains(spf + "/mechanism", spf + "/problem", spf + "/sender-explanation");
        }
    }

    @Test
    void theExplanationHasEveryComponentOfADkimResult() {
        requireShown(
                publicMethods(DkimSignature.class),
                DkimSignature.class,
                "/dkim",
                Map.ofEntries(
                        Map.entry("sdid", "domain"),
                        Map.entry("auid", "identity"),
                        Map.entry("signatureText", "signature"),
                        Map.entry("headerNames", "signed-fields"),
                        Map.entry("signedAt", "signed-at"),
                        Map.entry("expiresAt", "expires-at"),
                        Map.entry("bodyLength", "body-length"),
                        Map.entry("bodyHash", "body"),
                        Map.entry("coversWholeBody", "body/covered"),
                        Map.entry("keyBits", "key/bits"),
                        Map.entry("signedBodyHash", "signed-body-hash"),
                        Map.entry("unsignedFromFields", "unsigned-from-fields")));
        requireShown(
                SignatureFailure.class,
                "/dkim/fault",
                Map.of("likelyCauses", "likely-causes", "headersVerified", "headers-verified"));
        requireShown(
                PublicKeyRecord.class,
                "/dkim/key",
                Map.of("keyType", "type", "strictAuid", "strict-identity", "key", "bits"));
        requireShown(
                BodyHash.class,
                "/dkim/body",
                Map.of("digest", "hash", "hashedLength", "hashed-octets", "bodyLength", "octets"));
    }

    @Test
    void theExplanationHasEveryComponentOfADmarcResult() {
        requireShown(
                DmarcEvidence.class,
                "/dmarc",
                Map.of(
                        "discovery", "domain",
                        "possiblePolicies", "policy",
                        "alignments", "identifiers",
                        "identifierWalks", "walks",
                        "comparison", "shadow"));
        requireShown(
                Discovery.class,
                "/dmarc",
                Map.of(
                        "authorDomain", "domain",
                        "organizationalDomain", "organizational-domain",
                        "queries", "walks"));
        requireShown(PublishedPolicy.class, "/dmarc/published", Map.of("policyDomain", "domain", "source", "found-at"));
        requireShown(
                DmarcRecord.class,
                "/dmarc/published/record",
                Map.of(
                        "policy", "p",
                        "subdomainPolicy", "sp",
                        "nonexistentPolicy", "np",
                        "policyTagsValid", "policy-valid",
                        "dkimAlignment", "adkim",
                        "spfAlignment", "aspf",
                        "aggregateReports", "rua",
                        "failureReports", "ruf",
                        "failureReporting", "fo"));
        requireShown(RequestedPolicy.class, "/dmarc/policy", Map.of("tag", "declared-by"));
        for (String list : Set.of("/dmarc/identifiers", "/dmarc/unresolved")) {
            requireShown(
                    IdentifierAlignment.class,
                    list,
                    Map.of("identifier", "mechanism", "organizationalDomain", "organizational-domain"));
        }
        requireShown(DmarcComparison.class, "/dmarc/shadow", Map.of("differences", "differs-in"));
        requireShown(TreeWalk.class, "/dmarc/walks", Map.of("queries", "steps"));
        requireShown(RecordQuery.class, "/dmarc/walks/steps", Map.of("name", "domain"));
        assertThat(shown)
                .contains(
                        "/dmarc/problem",
                        "/dmarc/policy-candidates",
                        "/dmarc/unresolved/domain",
                        "/dmarc/walks/steps/record",
                        "/dmarc/walks/steps/records",
                        "/dmarc/walks/steps/near-misses/record",
                        "/dmarc/walks/steps/near-misses/problem",
                        "/dmarc/walks/steps/detail");
    }

    @Test
    void theDocumentDescribesEveryMember() throws IOException {
        String document = Files.readString(ROOT.resolve("docs/check-json.md"));
        assertThat(shown)
                .hasSizeGreaterThan(90)
                .allSatisfy(place ->
                        assertThat(document).contains("`" + place.substring(place.lastIndexOf('/') + 1) + "`"));
    }

    @Test
    void textOfTheSenderIsEscapedInJsonAndText() throws IOException {
        MessageOutcome.Judged outcome =
                judge("\u001b[2J\u009b\u202e@x.example", "mail.sender.example", "a@sender.example", DnsRecorder.OFF);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ExplanationJson.write(MessageExplanation.of(outcome), new PrintStream(out, true, StandardCharsets.UTF_8));
        new ExplanationText(new PrintStream(out, true, StandardCharsets.UTF_8))
                .write(MessageExplanation.of(outcome), new Explanation.Group());
        assertThat(out.toString(StandardCharsets.ISO_8859_1).chars())
                .allMatch(c -> c == '\n' || (c >= 0x20 && c < 0x7F));
    }

    /** @param names of the components that are shown under another name than their own */
    private void requireShown(Class<? extends Record> type, String place, Map<String, String> names) {
        requireShown(
                Arrays.stream(type.getRecordComponents())
                        .map(RecordComponent::getName)
                        .toList(),
                type,
                place,
                names);
    }

    private void requireShown(List<String> components, Class<?> type, String place, Map<String, String> names) {
        assertThat(components)
                .as("the components of %s that are named here", type.getSimpleName())
                .containsAll(names.keySet());
        for (String name : components) {
            assertThat(shown)
                    .as("%s of %s", name, type.getSimpleName())
                    .contains(place + "/" + names.getOrDefault(name, name));
        }
    }

    private static List<String> publicMethods(Class<?> type) {
        return Arrays.stream(type.getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers()))
                .map(Method::getName)
                .toList();
    }

    private static Set<String> shown() {
        Set<String> places = new TreeSet<>();
        ConformancePack.load().forEach(vector -> {
            DnsRecorder recorder = DnsRecorder.of(InstantSource.fixed(NOW));
            MessageOutcome.Judged outcome = ConformanceRun.outcome(vector, recorder);
            collect(MessageExplanation.full(outcome, recorder.trace()), "", places);
        });
        for (String domain :
                Set.of("sender.example", "included.example", "error.example", "slow.example", "slow.sender.example")) {
            collect(explain("a@sub.sender.example", domain, "a@" + domain), "", places);
        }
        collect(explain("a@slow.example", "h", "<>"), "", places);
        collect(explain("a@near.example", "near.example", "a@near.example"), "", places);
        collect(explain("a@unknown.sender.example", "h", "<>"), "", places);
        collect(explain("", "h", "<>"), "", places);
        collect(explain("a@sender.example\r", "h", "<>"), "", places);
        return places;
    }

    private static void collect(Explanation evidence, String place, Set<String> places) {
        switch (evidence) {
            case Explanation.Group group ->
                group.members().forEach((key, value) -> {
                    places.add(place + "/" + key);
                    collect(value, place + "/" + key, places);
                });
            case Explanation.Items list -> list.items().forEach(item -> collect(item, place, places));
            case Explanation plain -> {}
        }
    }

    private static Explanation.Group explain(String from, String helo, String mailFrom) {
        DnsRecorder recorder = DnsRecorder.of(InstantSource.fixed(NOW));
        MessageOutcome.Judged outcome = judge(from, helo, mailFrom, recorder);
        return MessageExplanation.full(outcome, recorder.trace());
    }

    /** A message with one of everything, from a client with a name or a sender in these domains. */
    private static MessageOutcome.Judged judge(String from, String helo, String mailFrom, DnsRecorder recorder) {
        StaticZone zone = StaticZone.builder()
                .txt("sender.example", "v=spf1 exp=why.sender.example -all")
                .txt("why.sender.example", "go away")
                .txt("included.example", "v=spf1 include:alias.example -all")
                .txt("included.example", "x".repeat(5_000))
                .cname("alias.example", "other.example")
                .txt("other.example", "v=spf1 ip4:192.0.2.1")
                .txt("error.example", "v=spf1 moo")
                .txt("near.example", "v=spf1; -all")
                .txt("_dmarc.near.example", "v=dmarc1; p=reject")
                .failure("slow.example", RecordType.TXT, DnsAnswer.Failure.TIMEOUT)
                .failure("slow.sender.example", RecordType.TXT, DnsAnswer.Failure.TIMEOUT)
                .failure("unknown.sender.example", RecordType.A, DnsAnswer.Failure.TIMEOUT)
                .failure("_dmarc.slow.example", RecordType.TXT, DnsAnswer.Failure.TIMEOUT)
                .txt("_dmarc.included.example", "v=DMARC1; p=none")
                .txt("_dmarc.included.example", "v=DMARC1; p=none")
                .txt(
                        "_dmarc.sender.example",
                        "v=DMARC1; p=reject; sp=quarantine; np=none; rua=mailto:a@sender.example;"
                                + " ruf=mailto:f@sender.example; fo=1; pct=5")
                .txt(
                        "s1._domainkey.sender.example",
                        "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=")
                .build();
        Client.Ip client = new Client.Ip(IpNetwork.parseAddress("192.0.2.1").orElseThrow(), "");
        SmtpTransaction transaction = new SmtpTransaction(
                client, helo, ReversePath.parse(mailFrom), Optional.empty(), "", "mx.receiver.example");
        InboundChecks checks = InboundChecks.of(
                InboundSettings.DEFAULT.withDmarc(new DmarcSettings(DiscoveryMode.SHADOW, Duration.ZERO)),
                zone,
                InstantSource.fixed(NOW),
                RsaEngine.jca(),
                new TemperrorTable(InstantSource.fixed(NOW), persistent -> {}),
                ArcSealingPolicy.of(
                        new ScheduledKey(
                                new SigningIdentity(DomainName.of("mx.receiver.example"), "a", TestKeys.ED25519),
                                KeyValidity.ALWAYS),
                        Optional.empty(),
                        UnpublishedKeyAction.SIGN,
                        InstantSource.fixed(NOW)));
        try (MessageSession mail =
                InboundMessage.factory(checks).open(transaction, MessageLookups.AnswerMemory.UNLIMITED, recorder)) {
            mail.header(HeaderField.of("From", " " + from));
            mail.header(HeaderField.of("Auto-Submitted", " auto-generated"));
            mail.header(HeaderField.of(
                    "DKIM-Signature",
                    " v=1; a=ed25519-sha256; d=sender.example; s=s1; h=from; l=2; t=1700000000; x=9000000000;"
                            + " bh=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=; b=AAAA"));
            mail.endOfHeaders();
            byte[] body = "text\r\n".getBytes(StandardCharsets.US_ASCII);
            mail.body(body, 0, body.length);
            return (MessageOutcome.Judged) mail.conclude();
        }
    }
}
