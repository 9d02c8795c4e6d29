package org.countersign.reports.view;

import java.util.Optional;

/** Says in one sentence what to do about a source. */
final class Advice {
    /** The least part of a sender's mail, per mille, that should have an aligned DKIM pass. */
    static final long ENOUGH = 980;

    private Advice() {}

    /** The sentence for a list of sources; empty if there is nothing to do. */
    static String brief(String domain, SourceKind kind, Share dkim, Share spf) {
        return switch (kind) {
            case OURS, SENDER, KNOWN_FAILING -> {
                if (isEnough(dkim)) {
                    yield "";
                }
                if (dkim.part() == 0) {
                    yield spf.part() > 0
                            ? "set up DKIM for " + domain + " there: SPF alone breaks where mail is forwarded"
                            : "set up DKIM for " + domain + " there, or stop it";
                }
                yield "find out which mail leaves there without a signature of " + domain;
            }
            case FORWARDER, UNKNOWN -> "";
        };
    }

    static boolean isEnough(Share share) {
        Optional<Long> tenths = share.perMille();
        return tenths.isEmpty() || tenths.get() >= ENOUGH;
    }
}
