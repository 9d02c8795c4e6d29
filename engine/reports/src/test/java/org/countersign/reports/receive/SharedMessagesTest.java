package org.countersign.reports.receive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.countersign.reports.receive.Authentication.State;
import org.countersign.store.StoreFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The files of {@code ../shared/samples/reports}, taken as their expectations say. */
class SharedMessagesTest {
    @TempDir
    private Path temp;

    private static byte[] sample(String name) throws IOException {
        Path root = Path.of(Objects.requireNonNull(System.getProperty("countersign.root"), "countersign.root"));
        Path file = root.resolve("../shared/samples/reports").resolve(name).normalize();
        assumeTrue(Files.exists(file), "../shared/samples/reports has no " + name);
        return Files.readAllBytes(file);
    }

    private List<Outcome> take(String... names) throws IOException, StoreFailure {
        try (ReceiveFixture fixture = new ReceiveFixture(temp)) {
            List<Outcome> outcomes = new ArrayList<>();
            for (String name : names) {
                byte[] content = sample(name);
                outcomes.addAll(name.endsWith(".eml") ? fixture.mail(content) : fixture.file(name, content));
            }
            return outcomes;
        }
    }

    private static Outcome.Stored stored(Outcome outcome) {
        assertThat(outcome).isInstanceOf(Outcome.Stored.class);
        return (Outcome.Stored) outcome;
    }

    @ParameterizedTest
    @CsvSource({
        "01-rfc9990-plain, 4, 0",
        "02-rfc9990-shuffled-and-extended, 12, 0",
        "03-new-namespace-old-body, 3, 2",
        "04-old-schema-extra-declarations, 2, 0",
        "05-unclosed-schema-tag, 3, 1",
        "10-null-report, 0, 0",
        "11-three-weeks-in-one, 2400, 1",
        "12-control-character, 1, 1"
    })
    void documentsAreStored(String folder, long messages, int remarks) throws Exception {
        Outcome.Stored report = stored(take(folder + "/report.xml").getFirst());

        assertThat(report.messages()).isEqualTo(messages);
        assertThat(report.remarks()).hasSize(remarks);
        assertThat(report.authentication().state()).isEqualTo(State.GIVEN);
    }

    @ParameterizedTest
    @CsvSource({
        "14-octet-stream-unquoted-name, 9, Subject: not of the form of RFC 9990 section 3.5.2",
        "15-zip-called-gzip, 9,",
        "16-gzip-with-a-line-end-behind, 9,",
        "17-two-members-in-a-zip, 9,",
        "26-xml-in-the-text, 6, Content-Type: text/plain is not a media type for reports"
    })
    void messagesAreStored(String folder, long messages, String remark) throws Exception {
        List<Outcome> outcomes = take(folder + "/report.eml");

        assertThat(outcomes).hasSize(1);
        Outcome.Stored report = stored(outcomes.getFirst());
        assertThat(report.messages()).isEqualTo(messages);
        assertThat(report.remarks()).isEqualTo(remark == null ? List.of() : List.of(remark));
    }

    @ParameterizedTest
    @CsvSource({
        "18-the-word-unused/report.eml, not XML: the content begins with `unused`",
        "20-doctype-with-entities/report.xml, a document type declaration is not allowed",
        "21-gzip-that-grows/report.eml, unpacking makes more than 200 octets of one",
        "25-failure-report-without-its-middle/report.eml, multipart/report without message/feedback-report"
    })
    void othersAreRefusedWithOneReason(String name, String reason) throws Exception {
        List<Outcome> outcomes = take(name);

        assertThat(outcomes).hasSize(1);
        assertThat(outcomes.getFirst()).isInstanceOf(Outcome.Refused.class);
        assertThat(outcomes.getFirst().describe()).isEqualTo(reason);
    }

    @Test
    void eachAttachmentIsTakenByItselfAndTlsReportsAreLeftAlone() throws Exception {
        List<Outcome> outcomes = take("19-several-attachments-and-a-footer/report.eml");

        assertThat(outcomes).hasSize(3);
        assertThat(outcomes.get(0)).isInstanceOf(Outcome.LeftAlone.class);
        assertThat(outcomes.get(0).name()).isEqualTo("receiver.example!example.org!t1.json.gz");
        assertThat(stored(outcomes.get(1)).messages()).isEqualTo(4);
        assertThat(stored(outcomes.get(2)).messages()).isEqualTo(9);
    }

    @Test
    void oneIdForTwoDaysIsTwoReportsAndACopyIsDropped() throws Exception {
        String folder = "22-same-id-other-day/";
        List<Outcome> outcomes = take(folder + "third.xml", folder + "second.xml", folder + "report.xml");

        assertThat(stored(outcomes.get(0)).messages()).isEqualTo(1);
        assertThat(stored(outcomes.get(1)).messages()).isEqualTo(1);
        assertThat(outcomes.get(2)).isInstanceOf(Outcome.Duplicate.class);
    }

    @Test
    void aFailureReportIsStored() throws Exception {
        try (ReceiveFixture fixture = new ReceiveFixture(temp)) {
            Outcome outcome =
                    fixture.mail(sample("24-failure-report/report.eml")).getFirst();

            assertThat(outcome).isInstanceOfSatisfying(Outcome.FailureStored.class, report -> {
                assertThat(report.incidents()).isEqualTo(17);
                assertThat(report.domain()).isEqualTo("example.org");
            });
            assertThat(fixture.texts("SELECT source_ip FROM received_failure")).containsExactly("192.0.2.66");
        }
    }

    @Test
    void aReportInTheNameOfSomebodyElseIsNotBelieved() throws Exception {
        Outcome.Stored report = stored(take("23-somebody-elses-name/report.eml").getFirst());

        assertThat(report.authentication().state()).isEqualTo(State.NONE);
        assertThat(report.reporter()).isEqualTo("receiver.example");
    }
}
