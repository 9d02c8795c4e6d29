package org.countersign.cli;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.countersign.explain.FoldedLines;
import org.countersign.importer.Finding;
import org.countersign.importer.FindingClass;
import org.countersign.importer.ImportResult;
import org.countersign.syntax.Escapes;

/** The report of an import as text: what needs a decision first. */
final class ImportText {
    private static final Map<FindingClass, String> MEANINGS = Map.of(
            FindingClass.DANGER, "needs a decision",
            FindingClass.LOST, "has no counterpart: some mail is treated differently",
            FindingClass.DEAD, "had no effect in the old program either",
            FindingClass.CHANGED, "works, with a difference",
            FindingClass.KEPT, "has the same effect",
            FindingClass.DEFAULT, "is what happens anyway",
            FindingClass.MOOT, "is a matter of the process, not of mail");

    private final ImportResult result;
    private final List<KeyRecordText> records;
    private final List<String> warnings;
    private final boolean verbose;

    /**
     * @param warnings what loading the new policy says
     * @param verbose whether the classes that are only counted are shown too
     */
    ImportText(ImportResult result, List<KeyRecordText> records, List<String> warnings, boolean verbose) {
        this.result = result;
        this.records = records;
        this.warnings = warnings;
        this.verbose = verbose;
    }

    private Map<FindingClass, List<Finding>> byClass() {
        Map<FindingClass, List<Finding>> byClass = new EnumMap<>(FindingClass.class);
        result.findings()
                .forEach(finding -> byClass.computeIfAbsent(finding.kind(), unused -> new ArrayList<>())
                        .add(finding));
        return byClass;
    }

    private boolean isShown(FindingClass kind) {
        return verbose || kind.isShown();
    }

    void write(PrintStream out) {
        List<String> counts = new ArrayList<>();
        byClass().forEach((kind, findings) -> {
            if (!isShown(kind)) {
                counts.add(kind.keyword() + " " + findings.size());
                return;
            }
            out.println(kind.keyword() + ": " + MEANINGS.get(kind));
            for (Finding finding : findings) {
                out.println("  " + Escapes.printable(head(finding)));
                fold("    ", finding.explanation(), out);
            }
            out.println();
        });
        if (!counts.isEmpty()) {
            out.println("Not shown without --verbose: " + String.join(", ", counts) + ".");
            out.println();
        }
        if (!warnings.isEmpty()) {
            out.println("Loading the new policy says:");
            warnings.forEach(warning -> fold("  ", warning, out));
            out.println();
        }
        result.steps().forEach(step -> fold("", step, out));
        writeRecords(out);
    }

    private static String head(Finding finding) {
        String origin = finding.origin().toString();
        return origin.isEmpty() ? finding.said() : origin + "  " + finding.said();
    }

    private void writeRecords(PrintStream out) {
        long good = records.stream().filter(KeyRecordText::good).count();
        if (records.isEmpty()) {
            return;
        }
        out.println("The DNS has " + good + " of " + records.size() + " records of the keys as they are here.");
        for (KeyRecordText record : records) {
            if (!record.good()) {
                out.println("  " + record.name() + " is " + Escapes.printable(record.state()));
                out.println("    " + record.zoneLine());
            }
        }
    }

    private static void fold(String indent, String text, PrintStream out) {
        FoldedLines.fold(indent, Escapes.printable(text)).forEach(out::println);
    }

    /** The whole report in Markdown. */
    String markdown() {
        StringBuilder text = new StringBuilder("# Import report\n");
        byClass().forEach((kind, findings) -> {
            text.append("\n## ")
                    .append(kind.keyword())
                    .append(": ")
                    .append(MEANINGS.get(kind))
                    .append("\n\n");
            for (Finding finding : findings) {
                text.append("- `")
                        .append(Escapes.printable(head(finding)).replace('`', '\''))
                        .append("`: ")
                        .append(Escapes.printable(finding.explanation()))
                        .append('\n');
            }
        });
        text.append("\n## Next steps\n\n");
        result.steps().forEach(step -> text.append("- ").append(step).append('\n'));
        if (!records.isEmpty()) {
            text.append("\n## DNS records of the keys\n\n");
            records.forEach(record -> text.append("- `")
                    .append(record.name())
                    .append("` is ")
                    .append(Escapes.printable(record.state()))
                    .append(record.good() ? "\n" : ": publish `" + record.zoneLine() + "`\n"));
        }
        return text.toString();
    }
}
