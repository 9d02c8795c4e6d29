package org.countersign.james;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.countersign.james.InboundFixture.FORGER;
import static org.countersign.james.InboundFixture.FORWARDER;
import static org.countersign.james.InboundFixture.SENDER;
import static org.countersign.james.InboundFixture.sampleMessage;
import static org.countersign.james.InboundFixture.signed;

import java.time.Instant;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.mail.MessagingException;
import org.apache.james.core.MailAddress;
import org.apache.james.server.core.MailImpl;
import org.apache.mailet.Attribute;
import org.apache.mailet.AttributeName;
import org.apache.mailet.AttributeValue;
import org.apache.mailet.Mail;
import org.apache.mailet.ProcessingState;
import org.countersign.CountersignEngine;
import org.countersign.TrafficRules;
import org.countersign.arc.ArcLimits;
import org.countersign.arc.ArcResult;
import org.countersign.arc.ArcRun;
import org.countersign.james.mail.VerdictAttributes;
import org.countersign.policy.Mode;
import org.countersign.smtp.HeaderField;
import org.countersign.testing.TestMessage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** AuthenticateMail with mail in James' spool. */
class AuthenticateMailTest {
    private static final String RELAY = "10.0.0.1";

    private final List<MailImpl> mails = new ArrayList<>();

    @AfterEach
    void dispose() {
        mails.forEach(MailImpl::dispose);
    }

    private MailImpl judged(MailImpl mail, String... parameters) throws MessagingException {
        return judged(InboundFixture.engine(InboundFixture.zone(), Mode.ENFORCE), mail, parameters);
    }

    private MailImpl judged(CountersignEngine engine, MailImpl mail, String... parameters) throws MessagingException {
        mails.add(mail);
        AuthenticateMail mailet = new AuthenticateMail(engine);
        mailet.init(MailetParameters.of(parameters));
        mailet.service(mail);
        return mail;
    }

    private static Optional<String> text(Mail mail, AttributeName name) {
        return VerdictAttributes.text(mail, name);
    }

    private static List<Object> texts(Mail mail, AttributeName name) {
        return ((Collection<?>) mail.getAttribute(name).orElseThrow().getValue().value())
                .stream()
                        .<Object>map(value -> ((AttributeValue<?>) value).value())
                        .toList();
    }

    @Test
    void genuineMailGetsAttributesAndAnAuthenticationResultsField() throws Exception {
        String message = signed(sampleMessage("ada@sender.example"));
        MailImpl mail = judged(SpooledMails.from(SENDER, "mail.sender.example", "news@sender.example", message));

        assertThat(SpooledMails.stored(mail))
                .startsWith("Authentication-Results: localhost;")
                .endsWith("\r\n" + SpooledMails.received(SENDER, "mail.sender.example") + message);
        assertThat(text(mail, VerdictAttributes.VERDICT)).contains("accept");
        assertThat(text(mail, VerdictAttributes.JUDGED)).contains("accept");
        assertThat(text(mail, VerdictAttributes.RULE)).contains("default");
        assertThat(text(mail, VerdictAttributes.REASON)).isPresent();
        assertThat(text(mail, VerdictAttributes.AUTHOR_DOMAIN)).contains("sender.example");
        assertThat(text(mail, VerdictAttributes.SPF)).contains("pass");
        assertThat(text(mail, VerdictAttributes.SPF_HELO)).contains("pass");
        assertThat(texts(mail, VerdictAttributes.DKIM)).containsExactly("pass");
        assertThat(texts(mail, VerdictAttributes.DKIM_DOMAINS)).containsExactly("sender.example");
        assertThat(text(mail, VerdictAttributes.DMARC)).contains("pass");
        assertThat(text(mail, VerdictAttributes.DMARC_POLICY)).contains("reject");
        assertThat(text(mail, VerdictAttributes.ARC)).contains("none");
        assertThat(mail.getAttribute(VerdictAttributes.ARC_SEALER)).isEmpty();
        assertThat(mail.getState()).isEqualTo(Mail.DEFAULT);
    }

