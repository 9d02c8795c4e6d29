package org.countersign.reports.collect;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.countersign.reports.document.Disposition;
import org.countersign.store.Store;
import org.countersign.store.StoreFailure;
import org.countersign.store.StoreLocation;
import org.countersign.testing.SharedPostgresql;
import org.countersign.testing.StoreQueries;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class RowWriterTest {
    private static final int DAY = 20_700;
    private static final CollectedPolicy POLICY =
            policy("example.org", "reject", "v=DMARC1; p=reject; rua=mailto:a@example.org");
    private static final CollectedRow ROW = row("192.0.2.1", Optional.of("bounce.example.net"));

    @RegisterExtension
    static final SharedPostgresql POSTGRESQL = new SharedPostgresql();

    @TempDir
    Path directory;

    static CollectedPolicy policy(String domain, String p, String record) {
        return new CollectedPolicy(domain, "treewalk", record, p, "", "", "r", "r", "0", "n", "");
    }

    static CollectedRow row(String sourceIp, Optional<String> envelopeFrom) {
        return new CollectedRow(
                sourceIp,
                Disposition.PASS,
                CollectedRow.DKIM_ALIGNED,
                "",
                "example.org",
                envelopeFrom,
                "",
                "dkim pass example.org s1\nspf pass bounce.example.net");
    }

    private StoreLocation.File file() {
        return new StoreLocation.File(directory.resolve("store.db"));
    }

    private static void write(StoreLocation location, CountedRow... rows) throws StoreFailure, SQLException {
        try (Store store = Store.openForWriting(location)) {
            RowWriter writer = new RowWriter(store);
            for (CountedRow row : rows) {
                writer.prepareDay(row.day());
            }
            writer.write(List.of(rows));
            store.commit();
        }
    }

    private static List<String> query(StoreLocation location, String sql) throws StoreFailure, SQLException {
        try (Store store = Store.openForReading(location)) {
            return StoreQueries.rows(store, sql, "|");
        }
    }

    @Test
    void equalRowsAddUp() throws Exception {
        write(file(), new CountedRow(DAY, POLICY, ROW, 3, 2));
        write(file(), new CountedRow(DAY, POLICY, ROW, 4, 0), new CountedRow(DAY + 1, POLICY, ROW, 1, 1));
        assertThat(query(file(), "SELECT day, messages, triggers FROM report_row ORDER BY day"))
                .containsExactly(DAY + "|7|2", (DAY + 1) + "|1|1");
        assertThat(query(file(), "SELECT domain, p, first_day, last_day FROM report_policy"))
                .containsExactly("example.org|reject|" + DAY + "|" + (DAY + 1));
    }

    @Test
    void bothDatabasesHaveTheSameRows() throws Exception {
        CountedRow[] rows = {
            new CountedRow(DAY, POLICY, ROW, 3, 2),
            new CountedRow(DAY, POLICY, row("2001:db8::1", Optional.of("")), 1, 0),
            new CountedRow(
                    DAY, policy("example.net", "none", "v=DMARC1; p=none"), row("192.0.2.2", Optional.empty()), 9, 9),
        };
        String all = "SELECT day, bucket, messages, triggers, source_ip, disposition, aligned, reasons, header_from,"
                + " envelope_from, envelope_to, auth FROM report_row ORDER BY day, bucket, policy_id, row_key";
        write(file(), rows);
        write(file(), rows);
        assertThat(query(file(), all))
                .hasSize(3)
                .anySatisfy(line -> assertThat(line).contains("|null|"));
        StoreLocation database = POSTGRESQL.newDatabase("rows");
        write(database, rows);
        write(database, rows);
        assertThat(query(database, all)).isEqualTo(query(file(), all));
    }

    @Test
    void recordsThatDifferOnlyInWhatAReportDoesNotSayAreOnePolicy() throws Exception {
        write(
                file(),
                new CountedRow(DAY, POLICY, ROW, 1, 1),
                new CountedRow(DAY, policy("example.org", "reject", "v=DMARC1; p=reject"), ROW, 1, 0));
        assertThat(query(file(), "SELECT record FROM report_policy")).containsExactly(POLICY.record());
    }

    @Test
    void aChangedPolicyIsAnotherPolicyOnTheSameDay() throws Exception {
        write(
                file(),
                new CountedRow(DAY, POLICY, ROW, 1, 1),
                new CountedRow(DAY, policy("example.org", "none", "v=DMARC1; p=none"), ROW, 1, 0));
        assertThat(query(file(), "SELECT p FROM report_policy ORDER BY p")).containsExactly("none", "reject");
    }

    @Test
    void fieldsDoNotRunIntoEachOther() {
        assertThat(policy("a", "bc", "").id())
                .isNotEqualTo(policy("ab", "c", "").id());
    }
}
