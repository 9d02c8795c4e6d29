package org.countersign.dmarc;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.countersign.dmarc.DmarcRecord.Diagnostic;
import org.countersign.dmarc.DmarcRecord.Psd;
import org.countersign.dmarc.DmarcRecord.RecordWarning;
import org.countersign.syntax.Ascii;
import org.countersign.syntax.Escapes;
import org.countersign.syntax.Octets;
import org.countersign.syntax.TagList;

/** Parses the tags of a text that begins with the version tag. */
final class DmarcRecordParser {
    private static final Set<String> KNOWN =
            Set.of("v", "p", "sp", "np", "adkim", "aspf", "psd", "t", "fo", "rua", "ruf");
    // RFC 9989 §9.3: registered as historic.
    private static final Set<String> REMOVED = Set.of("pct", "rf", "ri");
    private static final int MAX_URIS = 32;
    private static final int MAX_DIAGNOSTICS = 32;

    private final Octets text;
    private final TagList tags;
    private final List<Diagnostic> diagnostics = new ArrayList<>();

    DmarcRecordParser(Octets text) {
        this.text = text;
        this.tags = TagList.parse(text);
    }

    DmarcRecord record() {
        reportSyntax();
        reportNames();
        Optional<DmarcPolicy> policy = tags.value("p").flatMap(DmarcPolicy::parse);
        Optional<DmarcPolicy> subdomains = tags.value("sp").flatMap(DmarcPolicy::parse);
        Optional<DmarcPolicy> nonexistent = tags.value("np").flatMap(DmarcPolicy::parse);
        if (policy.isEmpty()) {
            report(RecordWarning.MISSING_POLICY, "p");
        }
        boolean subdomainsValid = checked("sp", subdomains);
        boolean nonexistentValid = checked("np", nonexistent);
        List<ReportUri> failureReports = uris("ruf");
        return new DmarcRecord(
                text,
                policy,
                subdomains,
                nonexistent,
                policy.isPresent() && subdomainsValid && nonexistentValid,
                alignment("adkim"),
                alignment("aspf"),
                psd(),
                isTesting(),
                uris("rua"),
                failureReports,
                failureReporting(),
                diagnostics);
    }

    private void report(RecordWarning warning, String subject) {
        if (diagnostics.size() < MAX_DIAGNOSTICS) {
            diagnostics.add(new Diagnostic(warning, subject));
        }
    }

    private void reportSyntax() {
        for (TagList.Failure failed : tags.failures()) {
            switch (failed.problem()) {
                case DUPLICATE -> report(RecordWarning.DUPLICATE_TAG, Escapes.printable(failed.detail(), 40));
                case EMPTY_TAG -> report(RecordWarning.SYNTAX, "an empty tag");
                case TOO_MANY_TAGS -> report(RecordWarning.TOO_MANY_TAGS, failed.detail());
                case NO_EQUALS_SIGN, BAD_NAME ->
                    report(RecordWarning.SYNTAX, "\"" + Escapes.printable(failed.detail(), 40) + "\"");
                case BAD_VALUE -> report(RecordWarning.INVALID_VALUE, Escapes.printable(failed.detail(), 40));
            }
        }
    }

    private void reportNames() {
        // The first tag is the version tag, whose name is case-insensitive. The other names follow RFC 6376 §3.2.
        for (TagList.Tag tag :
                tags.tags().subList(Math.min(1, tags.tags().size()), tags.tags().size())) {
            if (REMOVED.contains(tag.name())) {
                report(RecordWarning.REMOVED_TAG, tag.name());
            } else if (!KNOWN.contains(tag.name())) {
                report(RecordWarning.UNKNOWN_TAG, Escapes.printable(tag.name(), 40));
            }
        }
    }

    /** Whether the tag is absent or its value is valid. */
    private boolean checked(String name, Optional<?> parsed) {
        if (parsed.isPresent() || tags.tag(name).isEmpty()) {
            return true;
        }
        report(RecordWarning.INVALID_VALUE, name);
        return false;
    }

    /**
     * The value of a tag with one letter, in lower case. A missing or invalid value becomes the default, the first of the
     * allowed letters; an invalid one is reported.
     */
    private char letter(String name, String allowed) {
        Optional<Octets> value = tags.value(name);
        if (value.isEmpty()) {
            return allowed.charAt(0);
        }
        if (value.get().length() == 1) {
            int letter = Ascii.lower(value.get().at(0));
            if (allowed.indexOf(letter) >= 0) {
                return (char) letter;
            }
        }
        // RFC 9989 §4.8: a syntax error is discarded in favor of the default.
        report(RecordWarning.INVALID_VALUE, name);
        return allowed.charAt(0);
    }

    private AlignmentMode alignment(String name) {
        return letter(name, "rs") == 's' ? AlignmentMode.STRICT : AlignmentMode.RELAXED;
    }

    private Psd psd() {
        return switch (letter("psd", "uyn")) {
            case 'y' -> Psd.YES;
            case 'n' -> Psd.NO;
            default -> Psd.UNDECLARED;
        };
    }

    private boolean isTesting() {
        return letter("t", "ny") == 'y';
    }

    private Set<FailureReporting> failureReporting() {
        Optional<Octets> value = tags.value("fo");
        if (value.isEmpty()) {
            return FailureReporting.DEFAULT;
        }
        // RFC 9989 §4.7 fo: ignored if no failure reports are requested.
        if (tags.tag("ruf").isEmpty()) {
            report(RecordWarning.WITHOUT_EFFECT, "fo");
            return FailureReporting.DEFAULT;
        }
        Optional<Set<FailureReporting>> options = FailureReporting.parse(value.get());
        checked("fo", options);
        return options.orElse(FailureReporting.DEFAULT);
    }

    // RFC 9989 §4.8 dmarc-urilist
    private List<ReportUri> uris(String name) {
        Optional<Octets> list = tags.value(name);
        List<ReportUri> uris = new ArrayList<>();
        int from = 0;
        while (list.isPresent() && from <= list.get().length() && uris.size() < MAX_URIS) {
            int comma = list.get().indexOf(',', from);
            int to = comma < 0 ? list.get().length() : comma;
            Octets element = list.get().slice(from, to).trimFws();
            Optional<ReportUri> uri = ReportUri.parse(element);
            if (uri.isEmpty()) {
                report(RecordWarning.INVALID_URI, name);
            } else if (uri.get().uri().length() < element.length()) {
                report(RecordWarning.OBSOLETE_SIZE, name);
            }
            uri.ifPresent(uris::add);
            from = to + 1;
        }
        return uris;
    }
}
