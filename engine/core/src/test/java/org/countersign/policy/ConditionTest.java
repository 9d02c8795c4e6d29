package org.countersign.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.countersign.policy.Cases.patterns;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.countersign.dmarc.DmarcPolicy;
import org.countersign.domain.AddressPatterns;
import org.countersign.domain.IpNetwork;
import org.countersign.domain.ReversePath;
import org.countersign.domain.UserPattern;
import org.countersign.message.AuthorDomain;
import org.countersign.message.HeaderSection;
import org.countersign.smtp.HeaderField;
import org.countersign.syntax.Octets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConditionTest {
    private static final RuleContext FACTS = new RuleContext(
            Cases.facts(ResultKeyword.PASS, List.of(), ResultKeyword.NONE, DmarcPolicy.NONE)
                    .author(),
            new Connection(
                    IpNetwork.parseAddress("192.0.2.7"), "mail.sender.example", Optional.of("Alice@Example.org")),
            Envelope.of(
                    ReversePath.parse("<b@sender.example>"),
                    "helo.example",
                    List.of("<bob@r.example>", "carol@s.example")),
            HeaderIdentities.of(new HeaderSection(List.of(
                    HeaderField.of("Sender", " Robot <robot@list.example>"),
                    HeaderField.of("List-Id", " The minutes <minutes.list.example>")))),
            Cases.signed(ResultKeyword.PASS, "sender.example"),
            List.of(Cases.signed(ResultKeyword.PASS, "esp.example"), Cases.signed(ResultKeyword.FAIL, "example.org")),
            new DmarcFinding(
                    ResultKeyword.FAIL, Optional.of(DmarcPolicy.REJECT), Optional.of(DmarcPolicy.QUARANTINE), "f"),
            ResultKeyword.NONE,
            Optional.empty(),
            false,
            false,
            Optional.empty());

    private static boolean address(AddressCondition.Subject subject, String... texts) {
        return new AddressCondition(subject, patterns(texts)).holds(FACTS);
    }

    private static boolean domain(DomainCondition.Subject subject, String... texts) {
        return new DomainCondition(subject, patterns(texts)).holds(FACTS);
    }

    @Test
    void addressesAreMatchedWholeOrByTheirDomain() {
        assertThat(address(AddressCondition.Subject.AUTHOR, "example.org")).isTrue();
        assertThat(address(AddressCondition.Subject.AUTHOR, "ALICE@example.org"))
                .isTrue();
        assertThat(address(AddressCondition.Subject.AUTHOR, "*.example.org")).isFalse();
        assertThat(address(AddressCondition.Subject.MAIL_FROM, "*.example")).isTrue();
        assertThat(address(AddressCondition.Subject.MAIL_FROM, "c@sender.example"))
                .isFalse();
    }

    @Test
    void everyRecipientMustMatchExceptForAnyRecipient() {
        assertThat(address(AddressCondition.Subject.RECIPIENT, "r.example")).isFalse();
        assertThat(address(AddressCondition.Subject.RECIPIENT, "r.example", "s.example"))
                .isTrue();
        assertThat(address(AddressCondition.Subject.ANY_RECIPIENT, "bob@r.example"))
                .isTrue();
        assertThat(address(AddressCondition.Subject.ANY_RECIPIENT, "t.example")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<bob@r.example>",
                "<\"bob\"@r.example>",
                "<\"b\\ob\"@R.example.>",
                "<@relay.example:bob@r.example>",
                "<@a.example,@b.example:\"bob\"@r.example>"
            })
    void anAddressIsTheSameInEverySpelling(String written) {
        AddressPatterns bob = patterns("bob@r.example");
        Envelope envelope = Envelope.of(ReversePath.parse(written), "helo.example", List.of(written));
        assertThat(envelope.recipients()).allMatch(bob::matches);
        RuleContext facts = new RuleContext(
                AuthorDomain.parse(Octets.latin1(" \"bob\"@r.example")),
                FACTS.connection(),
                envelope,
                FACTS.identities(),
                FACTS.spf(),
                FACTS.dkim(),
                FACTS.dmarc(),
                FACTS.arc(),
                FACTS.chain(),
                false,
                false,
                Optional.empty());
        for (AddressCondition.Subject subject : AddressCondition.Subject.values()) {
            assertThat(new AddressCondition(subject, bob).holds(facts))
                    .as("%s", subject)
                    .isTrue();
        }
    }

    @Test
    void recipientsBeyondTheLimitNeverMatch() {
        List<String> many = new ArrayList<>();
        for (int i = 0; i <= Envelope.MAX_RECIPIENTS; i++) {
            many.add("a" + i + "@r.example");
        }
        Envelope envelope = FACTS.envelope().to(many);
        assertThat(envelope.recipients()).hasSize(Envelope.MAX_RECIPIENTS);
        assertThat(envelope.allRecipientsKnown()).isFalse();
        assertThat(new AddressCondition(AddressCondition.Subject.RECIPIENT, patterns("r.example"))
                        .holds(with(envelope)))
                .isFalse();
        assertThat(new AddressCondition(AddressCondition.Subject.ANY_RECIPIENT, patterns("r.example"))
                        .holds(with(envelope)))
                .isTrue();
        assertThat(FACTS.envelope()
                        .to(List.of("a@r.example", "x".repeat(400) + "@r.example"))
                        .allRecipientsKnown())
                .isFalse();
    }

    private static RuleContext with(Envelope envelope) {
        return new RuleContext(
                FACTS.author(),
                FACTS.connection(),
                envelope,
                FACTS.identities(),
                FACTS.spf(),
                FACTS.dkim(),
                FACTS.dmarc(),
                FACTS.arc(),
                FACTS.chain(),
                false,
                false,
                Optional.empty());
    }

    @Test
    void anAuthorIsProvenByDmarcAlone() {
        Condition unproven = new DomainCondition(DomainCondition.Subject.UNPROVEN_AUTHOR, patterns("example.org"));
        assertThat(unproven.holds(Cases.facts(ResultKeyword.NONE, List.of(), ResultKeyword.NONE, DmarcPolicy.NONE)))
                .isTrue();
        assertThat(unproven.holds(Cases.facts(ResultKeyword.NONE, List.of(), ResultKeyword.PASS, DmarcPolicy.NONE)))
                .isFalse();
    }

    @Test
    void onlyAPassAuthenticatesADomain() {
        assertThat(domain(DomainCondition.Subject.DKIM_DOMAIN, "esp.example")).isTrue();
        assertThat(domain(DomainCondition.Subject.DKIM_DOMAIN, "example.org")).isFalse();
        assertThat(domain(DomainCondition.Subject.DKIM_DOMAIN, "sender.example"))
                .isFalse();
        assertThat(domain(DomainCondition.Subject.AUTHENTICATED_DOMAIN, "sender.example"))
                .isTrue();
    }

    @Test
    void domainsAreReadFromTheirFields() {
        assertThat(domain(DomainCondition.Subject.HELO, "helo.example")).isTrue();
        assertThat(domain(DomainCondition.Subject.CLIENT_NAME, "*.sender.example"))
                .isTrue();
        assertThat(domain(DomainCondition.Subject.SENDER, "list.example")).isTrue();
        assertThat(domain(DomainCondition.Subject.LIST_ID, "minutes.list.example"))
                .isTrue();
        assertThat(domain(DomainCondition.Subject.SEALER, "*")).isFalse();
    }

    @Test
    void duplicateIdentitiesAreIgnored() {
        HeaderField one = HeaderField.of("List-Id", " <a.example>");
        assertThat(HeaderIdentities.of(new HeaderSection(List.of(one, one)))).isEqualTo(HeaderIdentities.NONE);
        HeaderField spelled = HeaderField.of("Sender", " Robot, News <robot@list.example>");
        assertThat(HeaderIdentities.of(new HeaderSection(List.of(spelled)))).isEqualTo(HeaderIdentities.NONE);
        HeaderField long2 = HeaderField.of("List-Id", " " + "x".repeat(2000) + " <a.example>");
        assertThat(HeaderIdentities.of(new HeaderSection(List.of(long2)))).isEqualTo(HeaderIdentities.NONE);
    }

    @Test
    void theOtherConditionsMatch() {
        assertThat(new Condition.OfUser(
                                List.of(UserPattern.parse("*@example.org").orElseThrow()))
                        .holds(FACTS))
                .isTrue();
        assertThat(new Condition.OfPolicy(true, Set.of(DmarcPolicy.QUARANTINE)).holds(FACTS))
                .isTrue();
        assertThat(new Condition.OfPolicy(false, Set.of(DmarcPolicy.QUARANTINE)).holds(FACTS))
                .isFalse();
        assertThat(new Condition.OfResult(Condition.Method.DKIM, Set.of(ResultKeyword.NONE)).holds(FACTS))
                .isFalse();
        assertThat(new Condition.OfFlag(Condition.Flag.NULL_SENDER, false).holds(FACTS))
                .isTrue();
    }
}
