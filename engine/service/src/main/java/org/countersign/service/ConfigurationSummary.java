package org.countersign.service;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.countersign.config.KeyEntry;
import org.countersign.config.ParsedConfiguration;
import org.countersign.policy.Mode;
import org.countersign.policy.Rule;
import org.countersign.syntax.Escapes;
import org.countersign.syntax.Octets;

/**
 * A summary of a policy, to compare it with the one before. A reload must not lose the mode, settings, keys, protected
 * domains or table lines unnoticed. A full disk, or a file that is read while it is written, can cause such a loss.
 *
 * @param text the policy file
 * @param settings the keys at the top level of the policy file
 * @param keys the names of the records of all keys that sign or seal
 * @param protectedDomains {@code protect}
 * @param rules the names of the operator's rules
 * @param tableLines the number of lines of the table file
 * @param complete whether the policy file and the table file end with a line end
 */
record ConfigurationSummary(
        Octets text,
        Mode mode,
        Set<String> settings,
        Set<String> keys,
        Set<String> protectedDomains,
        Set<String> rules,
        int tableLines,
        boolean complete) {
    private static final int MAX_NAMED = 10;
    private static final int MAX_LINE_SHOWN = 60;

    ConfigurationSummary {
        settings = Set.copyOf(settings);
        keys = Set.copyOf(keys);
        protectedDomains = Set.copyOf(protectedDomains);
        rules = Set.copyOf(rules);
    }

    static ConfigurationSummary of(
            Octets text, ParsedConfiguration.Valid policy, Set<KeyEntry> keys, int tableLines, boolean complete) {
        return new ConfigurationSummary(
                text,
                policy.configuration().mode(),
                policy.keys(),
                keys.stream().map(KeyEntry::recordName).collect(Collectors.toSet()),
                policy.configuration().policy().settings().protect().stream()
                        .map(Object::toString)
                        .collect(Collectors.toSet()),
                policy.configuration().policy().rules().stream().map(Rule::name).collect(Collectors.toSet()),
                tableLines,
                complete);
    }

    /**
     * Why a running program must not replace the policy before with this one.
     *
     * @return a line for each reason, with a remedy; none if there is no reason
     */
    List<String> refusal(ConfigurationSummary before, Path file) {
        List<String> reasons = new ArrayList<>();
        if (settings.isEmpty() && !before.settings.isEmpty()) {
            reasons.add(file + ": has no settings, and an empty file does not replace a running policy: restore the"
                    + " file, or restart to run with the defaults");
            return reasons;
        }
        if (before.mode == Mode.ENFORCE && !settings.contains("mode")) {
            reasons.add(
                    file + ": mode is missing while mode: enforce is in effect, so the file may be incomplete: write"
                            + " mode: enforce, or mode: monitor if mail should no longer be rejected");
        }
        before.textAfter(text)
                .ifPresent(rest -> reasons.add(file + ": ends where the policy in effect continues with "
                        + rest
                        + ", so it may have been cut off: restore the rest, or add a comment as its last line if the rest"
                        + " was removed on purpose"));
        if (tableLines == 0
                && before.tableLines > 0
                && settings.contains("signing")
                && keys.size() < before.keys.size()
                && before.settings.contains("signing")) {
            reasons.add(file + ": the file of signing.table-file had " + before.tableLines
                    + " lines and has none, and keys are missing: restore it, or restart if that is intended");
        }
        List<String> lost = lostSince(before);
        if (reasons.isEmpty() && !complete && !lost.isEmpty()) {
            reasons.add(file + ": the last line of this file or of its table file has no line end, and something is"
                    + " missing, so a file may be incomplete: complete it, or end its last line if that is intended");
            lost.forEach(loss -> reasons.add(file + ": missing: " + loss));
        }
        return reasons;
    }

    /** The first line with settings after a text that this one begins with; empty if there is none. */
    private Optional<String> textAfter(Octets beginning) {
        if (beginning.length() >= text.length()
                || !text.slice(0, beginning.length()).equals(beginning)) {
            return Optional.empty();
        }
        return text.slice(beginning.length(), text.length())
                .utf8()
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .findFirst()
                .map(line -> "\"" + Escapes.printable(line, MAX_LINE_SHOWN) + "\"");
    }

    /** What the policy before has and this one lacks, a line for each kind. */
    List<String> lostSince(ConfigurationSummary before) {
        List<String> lost = new ArrayList<>();
        if (before.mode == Mode.ENFORCE && mode != Mode.ENFORCE) {
            lost.add("mode enforce: the mode is monitor now, and mail is no longer rejected for its authentication");
        }
        describe("keys that sign or seal: ", before.keys, keys, lost);
        describe("domains in protect: ", before.protectedDomains, protectedDomains, lost);
        describe("rules: ", before.rules, rules, lost);
        describe("settings, for which the defaults apply now: ", before.settings, settings, lost);
        return List.copyOf(lost);
    }

    private static void describe(String what, Set<String> before, Set<String> now, List<String> lost) {
        Set<String> gone = new TreeSet<>(before);
        gone.removeAll(now);
        if (!gone.isEmpty()) {
            String names = gone.stream().limit(MAX_NAMED).collect(Collectors.joining(", "));
            lost.add(what + names + (gone.size() > MAX_NAMED ? " and " + (gone.size() - MAX_NAMED) + " more" : ""));
        }
    }
}
