package org.countersign.reports.receive;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.countersign.domain.DomainName;
import org.countersign.reports.receive.Authentication.State;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who has sent a report. */
class MessageAuthenticatorTest {
    @TempDir
    private Path temp;

    private ReceiveFixture fixture;
    private int reports;

    @BeforeEach
    void open() {
        fixture = new ReceiveFixture(temp);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private State state(ReportMail mail) throws Exception {
        reports++;
        String report = ReportMail.xml("r" + reports, "example.org", 1);
        return ((Outcome.Stored) fixture.mail(mail.report(report)).getFirst())
                .authentication()
                .state();
    }

    @Test
    void ourTopmostResultDecides() throws Exception {
        assertThat(state(new ReportMail()
                        .results("mx.example.org", "fail", "receiver.example")
                        .onTop("Authentication-Results: mx.example.org; dmarc=pass header.from=receiver.example")))
                .isEqualTo(State.PASS);
    }

    @Test
    void aResultOfAnotherSystemIsNotOurs() throws Exception {
        assertThat(state(new ReportMail().results("mx.stranger.example", "pass", "receiver.example")))
                .isEqualTo(State.NONE);
    }

    @Test
    void aResultWithAPropertyOfAnUnknownTypeIsNotUsed() throws Exception {
        assertThat(
                        state(
                                new ReportMail()
                                        .onTop(
                                                "Authentication-Results: mx.example.org; dmarc=pass header.from=receiver.example new.x=y")))
                .isEqualTo(State.NONE);
    }

    @Test
    void aPassForAnotherAuthorIsNoPass() throws Exception {
        assertThat(state(new ReportMail().results("mx.example.org", "pass", "stranger.example")))
                .isEqualTo(State.NONE);
    }

    @Test
    void withoutANameOfOurOwnThatOfTheMailServerCounts() throws Exception {
        fixture.authservId = "";
        fixture.receiver();

        assertThat(state(new ReportMail().results("mx.example.org", "pass", "receiver.example")))
                .isEqualTo(State.PASS);
    }

    @Test
    void aConfiguredNameKeepsOthersFromCounting() throws Exception {
        fixture.authservId = "mail.example.org";
        fixture.receiver();

        assertThat(state(new ReportMail().results("mx.example.org", "pass", "receiver.example")))
                .isEqualTo(State.NONE);
    }

    /** A mail server that keeps its results elsewhere than in the message. */
    @Test
    void aMessageThatWasNotCheckedCannotBringAResultInOurName() throws Exception {
        assertThat(state(passInOurName(), Optional.empty())).isEqualTo(State.NONE);
    }

    @Test
    void ofAMessageThatWasNotCheckedHereTheResultOfAConfiguredNameCounts() throws Exception {
        ReceiveSettings usual = fixture.settings;
        fixture.settings = new ReceiveSettings(
                List.of(),
                List.of("mx.example.org"),
                usual.maxReportSize(),
                usual.limits(),
                usual.keep(),
                usual.imap());

        assertThat(state(passInOurName(), Optional.empty())).isEqualTo(State.PASS);
    }

    @Test
    void whatAMailServerKnowsCountsInPlaceOfAnyField() throws Exception {
        assertThat(state(
                        passInOurName(),
                        Optional.of(Authentication.recorded("fail", DomainName.parse("receiver.example")))))
                .isEqualTo(State.NONE);
        assertThat(state(
                        new ReportMail(),
                        Optional.of(Authentication.recorded("pass", DomainName.parse("receiver.example")))))
                .isEqualTo(State.PASS);
    }

    private static ReportMail passInOurName() {
        return new ReportMail().results("mx.example.org", "pass", "receiver.example");
    }

    private State state(ReportMail mail, Optional<Authentication> checked) throws Exception {
        reports++;
        String report = ReportMail.xml("r" + reports, "example.org", 1);
        return ((Outcome.Stored) fixture.receiver()
                        .message(mail.report(report).octets(), List.of(), checked)
                        .getFirst())
                .authentication()
                .state();
    }

    @Test
    void aTemporaryErrorIsNotKnown() throws Exception {
        assertThat(state(new ReportMail().results("mx.example.org", "temperror", "receiver.example")))
                .isEqualTo(State.UNKNOWN);
    }

    @Test
    void withoutAResultTheMessageIsVerifiedBySpf() throws Exception {
        fixture.zone.txt("receiver.example", "v=spf1 ip4:198.51.100.9 -all");

        assertThat(state(new ReportMail().onTop("Return-Path: <bounce@receiver.example>")))
                .isEqualTo(State.PASS);
        assertThat(state(new ReportMail().onTop("Return-Path: <bounce@stranger.example>")))
                .isEqualTo(State.NONE);
    }
}
