package org.countersign.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.countersign.archive.MessageArchive;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsClient;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.DnsRecord;
import org.countersign.policy.Action;
import org.countersign.simulate.MessageCounts.Kind;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SimulationTest {
    private static final String LENIENT = "dmarc: { on-reject: quarantine }\n";
    private static final String FAILED =
            Archives.failed("bank.example", "reject") + Archives.received("192.0.2.9") + Archives.body("bank.example");
    private static final String PASSED =
            Archives.passed("bank.example") + Archives.received("192.0.2.1") + Archives.body("bank.example");

    /** A DNS that nobody may ask. */
    private static final class NoDns implements DnsClient {
        @Override
        public <R extends DnsRecord> DnsAnswer<R> lookup(DnsQuery<R> query, Instant deadline) {
            throw new AssertionError("asked " + query);
        }
    }

    private static VerdictCounts verdicts(Simulation simulation) {
        return simulation.policies().getFirst().verdicts();
    }

    @Test
    void recordedResultsDecideWithoutTheDns() {
        Simulation simulation = Archives.run(
                Archives.mbox(FAILED, PASSED, PASSED),
                Archives.request(Optional.empty(), OptionalInt.empty(), ""),
                new NoDns());
        assertThat(simulation.counts().of(Kind.RECORDED)).isEqualTo(3);
        assertThat(verdicts(simulation).of(Action.REJECT)).isEqualTo(1);
        assertThat(verdicts(simulation).of(Action.ACCEPT)).isEqualTo(2);
        assertThat(simulation.policies().getFirst().objections().values())
                .flatExtracting(ExampleGroup::examples)
                .singleElement()
                .satisfies(example -> assertThat(example.message()).isEqualTo("-#1"));
    }

    @Test
    void otherMessagesAreEvaluatedAgainAndCountedApart() {
        String old = "Return-Path: <b@list.example>\n" + Archives.received("192.0.2.9") + Archives.body("bank.example");
        Simulation simulation = Archives.run(Archives.mbox(old, PASSED), "");
        assertThat(simulation.counts().of(Kind.AGAIN)).isEqualTo(1);
        assertThat(simulation.counts().of(Kind.RECORDED)).isEqualTo(1);
        assertThat(verdicts(simulation).of(Action.REJECT)).isEqualTo(1);
        Simulation onlyRecorded = Archives.run(
                Archives.mbox(old, PASSED),
                Archives.request(Optional.of(ResultsSource.RECORDED), OptionalInt.empty(), ""),
                Archives.ZONE);
        assertThat(verdicts(onlyRecorded).uncertain()).isEqualTo(1);
        assertThat(onlyRecorded.counts().doubts()).containsEntry(Doubt.NO_DMARC_RESULT, 1L);
        Simulation onlyAgain = Archives.run(
                Archives.mbox(old, FAILED),
                Archives.request(Optional.of(ResultsSource.AGAIN), OptionalInt.empty(), ""),
                Archives.ZONE);
        assertThat(onlyAgain.counts().of(Kind.AGAIN)).isEqualTo(2);
    }

    @Test
    void theSecondPolicyChangesVerdicts() {
        Simulation simulation = Archives.run(Archives.mbox(FAILED, PASSED), "", LENIENT);
        assertThat(simulation.changes()).containsOnlyKeys(new Change(Action.REJECT, Action.QUARANTINE));
        assertThat(simulation.unchanged()).isEqualTo(1);
        AuthorRow row = simulation.authors().rows().getFirst();
        assertThat(row.changed()).isEqualTo(1);
        assertThat(row.authenticated().entries()).containsExactly(new BoundedCounts.Entry("spf list.example", 1));
        assertThat(row.clients().entries()).containsExactly(new BoundedCounts.Entry("out.sender.example", 1));
    }

    @Test
    void mailOfLoginsAndOfThisSiteIsCountedAndNotJudged() {
        String login = "Received: from laptop (dsl.isp.example [198.51.100.4]) (Authenticated sender: alice) by "
                + Archives.OURS + " with ESMTPSA id 1; Mon, 23 Nov 2026 12:00:00 +0000\n";
        String local = "Received: from web (web.home.example [10.0.0.3]) by " + Archives.OURS
                + " with ESMTP id 1; Mon, 23 Nov 2026 12:00:00 +0000\n";
        Simulation simulation = Archives.run(
                Archives.mbox(login + Archives.body("home.example"), local + Archives.body("home.example")), "");
        assertThat(simulation.counts().of(Kind.OUTBOUND)).isEqualTo(1);
        assertThat(simulation.counts().of(Kind.INTERNAL)).isEqualTo(1);
        assertThat(simulation.counts().judged()).isZero();
    }

    @Nested
    class WhatAForgerWrites {
        /** The forger wants its mail to count as authenticated, or the mail of others to look forged. */
        @Test
        void resultsBelowTheReceivedFieldOfThisSiteAreNotBelieved() {
            String forged = "Return-Path: <b@list.example>\n" + Archives.received("192.0.2.9")
                    + Archives.passed("bank.example")
                    + Archives.received("192.0.2.1") + Archives.body("bank.example");
            Simulation simulation = Archives.run(Archives.mbox(forged), "");
            assertThat(simulation.counts().of(Kind.AGAIN)).isEqualTo(1);
            assertThat(verdicts(simulation).of(Action.REJECT)).isEqualTo(1);
        }

        @Test
        void resultsUnderAnotherNameAreNotBelieved() {
            String foreign = Archives.passed("bank.example").replace(Archives.OURS, "mx.elsewhere.example");
            Simulation simulation = Archives.run(
                    Archives.mbox("Return-Path: <b@list.example>\n" + foreign + Archives.received("192.0.2.9")
                            + Archives.body("bank.example")),
                    "");
            assertThat(simulation.counts().of(Kind.RECORDED)).isZero();
            assertThat(verdicts(simulation).of(Action.REJECT)).isEqualTo(1);
        }

        @Test
        void resultsForAnotherAuthorAreNotBelieved() {
            Simulation simulation = Archives.run(
                    Archives.mbox("Return-Path: <b@list.example>\n" + Archives.passed("list.example")
                            + Archives.received("192.0.2.9") + Archives.body("bank.example")),
                    "");
            assertThat(simulation.counts().of(Kind.RECORDED)).isZero();
            assertThat(verdicts(simulation).of(Action.REJECT)).isEqualTo(1);
        }

        @Test
        void aMessageWithoutAReceivedFieldHasNoResultsOfThisSite() {
            Simulation simulation =
                    Archives.run(Archives.mbox(Archives.passed("bank.example") + Archives.body("bank.example")), "");
            assertThat(simulation.counts().of(Kind.AGAIN)).isEqualTo(1);
            assertThat(simulation.counts().doubts()).containsEntry(Doubt.NO_CLIENT, 1L);
            assertThat(verdicts(simulation).uncertain()).isEqualTo(1);
        }

        @Test
        void hisOwnHostsAreNeverSuggestedAndAListIdOpensNothing() {
            String forged = Archives.failed("bank.example", "reject") + Archives.received("192.0.2.9")
                    + "List-Id: <dev.list.example>\n" + Archives.body("bank.example");
            Simulation simulation = Archives.run(Archives.mbox(forged, forged, forged), "");
            assertThat(simulation.policies().getFirst().suggestions()).isEmpty();
            AuthorRow row = simulation.authors().rows().getFirst();
            assertThat(row.lists().entries()).containsExactly(new BoundedCounts.Entry("dev.list.example", 3));
            assertThat(row.relays().entries()).isEmpty();
        }
    }

    @Nested
    class WhatIsNotKnown {
        @Test
        void aVerdictThatDependsOnAnUnknownFactIsNotTold() {
            String bounceOrNot = "Return-Path: nobody here\n" + Archives.received("192.0.2.9");
            Simulation simulation = Archives.run(Archives.mbox(bounceOrNot + Archives.body("bank.example")), "");
            assertThat(simulation.counts().doubts()).containsEntry(Doubt.NO_MAIL_FROM, 1L);
            assertThat(verdicts(simulation).uncertain()).isEqualTo(1);
            assertThat(simulation.policies().getFirst().uncertain().examples())
                    .singleElement()
                    .satisfies(example ->
                            assertThat(example.explanation()).isEqualTo("dmarc-reject (reject) or default (accept)"));
        }

        @Test
        void aVerdictThatNoUnknownFactCanChangeIsTold() {
            String unsigned = Archives.body("nobody.example");
            Simulation simulation = Archives.run(Archives.mbox(unsigned), "");
            assertThat(simulation.counts().doubts()).containsKeys(Doubt.NO_CLIENT, Doubt.NO_MAIL_FROM);
            assertThat(verdicts(simulation).of(Action.ACCEPT)).isEqualTo(1);
        }

        @Test
        void aRuleAboutAllRecipientsIsUncertainAndOneAboutAnyOfThemIsNot() {
            String rule = "rules:\n- { name: desk, when: { %s: \"bob@home.example\", dmarc: fail }, then: accept }\n";
            String delivered = "Delivered-To: bob@home.example\n" + FAILED;
            assertThat(verdicts(Archives.run(Archives.mbox(delivered), rule.formatted("recipient")))
                            .uncertain())
                    .isEqualTo(1);
            assertThat(verdicts(Archives.run(Archives.mbox(delivered), rule.formatted("any-recipient")))
                            .of(Action.ACCEPT))
                    .isEqualTo(1);
            assertThat(verdicts(Archives.run(
                                    Archives.mbox(delivered.replace("bob@", "eve@")), rule.formatted("recipient")))
                            .of(Action.REJECT))
                    .isEqualTo(1);
        }

        @Test
        void aSignatureThatDeliveryMayHaveBrokenIsNoFailure() {
            String signed = "Return-Path: <b@list.example>\n" + Archives.received("192.0.2.9")
                    + "DKIM-Signature: v=1; a=rsa-sha256; d=bank.example; s=gone; h=from; bh="
                    + "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=" + "A".repeat(172) + "\n"
                    + Archives.body("bank.example");
            Simulation simulation = Archives.run(Archives.mbox(signed), "");
            assertThat(simulation.counts().doubts()).containsEntry(Doubt.KEY_IS_GONE, 1L);
            assertThat(verdicts(simulation).uncertain()).isEqualTo(1);
        }
    }

    @Test
    void resultsAreFoundBelowTheDeliveryToTheMailbox() {
        String delivery = "Received: from mx.home.example\n\tby mx.home.example with LMTP\n\tid a1;"
                + " Mon, 23 Nov 2026 12:00:01 +0000\n";
        Simulation simulation = Archives.run(Archives.mbox(delivery + FAILED, delivery + PASSED), "");
        assertThat(simulation.counts().of(Kind.RECORDED)).isEqualTo(2);
        assertThat(verdicts(simulation).of(Action.REJECT)).isEqualTo(1);
    }

    @Test
    void aSampleHasAsManyMessagesAsWantedSpreadOverTheArchive(@TempDir Path temp) throws Exception {
        Path file = Files.writeString(
                temp.resolve("in.mbox"), Archives.mbox(FAILED, PASSED, FAILED, PASSED, FAILED, PASSED, FAILED));
        for (int size : new int[] {1, 3, 7, 20}) {
            Simulation simulation = Archives.run(
                    MessageArchive.of(List.of(file.toString()), true, false, InputStream.nullInputStream()),
                    Archives.request(Optional.empty(), OptionalInt.of(size), ""),
                    Archives.ZONE);
            assertThat(simulation.counts().judged()).isEqualTo(Math.min(7, size));
            assertThat(simulation.counts().all()).isEqualTo(7);
        }
    }

    @Test
    void aRelayIsSuggestedWhoseMailAUserHasAnswered(@TempDir Path temp) throws Exception {
        Path maildir = temp.resolve("Maildir");
        Files.createDirectories(maildir.resolve("new"));
        Files.createDirectories(maildir.resolve("cur"));
        Files.writeString(maildir.resolve("cur/1:2,RS"), FAILED);
        Files.writeString(maildir.resolve("cur/2:2,S"), FAILED);
        Files.writeString(maildir.resolve("new/3"), PASSED);
        Files.createDirectories(maildir.resolve(".Sent/cur"));
        Files.createDirectories(maildir.resolve(".Sent/new"));
        Files.writeString(maildir.resolve(".Sent/cur/4:2,S"), Archives.body("home.example"));
        Simulation simulation = Archives.run(
                MessageArchive.of(List.of(maildir.toString()), true, false, InputStream.nullInputStream()),
                Archives.request(Optional.empty(), OptionalInt.empty(), ""),
                Archives.ZONE);
        assertThat(simulation.counts().of(Kind.OWN_COPY)).isEqualTo(1);
        assertThat(simulation.policies().getFirst().suggestions())
                .hasSize(2)
                .allSatisfy(suggestion -> {
                    assertThat(suggestion.turned()).isEqualTo(2);
                    assertThat(suggestion.of()).isEqualTo(2);
                    assertThat(suggestion.answered()).isEqualTo(1);
                })
                .extracting(suggestion ->
                        suggestion.relay().setting() + ": " + suggestion.relay().value())
                .containsExactly(
                        "indirect-flow.forwarders.mail-from: list.example",
                        "indirect-flow.forwarders.networks: 192.0.2.9");
    }
}
