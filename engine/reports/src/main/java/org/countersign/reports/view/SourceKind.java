package org.countersign.reports.view;

import java.util.Locale;

/** What a source is, as far as reports tell. */
public enum SourceKind {
    /** Most of its mail comes from our own networks. */
    OURS("ours"),
    /** It had an aligned pass in the last 90 days. */
    SENDER("sender"),
    /** It passes on mail that others sent. */
    FORWARDER("forwarder"),
    /** It was a sender, has the name of one, or a person said that it is one, and its mail fails. */
    KNOWN_FAILING("known but failing"),
    /** Nothing connects it with the domain: a forger, or a service that nobody told of. */
    UNKNOWN("unknown");

    private final String text;

    SourceKind(String text) {
        this.text = text;
    }

    /** The kind in words. */
    public String text() {
        return text;
    }

    /** The kind in JSON and in style sheets: {@code known-failing}. */
    public String keyword() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
