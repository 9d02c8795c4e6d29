package org.countersign.signing;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.countersign.signature.SigningIdentity;

/**
 * Chooses the keys of a message by a policy, and by whether the DNS publishes them.
 *
 * @param monitor compares the keys with the DNS; if empty, every key counts as published
 * @param unpublished what to do with mail if one of its keys is not published
 */
public record SigningSelector(
        SigningPolicy policy, Optional<PublishedKeyMonitor> monitor, UnpublishedKeyAction unpublished) {
    /** Chooses keys without comparing them with the DNS. */
    public static SigningSelector unmonitored(SigningPolicy policy) {
        return new SigningSelector(policy, Optional.empty(), UnpublishedKeyAction.SIGN);
    }

    /** Chooses for one message. Waits for the DNS when a key is needed for the first time, for a few seconds at most. */
    public SigningChoice choose(SigningRequest request, Instant now) {
        SigningChoice choice = policy.choose(request, now, any -> true);
        if (monitor.isEmpty()
                || !(choice instanceof SigningChoice.Sign(List<SigningIdentity> identities, var unused))) {
            return choice;
        }
        PublishedKeyMonitor keyMonitor = monitor.get();
        List<SigningIdentity> notPublished = new ArrayList<>(0);
        for (SigningIdentity identity : identities) {
            if (keyMonitor.check(identity).isBad()) {
                notPublished.add(identity);
            }
        }
        if (notPublished.isEmpty()) {
            return choice;
        }
        return switch (unpublished) {
            case SIGN -> choice;
            case TEMPFAIL -> policy.doNotSignUnpublished(UnsignedAction.TEMPFAIL, reason(notPublished));
            case UNSIGNED -> without(notPublished, (SigningChoice.Sign) choice);
            case PREVIOUS ->
                policy.choose(
                                        request,
                                        now,
                                        identity -> !keyMonitor.check(identity).isBad())
                                instanceof SigningChoice.Sign published
                        ? published
                        : policy.doNotSignUnpublished(UnsignedAction.UNSIGNED, reason(notPublished));
        };
    }

    private SigningChoice without(List<SigningIdentity> notPublished, SigningChoice.Sign choice) {
        List<SigningIdentity> published = choice.identities().stream()
                .filter(identity -> !notPublished.contains(identity))
                .toList();
        return published.isEmpty()
                ? policy.doNotSignUnpublished(UnsignedAction.UNSIGNED, reason(notPublished))
                : new SigningChoice.Sign(published, choice.defaults());
    }

    private static String reason(List<SigningIdentity> notPublished) {
        return "The DNS does not hold the key of "
                + notPublished.stream()
                        .map(identity -> identity.keyName().toString())
                        .collect(Collectors.joining(", ")) + ".";
    }
}
