package org.countersign.importer;

import java.util.List;
import java.util.Optional;
import org.countersign.config.Suggestions;

/** Says what becomes of each option of rspamd's module that no other code has spoken of. */
final class RspamdOptions {
    private final Ucl.Section options;
    private final DirectiveCatalog catalog;
    private final Findings findings;

    RspamdOptions(Ucl.Section options, DirectiveCatalog catalog, Findings findings) {
        this.options = options;
        this.catalog = catalog;
        this.findings = findings;
    }

    void report() {
        for (String key : options.keys().keySet()) {
            Optional<DirectiveCatalog.Rule> rule =
                    catalog.find(key).filter(found -> found.name().equals(key));
            if (rule.isPresent()) {
                report(key, rule.get());
            } else {
                findings.add(FindingClass.DEAD, origin(key), SecretFreeText.hidden(key), unknown(key));
            }
        }
    }

    private String unknown(String key) {
        if (key.indexOf(OldFiles.BYTE_ORDER_MARK) == 0) {
            return OldFiles.BEHIND_BYTE_ORDER_MARK
                    + ": rspamd ignores the option without a word. Save the file without it.";
        }
        return "rspamd has no option of this name, and ignores it without a word"
                + Suggestions.nearest(key, catalog.names())
                        .map(near -> ": did you mean " + near + "?")
                        .orElse(".");
    }

    private void report(String key, DirectiveCatalog.Rule rule) {
        Optional<Ucl.Text> text = options.text(key);
        boolean isBoolean = rule.type() == DirectiveCatalog.Type.BOOLEAN;
        if (isBoolean
                && !key.equals("enabled")
                && text.filter(Ucl.Text::isQuotedNo).isPresent()) {
            findings.add(
                    FindingClass.DEAD,
                    origin(key),
                    key + " = \"" + text.orElseThrow().text() + "\"",
                    "In quotation marks it is a text, and rspamd takes every text for yes. It is read as yes here too.");
        }
        boolean asDefault = isBoolean
                ? text.map(Ucl.Text::isTrue).equals(Directive.flag(rule.byDefault()))
                : text.filter(value -> value.text().equals(rule.byDefault())).isPresent();
        if (rule.kind().isPresent()) {
            boolean without = asDefault && rule.kind().get() != FindingClass.MOOT;
            findings.add(
                    without ? FindingClass.DEFAULT : rule.kind().get(),
                    origin(key),
                    key,
                    without ? "The same as without the line." : rule.explanation());
        } else if (!findings.has(key)) {
            findings.add(asDefault ? FindingClass.DEFAULT : FindingClass.KEPT, origin(key), key, rule.explanation());
        }
    }

    private Origin origin(String key) {
        List<Ucl> values = options.keys().getOrDefault(key, List.of());
        return values.stream().map(RspamdOptions::origin).findFirst().orElse(options.origin());
    }

    private static Origin origin(Ucl value) {
        return switch (value) {
            case Ucl.Text text -> text.origin();
            case Ucl.Section section -> section.origin();
            case Ucl.Items items ->
                items.items().stream().map(RspamdOptions::origin).findFirst().orElse(Origin.NOWHERE);
        };
    }
}
