package org.countersign.importer;

import org.countersign.domain.DomainName;

/**
 * The options that all domains have in common, and what rspamd has without them.
 *
 * @param path the name of a key file, in which {@link #DOMAIN} and {@link #SELECTOR} stand for the domain and its selector
 */
record RspamdKeyNames(String selector, String path) {
    static final String DOMAIN = "$domain";
    static final String SELECTOR = "$selector";
    private static final String DEFAULT_PATH = "/var/lib/rspamd/dkim/$domain.$selector.key";
    private static final String DEFAULT_SELECTOR = "dkim";
    private static final String DEFAULT_ARC_PATH = "/var/lib/rspamd/arc/$domain.$selector.key";
    private static final String DEFAULT_ARC_SELECTOR = "arc";

    /** The names of the module {@code dkim_signing}, with its defaults. */
    static RspamdKeyNames of(Ucl.Section options) {
        return of(options, DEFAULT_SELECTOR, DEFAULT_PATH);
    }

    /** The names of the module {@code arc}, with its defaults. */
    static RspamdKeyNames ofArc(Ucl.Section options) {
        return of(options, DEFAULT_ARC_SELECTOR, DEFAULT_ARC_PATH);
    }

    private static RspamdKeyNames of(Ucl.Section options, String selector, String path) {
        return new RspamdKeyNames(
                options.text("selector").map(Ucl.Text::text).orElse(selector),
                plain(options.text("path").map(Ucl.Text::text).orElse(path)));
    }

    /** The name of the file of a key. */
    static String file(String template, DomainName domain, String selector) {
        return plain(template).replace(DOMAIN, domain.toString()).replace(SELECTOR, selector);
    }

    /** A template in which each variable is written in one way. */
    private static String plain(String template) {
        return template.replace("${domain}", DOMAIN).replace("${selector}", SELECTOR);
    }
}
