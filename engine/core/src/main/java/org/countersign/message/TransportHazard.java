package org.countersign.message;

/**
 * A property of a message that mail servers are known to change or to refuse. A change would break its signatures.
 */
public enum TransportHazard {
    LONG_LINE(
            "long-line",
            "a line is longer than 998 octets (RFC 5321 §4.5.3.1.6): mail servers cut it in two or refuse it;"
                    + " have it encoded as quoted-printable or base64"),
    BARE_CR(
            "bare-cr",
            "a CR has no LF (RFC 5321 §2.3.8): mail servers remove it, read it as a line end or refuse it;"
                    + " have the line ends fixed where the message is made"),
    BARE_LF(
            "bare-lf",
            "an LF has no CR (RFC 5321 §2.3.8): mail servers read it as a line end or refuse it;"
                    + " have the line ends fixed where the message is made"),
    EIGHT_BIT_BODY(
            "eight-bit-body",
            "the body has octets above 127 and the next mail servers may take only 7 bits (RFC 6152 §3): the mail server re-encodes"
                    + " the body or refuses it; have it encoded before it is signed"),
    EIGHT_BIT_HEADER(
            "eight-bit-header",
            "a header field has octets above 127 (RFC 5322 §2.2, RFC 6532 §3.2): only SMTPUTF8 carries it, other mail"
                    + " servers replace the octets or refuse the message; have it made of encoded words"),
    MISSING_FROM(
            "missing-from", "there is no From field (RFC 5322 §3.6): some mail servers write one, others refuse it"),
    MISSING_DATE(
            "missing-date",
            "there is no Date field (RFC 5322 §3.6): a mail server that adds one later breaks the signature, which"
                    + " covers its absence; have it added before"),
    MISSING_MESSAGE_ID(
            "missing-message-id",
            "there is no Message-ID field (RFC 5322 §3.6.4): a mail server that adds one later breaks the signature,"
                    + " which covers its absence; have it added before");

    private final String keyword;
    private final String explanation;

    TransportHazard(String keyword, String explanation) {
        this.keyword = keyword;
        this.explanation = explanation;
    }

    /** The keyword in logs and policy files. */
    public String keyword() {
        return keyword;
    }

    /** The problem, what mail servers do, and the remedy, in lower case and without a full stop. */
    public String explanation() {
        return explanation;
    }
}
