package org.countersign.importer;

import java.util.List;
import java.util.Optional;
import org.countersign.service.FileFailure;
import org.countersign.service.FileFailure.Reason;

/** What OpenDKIM does not start with although every line is right by itself. Such a file is not what runs. */
final class StartChecks {
    private final Directives directives;

    StartChecks(Directives directives) {
        this.directives = directives;
    }

    /**
     * Checks which directives are there together. Only a filter that signs asks for it.
     *
     * @throws FileFailure if one of a pair is missing
     */
    void checkPairs() throws FileFailure {
        Optional<Directive> keyTable = directives.find("KeyTable").or(() -> directives.find("KeyTableEd25519"));
        Optional<Directive> signingTable = directives.find("SigningTable");
        if (signingTable.isPresent() && keyTable.isEmpty()) {
            throw refused(signingTable.get(), "SigningTable needs a KeyTable");
        }
        if (keyTable.isPresent()) {
            if (signingTable.isEmpty() && directives.find("SetupPolicyScript").isEmpty()) {
                throw refused(keyTable.get(), "KeyTable needs a SigningTable");
            }
            return;
        }
        boolean complete = hasBoth("KeyFile", "Selector");
        boolean second = hasBoth("KeyFileEd25519", "SelectorEd25519");
        Optional<Directive> domain = directives.find("Domain");
        if (domain.isPresent() && !complete && !second) {
            throw refused(domain.get(), "Domain needs KeyFile and Selector");
        }
    }

    /** Whether two directives are there; neither is there without the other. */
    private boolean hasBoth(String keyFile, String selector) throws FileFailure {
        Optional<Directive> first = directives.find(keyFile);
        Optional<Directive> second = directives.find(selector);
        if (first.isPresent() != second.isPresent()) {
            throw refused(first.or(() -> second).orElseThrow(), keyFile + " and " + selector + " need each other");
        }
        return first.isPresent();
    }

    /**
     * Checks the names of keys in a SigningTable. OpenDKIM does this for tables that are no refile, and stops at the first line
     * without an address after the name.
     *
     * @throws FileFailure if a line has no name, or a name that is not in the KeyTable
     */
    static void checkNames(DataSet signingTable, KeyTable keys) throws FileFailure {
        if (signingTable.kind() == DataSet.Kind.PATTERNS) {
            return;
        }
        for (DataSet.Entry entry : signingTable.entries()) {
            List<String> parts = Words.split(entry.value(), ':');
            String name = parts.getFirst();
            if (!entry.value().isEmpty() && parts.size() == 1) {
                return;
            }
            if (!keys.isComplete(name)) {
                throw new FileFailure(
                        Reason.INVALID,
                        entry.origin() + ": " + SecretFreeText.of(entry.key()) + ": "
                                + (name.isEmpty()
                                        ? "the line names no key"
                                        : "the KeyTable has no valid line " + SecretFreeText.of(name))
                                + ". The old program does not start with it, so it is not what runs");
            }
        }
    }

    private static FileFailure refused(Directive directive, String problem) {
        return new FileFailure(
                Reason.INVALID,
                directive.origin() + ": " + problem
                        + ". The old program does not start without, so it is not what runs");
    }
}
