package org.countersign.explain;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.countersign.domain.IpNetwork;
import org.countersign.signing.ScheduledKey;
import org.countersign.signing.SigningAttempt;
import org.countersign.signing.SigningEntry;
import org.countersign.signing.SigningRequest;

/** Explains which entries of the signing table were considered for a message, and what each of them needs. */
final class SigningExplanation {
    private static final int MAX_ENTRIES = 10;
    private static final int MAX_PATTERNS = 4;

    private SigningExplanation() {}

    /** Adds the input of the choice, and the entries in their order; the last one matches, if any does. */
    static void addTo(Explanation.Group tree, SigningAttempt attempt) {
        SigningRequest request = attempt.request();
        tree.text("mail-from", request.mailFrom())
                .text("user", request.user())
                .text("client", request.clientAddress().map(IpNetwork::renderAddress))
                .flag("from-this-machine", request.fromThisMachine())
                .list(
                        "entries",
                        attempt.policy().table().candidates(request, MAX_ENTRIES),
                        entry -> entry(entry, attempt));
    }

    private static Explanation entry(SigningEntry entry, SigningAttempt attempt) {
        Set<SigningEntry.Part> obstacles = entry.obstacles(attempt.request());
        Explanation.Group tree =
                new Explanation.Group().text("entry", entry.name()).flag("matches", obstacles.isEmpty());
        if (!obstacles.isEmpty()) {
            return tree.text(
                    "explain",
                    "needs " + obstacles.stream().map(part -> part(part, entry)).collect(Collectors.joining("; and ")));
        }
        return tree.list("keys", entry.keys(), key -> key(key, attempt));
    }

    private static String part(SigningEntry.Part part, SigningEntry entry) {
        return switch (part) {
            case AUTHOR -> "every author to match " + patterns(entry.authors());
            case MAIL_FROM -> "a MAIL FROM that matches " + patterns(entry.mailFrom());
            case RECIPIENT -> "a recipient that matches " + patterns(entry.recipients());
            case USER -> "a login that matches " + patterns(entry.users());
        };
    }

    private static String patterns(List<?> patterns) {
        String text =
                patterns.stream().limit(MAX_PATTERNS).map(Object::toString).collect(Collectors.joining(", "));
        return patterns.size() > MAX_PATTERNS ? text + " and " + (patterns.size() - MAX_PATTERNS) + " more" : text;
    }

    private static Explanation key(ScheduledKey key, SigningAttempt attempt) {
        return new Explanation.Group()
                .text("domain", key.identity().sdid())
                .text("selector", key.identity().selector())
                .text("active-from", key.validity().activeFrom())
                .text("retired-from", key.validity().retiredFrom())
                .flag("in-use", key.validity().contains(attempt.time()));
    }
}