    @Test
    void aSealVerifiesForTheMessageInTheSpool() throws Exception {
        String message =
                "Authentication-Results: localhost; arc=pass\r\n" + signed(sampleMessage("ada@sender.example"));
        MailImpl mail = judged(
                InboundFixture.sealing(),
                SpooledMails.from(SENDER, "mail.sender.example", "news@sender.example", message));

        TestMessage stored = TestMessage.parse(SpooledMails.stored(mail));
        assertThat(stored.headers().fields().subList(0, 5))
                .extracting(HeaderField::name)
                .containsExactly(
                        "ARC-Seal",
                        "ARC-Message-Signature",
                        "ARC-Authentication-Results",
                        "Authentication-Results",
                        "Received");
        assertThat(ArcRun.verify(stored, InboundFixture.zone(), ArcLimits.DEFAULT, Instant.now()))
                .isInstanceOf(ArcResult.Pass.class);
    }

    @Test
    void attributesSurviveJamesQueues() throws Exception {
        MailImpl mail = judged(SpooledMails.from(
                SENDER, "mail.sender.example", "news@sender.example", sampleMessage("a@sender.example")));
        for (AttributeName name : VerdictAttributes.names()) {
            Optional<AttributeValue<?>> value = mail.getAttribute(name).map(Attribute::getValue);
            if (value.isPresent()) {
                assertThat(AttributeValue.fromJsonString(
                                value.get().toJson().orElseThrow().toString()))
                        .isEqualTo(value.get());
            }
        }
    }

    @Test
    void rejectedMailGoesToItsProcessorWithAllRecipients() throws Exception {
        MailImpl mail = judged(SpooledMails.from(
                FORGER, "mail.forger.example", "bulk@forger.example", sampleMessage("ceo@sender.example")));

        assertThat(mail.getState()).isEqualTo(Mail.ERROR);
        assertThat(mail.getErrorMessage())
                .startsWith("550 5.7.26 Email rejected per DMARC policy for sender.example")
                .contains("(rule dmarc-reject: ");
        assertThat(text(mail, VerdictAttributes.VERDICT)).contains("reject");
        assertThat(mail.getRecipients()).hasSize(2);
    }

    @Test
    void quarantinedMailContinuesWithAMark() throws Exception {
        MailImpl mail = judged(SpooledMails.from(
                FORGER, "mail.forger.example", "bulk@forger.example", sampleMessage("ceo@careful.example")));

        assertThat(mail.getState()).isEqualTo(Mail.DEFAULT);
        assertThat(text(mail, VerdictAttributes.VERDICT)).contains("quarantine");
        assertThat(SpooledMails.stored(mail))
                .contains("\r\nX-Countersign-Verdict: quarantine; rule=dmarc-quarantine\r\n");
    }

    @Test
    void recipientsWithAnotherDecisionGetASeparateMail() throws Exception {
        List<Mail> sent = new ArrayList<>();
        AuthenticateMail mailet =
                withRules("rules: [{name: desk, when: {recipient: carol@home.example, dmarc: fail}, then: tag}]", sent);
        MailImpl mail = SpooledMails.from(
                FORGER, "mail.forger.example", "bulk@forger.example", sampleMessage("ceo@sender.example"));
        mails.add(mail);
        mailet.service(mail);

        assertThat(mail.getRecipients()).extracting(MailAddress::asString).containsExactly(InboundFixture.BOB);
        assertThat(mail.getState()).isEqualTo(Mail.ERROR);
        assertThat(text(mail, VerdictAttributes.VERDICT)).contains("reject");
        Mail carols = sent.getFirst();
        assertThat(sent).hasSize(1);
        assertThat(carols.getRecipients()).extracting(MailAddress::asString).containsExactly("carol@home.example");
        assertThat(carols.getState()).isEqualTo(Mail.DEFAULT);
        assertThat(text(carols, VerdictAttributes.VERDICT)).contains("tag");
        String stored = SpooledMails.stored(carols);
        assertThat(stored).containsOnlyOnce("X-Countersign-Verdict: tag; rule=desk");

        // James lets the copy enter the processor again.
        mailet.service(carols);
        assertThat(SpooledMails.stored(carols)).isEqualTo(stored);
        assertThat(text(carols, VerdictAttributes.VERDICT)).contains("tag");
        assertThat(sent).hasSize(1);
    }

