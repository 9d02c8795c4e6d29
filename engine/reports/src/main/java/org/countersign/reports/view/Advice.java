package org.countersign.reports.view;

import java.util.List;
import java.util.Optional;

/** Says in one sentence what to do about a source. */
final class Advice {
    /** The least part of a sender's mail, per mille, that should have an aligned DKIM pass. */
    static final long ENOUGH = 980;

    // More would not make a sentence.
    private static final int MAX_SELECTORS = 3;

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

    /** The sentence for one source. */
    static String full(String domain, Sources.SourceSummary source, List<Source.Value> signatures) {
        return switch (source.kind()) {
            case OURS, SENDER, KNOWN_FAILING -> sender(domain, source, signatures);
            case FORWARDER ->
                "Nothing: it passes on mail of others. SPF never survives that, an unchanged signature does.";
            case UNKNOWN ->
                "If it sends for you, set up DKIM for " + domain
                        + " there. If not, somebody forges your name: the policy reject stops it.";
        };
    }

    private static String sender(String domain, Sources.SourceSummary source, List<Source.Value> signatures) {
        Share own = share(signatures, domain);
        if (isEnough(source.dkim())) {
            return "Nothing: its mail has a valid signature of " + domain + ".";
        }
        if (own.whole() > 0 && !isEnough(own)) {
            return "Its signatures of " + domain + failing(signatures, domain) + " fail for "
                    + CountText.of(own.rest()) + " of " + CountText.of(own.whole(), "message")
                    + ": compare its key with the DNS, and look for what changes mail after it is signed.";
        }
        if (own.whole() > 0) {
            return CountText.of(source.dkim().rest()) + " of " + CountText.of(source.messages(), "message")
                    + " lack a valid signature of " + domain
                    + ": find out which mail leaves there unsigned, and sign it.";
        }
        Optional<String> foreign = signatures.stream()
                .filter(value -> value.passing().part() > 0)
                .map(value -> value.text().substring(0, Math.max(0, value.text().indexOf(' '))))
                .filter(signer -> !signer.isEmpty())
                .findFirst();
        if (foreign.isPresent()) {
            return "It signs as " + foreign.get() + " only: set up DKIM for " + domain + " there.";
        }
        return source.spf().part() > 0
                ? "It does not sign: set up DKIM for " + domain
                        + " there, because SPF alone breaks where mail is forwarded."
                : "It does not sign and does not pass SPF: set up DKIM for " + domain + " there, or stop it.";
    }

    /** The selectors whose signatures fail, in words; empty if all of the source's signatures fail alike. */
    private static String failing(List<Source.Value> signatures, String domain) {
        List<String> selectors = signatures.stream()
                .filter(value -> isOf(value, domain))
                .filter(value -> !isEnough(value.passing()))
                .map(value -> value.text().substring(value.text().indexOf(' ') + 1))
                .distinct()
                .toList();
        if (selectors.size() > MAX_SELECTORS) {
            return "";
        }
        return (selectors.size() == 1 ? " with the selector " : " with the selectors ")
                + String.join(" and ", selectors);
    }

    private static boolean isOf(Source.Value value, String domain) {
        String signer = value.text().substring(0, Math.max(0, value.text().indexOf(' ')));
        return signer.equals(domain) || signer.endsWith("." + domain);
    }

    /** The valid signatures of a domain or one below it, of all of its signatures. */
    private static Share share(List<Source.Value> signatures, String domain) {
        long valid = 0;
        long all = 0;
        for (Source.Value value : signatures) {
            if (isOf(value, domain)) {
                valid += value.passing().part();
                all += value.messages();
            }
        }
        return new Share(valid, all);
    }

    static boolean isEnough(Share share) {
        return share.isAtLeast(ENOUGH);
    }
}
