package org.countersign.reports.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.countersign.reports.view.ReportStore.DOMAIN;
import static org.countersign.reports.view.ReportStore.TODAY;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.countersign.reports.view.Readiness.Answer;
import org.countersign.reports.view.Readiness.Outcome;
import org.countersign.reports.view.Readiness.Rule;
import org.countersign.reports.view.WrittenReport.Row;
import org.countersign.store.StoreFailure;
import org.countersign.store.StoreLocation;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When a domain is ready for p=reject. */
class ReadinessTest {
    private static final String SERVER = "192.0.2.10";

    @TempDir
    private Path temp;

    private ReportStore store;

    @BeforeEach
    void open() throws StoreFailure {
        store = new ReportStore(new StoreLocation.File(temp.resolve("store.db")));
    }

    @AfterEach
    void close() {
        store.close();
    }

    private static Row signed(long messages) {
        return Row.of(SERVER, messages).alignedDkim().alignedSpf().dkim("pass", "example.org", "s1");
    }

    private static WrittenReport report(int reporter, int daysAgo, String policy) {
        return WrittenReport.of("reporter" + reporter + ".example", "example.org", TODAY.minusDays(daysAgo))
                .policy(policy);
    }

    /** Days with a report of each reporter, the last of them two days ago. */
    private void good(int days, int reporters, long messages, String policy) throws SQLException, StoreFailure {
        for (int daysAgo = days + 1; daysAgo > 1; daysAgo--) {
            for (int reporter = 1; reporter < reporters; reporter++) {
                report(reporter, daysAgo, policy).row(signed(messages)).insert(store.store);
            }
            store.with(report(reporters, daysAgo, policy).row(signed(messages)));
        }
    }

    private Readiness ready() throws StoreFailure {
        try (ReportViews views = store.views()) {
            return views.ready(DOMAIN, false);
        }
    }

    private static List<Rule> rules(Readiness ready, Outcome outcome) {
        return ready.reasons().stream()
                .filter(reason -> reason.outcome() == outcome)
                .map(Readiness.Reason::rule)
                .distinct()
                .toList();
    }

    @Test
    void isReadyAfterAMonthOfQuarantineInWhichEverySenderSigned() throws Exception {
        good(28, 3, 10, "quarantine");
        Readiness ready = ready();
        assertThat(ready.reasons()).allMatch(reason -> reason.outcome() == Outcome.MET);
        assertThat(ready.answer()).isEqualTo(Answer.YES);
        assertThat(ready.next()).isEqualTo("Publish p=reject.");
        assertThat(ready.wouldRefuse()).isEqualTo(new Share(0, 840));
    }

    @Test
    void cannotTellWithoutAnyData() throws Exception {
        Readiness ready = ready();
        assertThat(ready.answer()).isEqualTo(Answer.CANNOT_TELL);
        assertThat(rules(ready, Outcome.UNDECIDED))
                .containsExactly(Rule.DAYS, Rule.REPORTERS, Rule.MESSAGES, Rule.SENDER_DKIM, Rule.POLICY);
    }

    @Test
    void cannotTellWithTwoReporters() throws Exception {
        good(28, 2, 10, "quarantine");
        Readiness ready = ready();
        assertThat(ready.answer()).isEqualTo(Answer.CANNOT_TELL);
        assertThat(rules(ready, Outcome.UNDECIDED)).containsExactly(Rule.REPORTERS);
        assertThat(ready.next()).isEqualTo("Wait for more reports.");
    }

    @Test
    void cannotTellWithNinetyMessages() throws Exception {
        good(28, 3, 1, "quarantine");
        assertThat(rules(ready(), Outcome.UNDECIDED)).containsExactly(Rule.MESSAGES);
    }

    @Test
    void cannotTellWithTwentySevenDays() throws Exception {
        good(27, 3, 10, "reject");
        assertThat(rules(ready(), Outcome.UNDECIDED)).containsExactly(Rule.DAYS);
    }

