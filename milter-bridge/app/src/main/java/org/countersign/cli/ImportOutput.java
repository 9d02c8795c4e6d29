package org.countersign.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.countersign.config.ConfigProblem;
import org.countersign.config.ConfigurationParser;
import org.countersign.config.ParsedConfiguration;
import org.countersign.explain.Explanation;
import org.countersign.importer.ImportResult;
import org.countersign.ops.BridgeConfiguration;
import org.countersign.service.PolicyInspection;
import org.countersign.service.PolicyLoader;
import org.countersign.service.ProcessIdentity;
import org.countersign.syntax.Octets;

/** Writes the result of an import: to a directory, or to the standard streams. */
final class ImportOutput {
    private static final String POLICY = "countersign.yaml";
    private static final String TABLE = "domains.table";
    private static final String REPORT = "import-report.md";
    // As the package makes it.
    private static final String SERVICE_GROUP = "countersign";
    private static final int SCHEMA = 1;
    private static final int MAX_NAMED = 3;

    private final Streams streams;
    private final ImportOptions options;

    ImportOutput(Streams streams, ImportOptions options) {
        this.streams = streams;
        this.options = options;
    }

    void write(ImportResult result) throws CommandFailure {
        List<KeyRecordText> records = options.offline() ? List.of() : KeyRecordText.lookup(result.keys());
        List<String> warnings = new ArrayList<>();
        if (options.out().isPresent()) {
            Path directory = options.out().get();
            writeFiles(directory, result, records);
            warnings.addAll(inspect(directory.resolve(POLICY)));
        } else {
            warnings.addAll(parse(result.policy()));
        }
        ImportText report = new ImportText(result, records, warnings, options.verbose());
        if (options.json()) {
            JsonOutput.write(json(result, records, warnings), streams.out());
        } else if (options.out().isPresent()) {
            report.write(streams.out());
            streams.out().println();
            streams.out().println("Written to " + options.out().get() + ": " + String.join(", ", shown(result)));
        } else {
            streams.out().print(result.policy());
            report.write(streams.err());
        }
    }

    /** The names as the last line of the report has them: many keys are one word. */
    private static List<String> shown(ImportResult result) {
        int keys = result.keyFiles().size();
        if (keys <= MAX_NAMED) {
            return names(result);
        }
        List<String> names = new ArrayList<>(names(result));
        names.removeAll(result.keyFiles().keySet());
        names.add("keys/ (" + keys + " files)");
        return names;
    }

    private static List<String> names(ImportResult result) {
        List<String> names = new ArrayList<>(List.of(POLICY));
        result.table().ifPresent(text -> names.add(TABLE));
        names.addAll(result.keyFiles().keySet());
        names.add(REPORT);
        return names;
    }

    private void writeFiles(Path directory, ImportResult result, List<KeyRecordText> records) throws CommandFailure {
        NewFiles files = new NewFiles(directory, SERVICE_GROUP);
        // All are refused before the first is written, so that no half of an import is left behind.
        files.refuseExisting(names(result));
        for (Map.Entry<String, Octets> key : result.keyFiles().entrySet()) {
            files.writeSecret(key.getKey(), key.getValue().toByteArray());
        }
        if (result.table().isPresent()) {
            files.write(TABLE, result.table().get());
        }
        files.write(REPORT, new ImportText(result, records, List.of(), true).markdown());
        files.write(POLICY, result.policy());
    }

    /** Loads what was written, as the service will. */
    private static List<String> inspect(Path policy) {
        PolicyInspection inspection =
                PolicyLoader.inspect(policy, BridgeConfiguration.FRONT_END, ProcessIdentity.current());
        List<String> lines = new ArrayList<>(inspection.problems());
        inspection.warnings().stream().map(ConfigProblem::toString).forEach(lines::add);
        return lines;
    }

    private static List<String> parse(String policy) {
        return switch (ConfigurationParser.parse(POLICY, Octets.utf8(policy), BridgeConfiguration.FRONT_END)) {
            case ParsedConfiguration.Valid valid ->
                valid.warnings().stream().map(ConfigProblem::toString).toList();
            case ParsedConfiguration.Invalid invalid ->
                invalid.problems().stream().map(ConfigProblem::toString).toList();
        };
    }

    private static Explanation.Group json(ImportResult result, List<KeyRecordText> records, List<String> warnings) {
        Explanation.Group json = new Explanation.Group()
                .count("schema", SCHEMA)
                .list(
                        "findings",
                        result.findings(),
                        finding -> new Explanation.Group()
                                .text("class", finding.kind().keyword())
                                .text("file", finding.origin().file())
                                .count("line", finding.origin().line())
                                .text("said", finding.said())
                                .text("explanation", finding.explanation()))
                .texts("steps", result.steps())
                .texts("warnings", warnings)
                .list(
                        "keys",
                        records,
                        record -> new Explanation.Group()
                                .text("record", record.name())
                                .text("state", record.state())
                                .text("zone", record.zoneLine()))
                .text("policy", result.policy());
        result.table().ifPresent(table -> json.text("table", table));
        return json;
    }
}
