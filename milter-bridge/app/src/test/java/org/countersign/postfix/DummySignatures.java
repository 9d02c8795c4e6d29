package org.countersign.postfix;

/**
 * Signatures that look valid until the lookup of their key. They are for messages with an empty body. The body hash is
 * correct, and {@code b=} has the length of a signature of a 1,024-bit key.
 */
final class DummySignatures {
    private static final String SIGNATURE = "A".repeat(171) + "=";

    // The hash of no octets: the relaxed form of an empty body is empty (RFC 6376 §3.4.4).
    private static final String BODY_HASH = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";

    private DummySignatures() {}

    /** A DKIM signature. The line ends with LF. */
    static String signature(String domain, String selector) {
        return "DKIM-Signature: v=1; c=relaxed/relaxed; " + content(domain, selector);
    }

    /** An ARC Set of this instance, sealed by a domain with its own key. The line ends with LF. */
    static String arcSet(int instance, String domain, String selector) {
        return "ARC-Seal: i=" + instance + "; a=rsa-sha256; cv=" + (instance == 1 ? "none" : "pass") + "; d=" + domain
                + "; s=" + selector + "; b=" + SIGNATURE + "\nARC-Message-Signature: i=" + instance
                + "; c=relaxed/relaxed; " + content(domain, selector)
                + "ARC-Authentication-Results: i=" + instance + "; mx." + domain + "; none\n";
    }

    private static String content(String domain, String selector) {
        return "a=rsa-sha256; d=" + domain + "; s=" + selector + "; h=from; bh=" + BODY_HASH + "; b=" + SIGNATURE
                + "\n";
    }
}