    @Test
    void isNotReadyFromPolicyNone() throws Exception {
        good(28, 3, 10, "none");
        Readiness ready = ready();
        assertThat(ready.answer()).isEqualTo(Answer.NOT_YET);
        assertThat(rules(ready, Outcome.NOT_MET)).containsExactly(Rule.POLICY);
        assertThat(ready.policy()).isEqualTo("p=none");
        assertThat(ready.next()).isEqualTo("Publish p=quarantine, and ask again after 28 days.");
    }

    @Test
    void isNotReadyIfQuarantineWasOnlyTested() throws Exception {
        good(28, 3, 10, "quarantine");
        store.with(
                report(1, 2, "quarantine").testing().row(signed(100)),
                report(2, 2, "quarantine").testing().row(signed(100)),
                report(3, 2, "quarantine").testing().row(signed(100)));
        assertThat(rules(ready(), Outcome.NOT_MET)).containsExactly(Rule.POLICY);
    }

    @Test
    void isNotReadyBecauseOfASenderThatPassesBySpfAlone() throws Exception {
        good(28, 3, 10, "quarantine");
        store.with(report(4, 20, "quarantine")
                .row(Row.of("198.51.100.1", 50).alignedSpf().spf("pass", "example.org")));
        Readiness ready = ready();
        assertThat(rules(ready, Outcome.NOT_MET)).containsExactly(Rule.SENDER_DKIM);
        assertThat(ready.reasons())
                .anyMatch(reason -> reason.evidence()
                        .startsWith("198.51.100.0/24: 0.0 % of 50 messages have a valid signature of example.org"
                                + " (SPF: 100.0 %)"));
    }

    @Test
    void isNotReadyIfMoreThanAHalfPercentOfKnownSourcesFail() throws Exception {
        good(28, 3, 10, "quarantine");
        // 840 messages; 4 are below 0.5 %, 5 of 845 are above.
        store.with(report(4, 20, "quarantine").row(Row.of(SERVER, 4)));
        assertThat(rules(ready(), Outcome.NOT_MET)).isEmpty();
        store.with(report(4, 20, "quarantine").row(Row.of(SERVER, 5)));
        Readiness ready = ready();
        assertThat(rules(ready, Outcome.NOT_MET)).containsExactly(Rule.KNOWN_FAILING);
        assertThat(ready.refused()).containsExactly(new Readiness.RefusedSource("192.0.2.0/24", SourceKind.SENDER, 5));
    }

    @Test
    void isNotReadyFourteenDaysAfterANewSender() throws Exception {
        good(28, 3, 10, "quarantine");
        Row fresh = Row.of("198.51.100.1", 5).alignedDkim().alignedSpf().dkim("pass", "example.org", "s2");
        store.with(report(4, 13, "quarantine").row(fresh));
        assertThat(rules(ready(), Outcome.NOT_MET)).containsExactly(Rule.NEW_SENDER);
        store.with(report(4, 14, "quarantine").row(fresh));
        assertThat(rules(ready(), Outcome.NOT_MET)).isEmpty();
    }

    @Test
    void forgersAreNotInTheWayAndAreShown() throws Exception {
        good(28, 3, 10, "quarantine");
        store.with(report(4, 10, "quarantine").row(Row.of("203.0.113.9", 700).spf("fail", "example.org")));
        Readiness ready = ready();
        assertThat(ready.answer()).isEqualTo(Answer.YES);
        assertThat(ready.wouldRefuse()).isEqualTo(new Share(700, 1_540));
        assertThat(ready.refused())
                .containsExactly(new Readiness.RefusedSource("203.0.113.0/24", SourceKind.UNKNOWN, 700));
    }

    @Test
    void warnsIfUsersWriteToLists() throws Exception {
        good(28, 3, 10, "quarantine");
        store.with(report(4, 10, "quarantine").row(Row.of("203.0.113.9", 7).reasons("mailing_list")));
        assertThat(ready().answer()).isEqualTo(Answer.YES);
        assertThat(rules(ready(), Outcome.WARNING)).containsExactly(Rule.FORWARDED);
    }

    @Test
    void doesNotBelieveReportsOfUnauthenticatedSenders() throws Exception {
        good(28, 2, 10, "quarantine");
        store.with(report(3, 10, "quarantine").auth("none").row(signed(1_000)));
        assertThat(rules(ready(), Outcome.UNDECIDED)).containsExactly(Rule.REPORTERS);
    }
}
