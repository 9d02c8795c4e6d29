package org.countersign.signing;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.countersign.signature.SigningIdentity;

/**
 * Chooses the keys of a message by a policy, and by whether the DNS publishes them.
 *
 * @param monitor knows which keys are published; if empty, every key counts as published
 * @param unpublished what to do with mail whose key is not published
 */
public record SigningSelector(SigningPolicy policy, Optional<PublishedKeyMonitor> monitor, UnpublishedKey unpublished) {
    /** Chooses keys without comparing them with the DNS. */
    public static SigningSelector unmonitored(SigningPolicy policy) {
        return new SigningSelector(policy, Optional.empty(), UnpublishedKey.SIGN);
    }

    /** Chooses for one message. Waits for the DNS when a key is needed for the first time, for a few seconds at most. */
    public SigningChoice choose(SigningRequest request, Instant now) {
        SigningChoice choice = policy.choose(request, now, any -> true);
        if (monitor.isEmpty()
                || !(choice instanceof SigningChoice.Sign(List<SigningIdentity> identities, var unused))) {
            return choice;
        }
        PublishedKeyMonitor known = monitor.get();
        List<SigningIdentity> bad = identities.stream()
                .filter(identity -> known.check(identity).isBad())
                .toList();
        if (bad.isEmpty()) {
            return choice;
        }
        return switch (unpublished) {
            case SIGN -> choice;
            case TEMPFAIL -> policy.doNotSignUnpublished(UnsignedAction.TEMPFAIL, reason(bad));
            case UNSIGNED -> without(bad, (SigningChoice.Sign) choice);
            case PREVIOUS ->
                policy.choose(request, now, identity -> !known.check(identity).isBad())
                                instanceof SigningChoice.Sign published
                        ? published
                        : policy.doNotSignUnpublished(UnsignedAction.UNSIGNED, reason(bad));
        };
    }

    private SigningChoice without(List<SigningIdentity> bad, SigningChoice.Sign choice) {
        List<SigningIdentity> good = choice.identities().stream()
                .filter(identity -> !bad.contains(identity))
                .toList();
        return good.isEmpty()
                ? policy.doNotSignUnpublished(UnsignedAction.UNSIGNED, reason(bad))
                : new SigningChoice.Sign(good, choice.defaults());
    }

    private static String reason(List<SigningIdentity> bad) {
        return "The DNS does not hold the key of "
                + bad.stream().map(identity -> identity.keyName().toString()).collect(Collectors.joining(", ")) + ".";
    }
}
