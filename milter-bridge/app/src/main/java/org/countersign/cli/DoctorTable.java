package org.countersign.cli;

import java.io.PrintStream;
import java.util.List;
import java.util.Optional;
import org.countersign.doctor.Examination;
import org.countersign.doctor.Finding;
import org.countersign.doctor.Severity;

/** Writes many examinations as a table with a row for each domain. */
final class DoctorTable {
    private final PrintStream out;

    DoctorTable(PrintStream out) {
        this.out = out;
    }

    void write(List<Examination> examined) {
        TextTable table = new TextTable("DOMAIN", ">SPF", ">KEYS", "DMARC", ">ERR", ">WARN", "WORST");
        for (Examination each : examined) {
            table.row(
                    each.domain(),
                    each.spf().record().isPresent()
                            ? Integer.toString(each.spf().lookups())
                            : "none",
                    each.keys().size(),
                    each.policies().isEmpty()
                            ? "none"
                            : "p=" + each.policies().getFirst().keyword(),
                    count(each, Severity.ERROR),
                    count(each, Severity.WARNING),
                    worst(each));
        }
        table.write(out);
        out.println();
        out.println("SPF is the number of lookups, of 10. Details: countersign doctor DOMAIN");
    }

    private static int count(Examination examination, Severity severity) {
        return (int) examination.findings().stream()
                .filter(finding -> finding.severity() == severity)
                .count();
    }

    private static String worst(Examination examination) {
        Optional<Finding> first = examination.findings().stream().findFirst();
        return first.map(finding -> finding.id().keyword()).orElse("");
    }
}