    @Test
    void mailDiscardedForOneRecipientReachesTheOthers() throws Exception {
        List<Mail> sent = new ArrayList<>();
        AuthenticateMail mailet = withRules(
                "rules: [{name: trap, when: {recipient: \"%s\"}, then: discard}]".formatted(InboundFixture.BOB), sent);
        MailImpl mail = SpooledMails.from(
                SENDER, "mail.sender.example", "news@sender.example", sampleMessage("ada@sender.example"));
        mails.add(mail);
        mailet.service(mail);

        assertThat(mail.getState()).isEqualTo(Mail.GHOST);
        assertThat(sent).singleElement().satisfies(carols -> {
            assertThat(carols.getState()).isEqualTo(Mail.DEFAULT);
            assertThat(carols.getRecipients()).extracting(MailAddress::asString).containsExactly("carol@home.example");
            assertThat(text(carols, VerdictAttributes.VERDICT)).contains("accept");
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void aQueueThatFailsAtACopyDeliversToNobodyTwiceAndTheRestStayOnTheMail(int failing) throws Exception {
        List<String> all = List.of("a@home.example", "b@home.example", "c@home.example", "d@home.example");
        List<Mail> sent = new ArrayList<>();
        MailImpl mail = SpooledMails.spooled(
                SENDER,
                "mail.sender.example",
                "news@sender.example",
                all,
                SpooledMails.received(SENDER, "mail.sender.example") + sampleMessage("ada@sender.example"));
        mails.add(mail);
        String rules = "rules: [{name: one, when: {recipient: b@home.example}, then: tag},"
                + " {name: two, when: {recipient: c@home.example}, then: quarantine},"
                + " {name: three, when: {recipient: d@home.example}, then: reject}]";
        assertThatThrownBy(
                        () -> withRules(rules, new FailingQueue(sent, failing)).service(mail))
                .hasMessage("the queue is down");

        assertThat(sent).hasSize(failing - 1);
        List<String> left =
                mail.getRecipients().stream().map(MailAddress::asString).toList();
        assertThat(left).hasSize(all.size() - sent.size()).contains("a@home.example");
        assertThat(mail.getState()).isEqualTo(Mail.DEFAULT);

        // After the queue works again.
        withRules(rules, sent).service(mail);
        sent.add(mail);
        assertThat(sent.stream().flatMap(one -> one.getRecipients().stream()).map(MailAddress::asString))
                .containsExactlyInAnyOrderElementsOf(all);
    }

    /** A queue that fails. */
    private static final class FailingQueue extends AbstractList<Mail> {
        private final List<Mail> taken;
        private final int failing;

        FailingQueue(List<Mail> taken, int failing) {
            this.taken = taken;
            this.failing = failing;
        }

        @Override
        public boolean add(Mail mail) {
            if (taken.size() + 1 == failing) {
                throw new IllegalStateException("the queue is down");
            }
            return taken.add(mail);
        }

        @Override
        public Mail get(int index) {
            return taken.get(index);
        }

        @Override
        public int size() {
            return taken.size();
        }
    }

    private AuthenticateMail withRules(String rules, List<Mail> sent) throws MessagingException {
        AuthenticateMail mailet = new AuthenticateMail(InboundFixture.engine(InboundFixture.zone(), rules));
        mailet.init(new MailetParameters(Map.of(), "", sent));
        return mailet;
    }

    @Test
    void inModeMonitorAllMailContinuesAndTheAttributesHaveTheVerdict() throws Exception {
        MailImpl mail = judged(
                InboundFixture.engine(InboundFixture.zone(), Mode.MONITOR),
                SpooledMails.from(
                        FORGER, "mail.forger.example", "bulk@forger.example", sampleMessage("ceo@sender.example")));

        assertThat(mail.getState()).isEqualTo(Mail.DEFAULT);
        assertThat(text(mail, VerdictAttributes.VERDICT)).contains("accept");
        assertThat(text(mail, VerdictAttributes.JUDGED)).contains("reject");
    }

    @Test
    void forgedResultsOfThisServerAreRemovedAndThoseOfOthersKept() throws Exception {
        String others = "Authentication-Results: elsewhere.example; dmarc=pass\r\n";
        MailImpl mail = judged(SpooledMails.from(
                SENDER,
                "mail.sender.example",
                "news@sender.example",
                "Authentication-Results: localhost; dmarc=pass (forged)\r\n" + others
                        + sampleMessage("ada@sender.example")));

        assertThat(SpooledMails.stored(mail)).doesNotContain("(forged)").contains("\r\n" + others);
    }

    @Test
    void behindATrustedRelayTheClientOfTheRelayIsChecked() throws Exception {
        String way = SpooledMails.received(SENDER, "mail.sender.example");
        MailImpl mail = judged(
                SpooledMails.from(
                        RELAY, "relay.home.example", "news@sender.example", way + sampleMessage("ada@sender.example")),
                "trusted-hops",
                "10.0.0.0/8");
        assertThat(text(mail, VerdictAttributes.SPF)).contains("pass");
        assertThat(text(mail, VerdictAttributes.SPF_HELO)).contains("pass");

        MailImpl forged = judged(
                SpooledMails.from(
                        RELAY,
                        "relay.home.example",
                        "news@sender.example",
                        SpooledMails.received(FORGER, "mail.sender.example")
                                + way
                                + sampleMessage("ada@sender.example")),
                "trusted-hops",
                "1");
        assertThat(text(forged, VerdictAttributes.SPF)).contains("fail");
        assertThat(forged.getState()).isEqualTo(Mail.ERROR);
    }

    @Test
    void mailOfATrustedRelayThatJamesRelaysForIsCheckedByItsClient() throws Exception {
        MailImpl mail = SpooledMails.from(
                RELAY,
                "relay.home.example",
                "bulk@forger.example",
                SpooledMails.received(FORGER, "mail.forger.example") + sampleMessage("ceo@sender.example"));
        mail.setAttribute(Attribute.convertToAttribute("org.apache.james.SMTPIsAuthNetwork", true));

        assertThat(text(judged(mail, "trusted-hops", "10.0.0.1"), VerdictAttributes.VERDICT))
                .contains("reject");
    }

    @Test
    void withAnUnknownOriginSpfIsNoneAndTheOtherChecksApply() throws Exception {
        MailImpl mail = judged(
                SpooledMails.from(
                        RELAY,
                        "relay.home.example",
                        "news@sender.example",
                        "Received: by somebody\r\n" + signed(sampleMessage("ada@sender.example"))),
                "trusted-hops",
                "10.0.0.0/8");

        assertThat(text(mail, VerdictAttributes.SPF)).contains("none");
        assertThat(text(mail, VerdictAttributes.DMARC)).contains("pass");
    }

    @Test
    void mailOfLocalUsersAndMachinesIsNotChanged() throws Exception {
        String message = sampleMessage("ada@sender.example");
        MailImpl user = SpooledMails.from(FORGER, "laptop", "ada@sender.example", message);
        user.setAttribute(new Attribute(Mail.SMTP_AUTH_USER, AttributeValue.of("ada@sender.example")));
        MailImpl relayed = SpooledMails.from(FORGER, "laptop", "ada@sender.example", message);
        relayed.setAttribute(Attribute.convertToAttribute("org.apache.james.SMTPIsAuthNetwork", true));
        MailImpl local = SpooledMails.from("127.0.0.1", "localhost", "ada@sender.example", message);

        for (MailImpl mail : List.of(user, relayed, local)) {
            String before = SpooledMails.stored(mail);
            judged(InboundFixture.engine(InboundFixture.zone(), Mode.ENFORCE, TrafficRules.DEFAULT), mail);
            assertThat(SpooledMails.stored(mail)).isEqualTo(before);
            assertThat(mail.getAttribute(VerdictAttributes.VERDICT)).isEmpty();
        }
    }

    @Test
    void aSecondCheckReplacesAllResultsOfTheFirst() throws Exception {
        MailImpl mail = judged(SpooledMails.from(
                FORWARDER, "mail.forwarder.example", "list@forwarder.example", sampleMessage("a@sender.example")));
        mail.setAttribute(new Attribute(VerdictAttributes.ARC_SEALER, AttributeValue.of("stale.example")));
        judged(mail);

        assertThat(mail.getAttribute(VerdictAttributes.ARC_SEALER)).isEmpty();
        assertThat(SpooledMails.stored(mail)).containsOnlyOnce("Authentication-Results: ");
    }

    @Test
    void requiresTheProcessorsThatItSendsMailTo() throws Exception {
        AuthenticateMail mailet = new AuthenticateMail(InboundFixture.engine(InboundFixture.zone(), Mode.ENFORCE));
        mailet.init(MailetParameters.of("reject-processor", "spam"));
        assertThat(mailet.requiredProcessingState()).containsExactly(new ProcessingState("spam"));
    }

    @Test
    void namesTheErrorInItsParameters() {
        assertThatThrownBy(() -> judged(SpooledMails.from(SENDER, "x", "", ""), "trusted-hops", "relay.home.example"))
                .isInstanceOf(MessagingException.class)
                .hasMessage("The mailet org.countersign.james.AuthenticateMail: <trusted-hops> is"
                        + " \"relay.home.example\"; expected a number of relays from 0 to 20, or networks with"
                        + " commas between them such as 192.0.2.0/24, 2001:db8::/32");
    }
}
