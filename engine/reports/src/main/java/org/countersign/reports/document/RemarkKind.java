package org.countersign.reports.document;

/** The kinds of deviation from the format, with a keyword for counters and a text for people. */
public enum RemarkKind {
    // The document
    TEXT_BEFORE_REPORT("text-before-report", "text before the report"),
    TEXT_AFTER_REPORT("text-after-report", "text after the report"),
    SEVERAL_REPORTS("several-reports", "several reports in one document, each of which is read"),
    CHARACTER("character", "a character that XML does not allow"),
    OCTETS("octets", "octets that are not of the encoding"),
    ENCODING("encoding", "the declared encoding is not that of the document"),
    MARKUP("markup", "a character of XML that is not written as an entity"),
    /** The subject says what the parser found. */
    REPAIRED("repaired", "broken XML, which was repaired"),
    NAMESPACE("namespace", "a namespace that no schema of reports has"),
    ELEMENT("element", "an element that is not of this schema"),
    PLACE("place", "an element in another place than the schema has it"),
    DUPLICATE("duplicate", "an element twice, of which the first counts"),
    SEVERAL_ROWS("several-rows", "a record with several rows, each of which is read with the results of the record"),
    LETTER_CASE("letter-case", "a name or word with capitals"),
    LONG_TEXT("long-text", "text of more than 4,096 characters, which is cut"),
    NESTED_TEXT("nested-text", "an element where the schema has only text"),
    // Report and policy
    MISSING("missing", "a missing or empty element"),
    ORG_NAME("org-name", "no org_name, so the domain of the address is taken"),
    REPORT_ID("report-id", "a report_id of another form than RFC 9990 has it"),
    NUMBER("number", "a number or instant in another form"),
    NO_LENGTH("no-length", "a period of no length"),
    LONG_PERIOD("long-period", "a period of more than 25 hours"),
    POLICY("policy", "not a value of the policy, so it is ignored"),
    NO_ROWS("no-rows", "no record"),
    // Rows
    ADDRESS("address", "an address in another form"),
    DOMAIN("domain", "not a domain"),
    MAILBOX("mailbox", "a mail address in place of a domain"),
    WORD("word", "a word that the schema does not have"),
    REASON("reason", "a reason without type"),
    RESULTS("results", "more results or reasons than are read"),
    NO_ADDRESS("no-address", "a row without address, which is left out"),
    BAD_ADDRESS("bad-address", "a row whose source_ip is no address, which is left out"),
    BAD_COUNT("bad-count", "a row whose count is no number of messages, which is left out");

    private final String keyword;
    private final String description;

    RemarkKind(String keyword, String description) {
        this.keyword = keyword;
        this.description = description;
    }

    /** The keyword for counters and the store: lower case and hyphens. */
    public String keyword() {
        return keyword;
    }

    /** What is wrong, as a clause. */
    public String description() {
        return description;
    }
}
