package org.countersign.simulate;

/** Why it is not certain what the facts about a message were when it arrived. */
public enum Doubt {
    NO_CLIENT("no trace field tells the client"),
    NO_MAIL_FROM("no field tells the MAIL FROM"),
    NO_DMARC_RESULT("the recorded results have no result of DMARC"),
    NO_POLICY_RESULT("the recorded results do not tell the DMARC policy"),
    NO_SPF_RESULT("the recorded results have no result of SPF"),
    NO_DKIM_RESULT("the recorded results have no result of DKIM"),
    NO_ARC_RESULT("the recorded results do not tell the ARC chain"),
    SIGNATURE_MAY_BE_DAMAGED("a DKIM signature fails that delivery may have broken"),
    KEY_IS_GONE("the key of a DKIM signature is not published any more"),
    SIGNATURE_HAS_EXPIRED("a DKIM signature has expired since, or the date of arrival is not known"),
    CHAIN_MAY_BE_DAMAGED("the ARC chain fails now, which delivery or an old key may explain"),
    DNS_FAILED("the DNS did not answer now");

    private final String clause;

    Doubt(String clause) {
        this.clause = clause;
    }

    /** The reason as a clause. */
    public String clause() {
        return clause;
    }
}
