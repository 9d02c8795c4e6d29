package org.countersign.importer;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.domain.AddressPattern;
import org.countersign.service.FileFailure;
import org.countersign.service.FileFailure.Reason;
import org.countersign.syntax.Ascii;

/** Reads which key OpenDKIM signed with: the tables of keys and of authors, and the mail that they leave out. */
final class OpendkimTables {
    private final ImportContext context;
    private final Findings findings;
    private final PolicyDraft draft;
    private final Directives directives;
    private final DataSet.Reader reader;

    OpendkimTables(ImportContext context, Directives directives, DataSet.Reader reader) {
        this.context = context;
        this.findings = context.findings();
        this.draft = context.draft();
        this.directives = directives;
        this.reader = reader;
    }

    void read() throws FileFailure {
        Optional<Directive> exempt = directives.find("ExemptDomains");
        if (exempt.isPresent()) {
            readExempt(exempt.get());
        }
        Optional<Directive> recipients = directives.find("DontSignMailTo");
        if (recipients.isPresent()) {
            readRecipients(recipients.get());
        }
        Optional<Directive> keyTable = directives.find("KeyTable");
        Optional<Directive> signingTable = directives.find("SigningTable");
        if (keyTable.isEmpty()) {
            new SingleKeyImport(context, directives, reader).read();
            return;
        }
        for (String single : List.of("Domain", "Selector", "KeyFile", "SubDomains")) {
            directives
                    .find(single)
                    .ifPresent(dead -> findings.add(
                            FindingClass.DEAD,
                            dead,
                            "With a KeyTable this is not used, and the program does not say so."));
        }
        if (signingTable.isEmpty()) {
            findings.add(
                    FindingClass.DEAD,
                    keyTable.get(),
                    "There is no SigningTable: nothing is signed, unless the Lua script of SetupPolicyScript chooses keys.");
            return;
        }
        draft.addEntries(readTables(keyTable.get(), signingTable.get()));
    }

    private List<DraftEntry> readTables(Directive keyTable, Directive signingTable) throws FileFailure {
        DataSet keyLines;
        DataSet signingLines;
        try {
            keyLines = reader.read(keyTable);
            signingLines = reader.read(signingTable);
        } catch (FileFailure failure) {
            // Both tables are usually in the same database, and both queries are needed.
            throw bothTables(failure, signingTable);
        }
        for (Directive table : List.of(keyTable, signingTable)) {
            reportTable(table, table.equals(keyTable) ? keyLines : signingLines);
        }
        KeyTable keys = new KeyTable(keyLines, reader, context);
        if (!isDump(signingTable)) {
            StartChecks.checkNames(signingLines, keys);
        }
        List<DraftEntry> entries = new SigningTableImport(
                        signingLines, keys, findings, directives.isTrue("MultipleSignatures"), asMeant())
                .entries();
        keys.reportUnused();
        directives
                .find("MultipleSignatures")
                .ifPresent(multiple -> findings.add(
                        multiple.isTrue() ? FindingClass.KEPT : FindingClass.DEFAULT,
                        multiple,
                        multiple.isTrue()
                                ? "Each entry has the keys of every line that matches."
                                : "The first line that matches signs."));
        return entries;
    }

    private boolean asMeant() {
        return context.request().asMeant();
    }

    private FileFailure bothTables(FileFailure first, Directive signingTable) {
        if (first.reason() != Reason.INVALID || first.lines().getFirst().contains(": SigningTable ")) {
            return first;
        }
        try {
            reader.read(signingTable);
            return first;
        } catch (FileFailure second) {
            List<String> lines = new ArrayList<>(first.lines());
            lines.addAll(second.lines());
            return new FileFailure(first.reason(), lines);
        }
    }

    /** Whether the user gave the content of a table that is in a database. */
    private boolean isDump(Directive table) {
        return context.request().tables().containsKey(Ascii.lower(table.name()));
    }

    private void reportTable(Directive table, DataSet lines) {
        if (isDump(table)) {
            findings.add(
                    FindingClass.DANGER,
                    table,
                    "A table in a database is not followed while the service runs: what is added there is not signed until"
                            + " the import runs again.");
            return;
        }
        boolean unusual = table.name().equals("KeyTable") && lines.kind() == DataSet.Kind.PATTERNS;
        findings.add(
                FindingClass.KEPT,
                table,
                unusual
                        ? "As a refile it works, but opendkim-testkey cannot read it. Names of keys are literal here."
                        : lines.entries().size() + " lines.");
    }

    private void readExempt(Directive exempt) throws FileFailure {
        List<AddressPattern> patterns = new ArrayList<>();
        for (DataSet.Entry entry : reader.read(exempt).entries()) {
            Optional<AddressPattern> pattern = AddressPattern.parseDomain(entry.key());
            pattern.ifPresentOrElse(
                    patterns::add,
                    () -> findings.add(FindingClass.LOST, entry.origin(), entry.key(), "It is no domain name."));
        }
        if (!patterns.isEmpty()) {
            draft.addEntries(List.of(DraftEntry.unsigned(patterns, "ExemptDomains")));
        }
        findings.add(
                FindingClass.CHANGED,
                exempt,
                "Not signed, as before. Inbound mail of these domains was left alone, and is judged now.");
    }

    private void readRecipients(Directive recipients) throws FileFailure {
        List<AddressPattern> patterns = new ArrayList<>();
        DataSet set = reader.read(recipients);
        for (DataSet.Entry entry : set.entries()) {
            TablePattern pattern = set.kind() == DataSet.Kind.PATTERNS
                    ? TablePattern.ofPatterns(entry.key())
                    : AddressPattern.parse(entry.key())
                            .filter(AddressPattern.Address.class::isInstance)
                            .<TablePattern>map(address -> new TablePattern.Said(List.of(address), ""))
                            .orElseGet(
                                    () -> new TablePattern.Nothing("it is compared with the whole address", List.of()));
            switch (pattern) {
                case TablePattern.Said(List<AddressPattern> said, String unused) -> patterns.addAll(said);
                case TablePattern.Nothing(String why, List<AddressPattern> unused) ->
                    findings.add(FindingClass.DEAD, entry.origin(), entry.key(), "It matches nothing: " + why + ".");
                default ->
                    findings.add(
                            FindingClass.LOST,
                            entry.origin(),
                            entry.key(),
                            "Patterns for parts of addresses cannot be said.");
            }
        }
        if (!patterns.isEmpty()) {
            draft.addEntries(List.of(
                    new DraftEntry(List.of(), List.of(), patterns, List.of(), Optional.empty(), "DontSignMailTo")));
        }
        findings.add(FindingClass.KEPT, recipients, "A condition on recipients: one of them is enough, as before.");
    }
}
