package org.countersign.policy;

/** A fact about a message that is not known, because its stored form does not say it. */
public enum UnknownFact {
    /** The address of the SMTP client. */
    CLIENT,
    /** The confirmed host name of the client. */
    CLIENT_NAME,
    /** The name in the HELO or EHLO command. */
    HELO,
    /** The reverse-path: the address, and whether it is null. */
    MAIL_FROM,
    /** The local part of the reverse-path, which is not null. */
    MAIL_FROM_LOCAL_PART,
    /** Recipients other than the known ones. */
    OTHER_RECIPIENTS,
    /** The result of SPF. */
    SPF,
    /** The results of DKIM. */
    DKIM,
    /** The published DMARC policy before test mode, if test mode may have changed it. */
    DECLARED_POLICY,
    /** The result of the ARC chain. */
    ARC,
    /** The sets of an ARC chain that passes. */
    ARC_CHAIN
}
