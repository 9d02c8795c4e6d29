package org.countersign.signing;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.countersign.signature.SigningIdentity;

/**
 * Chooses keys with an eye on the DNS: a key that verifiers will not find is treated as configured.
 *
 * @param guard knows which keys are published; without it all are taken to be
 * @param unpublished what to do about one that is not
 */
public record SigningSelector(SigningPolicy policy, Optional<PublishedKeyMonitor> guard, UnpublishedKey unpublished) {
    /** Without a guard. */
    public static SigningSelector unguarded(SigningPolicy policy) {
        return new SigningSelector(policy, Optional.empty(), UnpublishedKey.SIGN);
    }

    /** Decides for one message. May wait for the DNS, a few seconds at most, the first time that a key is needed. */
    public SigningChoice choose(SigningRequest facts, Instant now) {
        SigningChoice choice = policy.choose(facts, now, any -> true);
        if (guard.isEmpty() || !(choice instanceof SigningChoice.Sign(List<SigningIdentity> identities, var unused))) {
            return choice;
        }
        PublishedKeyMonitor known = guard.get();
        List<SigningIdentity> bad = identities.stream()
                .filter(identity -> known.check(identity).isBad())
                .toList();
        if (bad.isEmpty()) {
            return choice;
        }
        return switch (unpublished) {
            case SIGN -> choice;
            case TEMPFAIL -> policy.leaveUnpublished(UnsignedAction.TEMPFAIL, reason(bad));
            case UNSIGNED -> without(bad, (SigningChoice.Sign) choice);
            case PREVIOUS ->
                policy.choose(facts, now, identity -> !known.check(identity).isBad())
                                instanceof SigningChoice.Sign published
                        ? published
                        : policy.leaveUnpublished(UnsignedAction.UNSIGNED, reason(bad));
        };
    }

    private SigningChoice without(List<SigningIdentity> bad, SigningChoice.Sign choice) {
        List<SigningIdentity> good = choice.identities().stream()
                .filter(identity -> !bad.contains(identity))
                .toList();
        return good.isEmpty()
                ? policy.leaveUnpublished(UnsignedAction.UNSIGNED, reason(bad))
                : new SigningChoice.Sign(good, choice.profile());
    }

    private static String reason(List<SigningIdentity> bad) {
        return "The DNS does not hold the key of "
                + bad.stream().map(identity -> identity.keyName().toString()).collect(Collectors.joining(", ")) + ".";
    }
}
