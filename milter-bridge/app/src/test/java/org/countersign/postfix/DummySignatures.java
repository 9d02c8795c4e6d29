package org.countersign.postfix;

/**
 * Signatures by keys that nobody has, on messages with an empty body. Nothing is wrong with them before the key
 * has been looked up: the hash of the body is right, and {@code b=} is as long as a key of 1,024 bits asks for.
 */
final class DummySignatures {
    private static final String SIGNATURE = "A".repeat(171) + "=";

    // Of no octets, as the relaxed form of an empty body has (RFC 6376 §3.4.4).
    private static final String BODY_HASH = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";

    private DummySignatures() {}

    /** A DKIM signature; ends its line with LF. */
    static String signature(String domain, String selector) {
        return "DKIM-Signature: v=1; c=relaxed/relaxed; " + content(domain, selector);
    }

    /** An ARC Set of this instance, sealed by a domain with a key of its own; ends its line with LF. */
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
