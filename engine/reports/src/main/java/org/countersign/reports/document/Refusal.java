package org.countersign.reports.document;

/** Why a document is refused. */
public enum Refusal {
    NOT_XML("not XML"),
    NOT_A_REPORT("XML without the element feedback"),
    DOCTYPE("a document type declaration is not allowed"),
    MALFORMED("broken XML"),
    TOO_LARGE("larger than a report may be"),
    LONG_MARKUP("a tag, comment or section of more than 64 KiB"),
    TOO_DEEP("elements within elements, deeper than 16"),
    TOO_MANY_ELEMENTS("more than 4 million elements"),
    TOO_MANY_NAMES("more than 1,000 names that no report has"),
    TOO_MANY_ATTRIBUTES("an element with more than 16 attributes"),
    TOO_MANY_ROWS("more rows than a report may have"),
    TOO_MANY_REPORTS("more than 100 reports in one document, so those behind are not read"),
    NO_PERIOD("no period"),
    BACKWARD_PERIOD("a period that ends before it begins"),
    FUTURE_PERIOD("a period that begins more than 2 days in the future"),
    LONG_PERIOD("a period of more than 400 days"),
    NO_DOMAIN("no policy domain");

    private final String description;

    Refusal(String description) {
        this.description = description;
    }

    /** Whether the document is a report, or may be one. Pages and programs have the others too. */
    public boolean isOfReport() {
        return this != NOT_XML && this != NOT_A_REPORT && this != DOCTYPE;
    }

    /** The reason as a clause. */
    public String description() {
        return description;
    }
}
