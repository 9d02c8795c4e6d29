package org.countersign.importer;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.countersign.service.FileFailure;

/** Reads {@code signing_table} and {@code key_table}: tables like those of OpenDKIM, with globs. */
final class RspamdTables {
    private final ImportContext context;
    private final OldFiles files;
    private final Findings findings;
    private final Ucl.Section options;

    RspamdTables(ImportContext context, Ucl.Section options) {
        this.context = context;
        this.files = context.files();
        this.findings = context.findings();
        this.options = options;
    }

    /** Whether rspamd uses tables: both have to be there. */
    static boolean areUsed(Ucl.Section options) {
        return options.keys().containsKey("signing_table") && options.keys().containsKey("key_table");
    }

    void read() throws FileFailure {
        DataSet keyLines = table("key_table", true);
        DataSet signing = table("signing_table", false);
        DataSet.Reader reader = new DataSet.Reader(files, Map.of(), Optional.empty(), findings);
        KeyTable keyTable = new KeyTable(keyLines, reader, context);
        context.draft()
                .addEntries(new SigningTableImport(
                                signing,
                                keyTable,
                                findings,
                                false,
                                context.request().asMeant())
                        .entries());
        keyTable.reportUnused();
        findings.add(
                FindingClass.KEPT,
                Origin.NOWHERE,
                "signing_table, key_table",
                "Read like a refile of OpenDKIM. MAIL FROM and login names are not compared, as before.");
    }

    private DataSet table(String option, boolean isKeys) throws FileFailure {
        List<DataSet.Entry> entries = new ArrayList<>();
        for (Ucl value : options.all(option)) {
            if (value instanceof Ucl.Text(String text, boolean quoted, Origin origin)) {
                String path = RspamdMaps.file(text);
                if (path.startsWith("/")) {
                    for (OldFiles.Line line : files.lines(path)) {
                        addEntry(entries, line.text(), line.origin(), isKeys);
                    }
                } else {
                    addEntry(entries, text, origin, isKeys);
                }
            }
        }
        return new DataSet(isKeys ? DataSet.Kind.PLAIN : DataSet.Kind.PATTERNS, entries);
    }

    private void addEntry(List<DataSet.Entry> entries, String line, Origin origin, boolean isKeys) {
        List<String> words = Words.ofLine(Words.withoutComment(line).replace("\"", ""));
        if (words.size() >= 2) {
            String value = words.get(1);
            boolean two = isKeys && value.chars().filter(c -> c == ':').count() == 1;
            // Of two parts the second is the file, and the selector is the common one.
            String whole =
                    two ? value.replace(":", ":" + RspamdKeyNames.of(options).selector() + ":") : value;
            entries.add(new DataSet.Entry(words.get(0), whole, origin));
        }
    }
}
