package org.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.countersign.reports.view.ExampleReports;
import org.countersign.reports.view.ReportStore;
import org.countersign.store.StoreLocation;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What {@code reports} writes about the reports of a small site, whole. Run with {@code -Dgolden.apply=true} to take over
 * what is written now, and read the difference.
 */
@Execution(ExecutionMode.CONCURRENT)
class ReportsGoldenTest {
    private static final Path GOLDEN = Path.of(
                    Optional.ofNullable(System.getProperty("countersign.root")).orElse(".."))
            .resolve("milter-bridge/app/src/test/resources/org/countersign/cli/reports");

    @TempDir
    private static Path temp;

    @BeforeAll
    static void write() throws Exception {
        Path store = temp.resolve("store.db");
        ExampleReports.write(new StoreLocation.File(store));
        Files.writeString(temp.resolve("site.yaml"), policy("[example.org, shop.example, parked.example]", "store.db"));
        Files.writeString(temp.resolve("empty.yaml"), policy("[example.org]", "empty.db"));
        Files.writeString(temp.resolve("sending.yaml"), """
                authserv-id: mx.example.org
                store: { file: store.db }
                reports: { collect: true, spool: spool, send: { from: dmarc-noreply@example.org } }
                """);
        Files.writeString(temp.resolve("bare.yaml"), "authserv-id: mx.example.org\nstore: { file: none.db }\n");
        new ReportStore(new StoreLocation.File(temp.resolve("empty.db"))).close();
    }

    private static String policy(String protect, String store) {
        return """
                authserv-id: mx.example.org
                mode: monitor
                protect: %s
                store: { file: %s }
                signing:
                  keys:
                    - { domain: example.org, selector: s2026, key-file: key.pem }
                    - { domain: example.org, selector: s2027, key-file: key.pem }
                """.formatted(protect, store);
    }

    @ParameterizedTest
    @CsvSource({
        "overview, 0, reports",
        "show, 0, reports show example.org",
        "sources, 0, reports sources example.org",
        "source-partly-signed, 0, reports source example.org 'Twilio SendGrid'",
        "source-failing, 0, reports source example.org crm-service.example",
        "source-forwarder, 0, reports source example.org example.edu",
        "source-unknown, 0, reports source example.org 203.0.113.0/24",
        "ready, 1, reports ready example.org",
        "ready-few-days, 1, reports ready shop.example",
        "ready-no-data, 2, reports ready parked.example",
        "selectors, 0, reports selectors example.org --no-dns",
        "others, 0, reports others",
        "received, 0, reports received",
        "overview-today, 0, reports --days 1",
        "refused, 0, reports refused",
        "digest, 0, reports digest --days 7",
        "empty-show, 0, reports show parked.example",
        "empty-sources, 0, reports sources parked.example",
        "empty-source, 1, reports source example.org nobody.example",
        "empty-selectors, 0, reports selectors parked.example --no-dns",
        "status, 0, reports status --now 2026-11-28T12:00:00Z",
        "foreign-domain, 64, reports show exmaple.org",
    })
    void reportsWritesWhatAPostmasterNeeds(String name, int status, String command) throws IOException {
        compare(name, status, command, "site.yaml");
    }

    @ParameterizedTest
    @CsvSource({
        "empty-overview, 0, reports",
        "empty-others, 0, reports others",
        "empty-received, 0, reports received",
        "empty-refused, 0, reports refused",
        "empty-digest, 0, reports digest"
    })
    void anEmptyStoreSaysWhatToConfigure(String name, int status, String command) throws IOException {
        compare(name, status, command, "empty.yaml");
    }

    /** After a night without the service, its reports are due for hours. */
    @ParameterizedTest
    @CsvSource({
        "status-sending, reports status --now 2026-11-28T12:00:00Z",
        "status-overdue, reports status --now 2026-11-28T15:00:00Z"
    })
    void theStatusTellsWhatIsDue(String name, String command) throws IOException {
        compare(name, 0, command, "sending.yaml");
    }

    @ParameterizedTest
    @CsvSource({"no-store-overview, 0, reports", "no-store-digest, 66, reports digest"})
    void aMissingStoreSaysWhatToConfigure(String name, int status, String command) throws IOException {
        compare(name, status, command, "bare.yaml");
    }

    /** In a store of its own, because it changes what the views show. */
    @Test
    void namesSuppressesResumesAndRetries() throws Exception {
        ExampleReports.write(new StoreLocation.File(temp.resolve("changed.db")));
        Files.writeString(temp.resolve("changed.yaml"), policy("[example.org]", "changed.db"));
        assertThat(changed("reports change name example.org 203.0.113.0/24 'Our newsletter' --sends"))
                .isEqualTo("203.0.113.0/24 is now Our newsletter\n");
        assertThat(changed("reports source example.org 'Our newsletter'"))
                .contains("Our newsletter as a source of example.org", "kind        known but failing", "203.0.113.11");
        assertThat(changed("reports sources example.org")).contains("Our newsletter", "failing");
        assertThat(changed("reports change suppress DMARC@bank.example"))
                .isEqualTo("DMARC@bank.example gets no reports for 90 days\n");
        assertThat(changed("reports others")).contains("- dmarc@bank.example until 2027-02-26 12:00 UTC: by hand\n");
        assertThat(changed("reports change resume dmarc@bank.example"))
                .isEqualTo("dmarc@bank.example gets reports again\n");
        assertThat(changed("reports change resume dmarc@bank.example")).contains("is not suppressed");
        assertThat(changed("reports change retry gmx.example")).contains("waits or has failed");
        assertThat(changed("reports change suppress nobody")).contains("is not an address such as dmarc@example.net");
    }

    private static String changed(String command) {
        return run(command, "changed.yaml").text();
    }

    private static void compare(String name, int status, String command, String policy) throws IOException {
        Run run = run(command, policy);
        String text = run.text();
        Path file = GOLDEN.resolve(name + ".txt");
        if (Boolean.getBoolean("golden.apply")) {
            Files.createDirectories(GOLDEN);
            Files.writeString(file, text);
        }
        assertThat(text).isEqualTo(Files.readString(file));
        assertThat(run.status()).isEqualTo(status);
        assertThat(run.shown().lines()).allMatch(line -> line.length() <= TextTable.WIDTH);
    }

    private record Run(int status, String shown, String err) {
        String text() {
            return shown + err;
        }
    }

    private static Run run(String command, String policy) {
        CommandRun run = CommandRun.at(ReportStore.CLOCK, words(command + " --config=" + temp.resolve(policy)));
        return new Run(run.status(), installed(run.out()), installed(run.err()));
    }

    private static String installed(String written) {
        return written.replace(temp.toString(), "/etc/countersign");
    }

    /** Words with quotation marks around those that have a space. */
    private static String[] words(String command) {
        List<String> words = new java.util.ArrayList<>();
        List<String> parts = Arrays.asList(command.split("'", -1));
        for (int i = 0; i < parts.size(); i++) {
            if (i % 2 == 1) {
                words.add(parts.get(i));
            } else {
                words.addAll(List.of(parts.get(i).strip().split(" ", -1)));
            }
        }
        words.removeIf(String::isEmpty);
        return words.toArray(String[]::new);
    }
}
