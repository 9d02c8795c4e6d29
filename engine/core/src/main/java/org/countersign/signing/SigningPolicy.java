package org.countersign.signing;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.countersign.domain.AddressPattern;
import org.countersign.domain.DomainName;
import org.countersign.policy.Decision;
import org.countersign.policy.Mode;
import org.countersign.policy.SmtpReply;
import org.countersign.policy.Verdict;
import org.countersign.signature.SigningDefaults;
import org.countersign.signature.SigningIdentity;
import org.countersign.syntax.Escapes;

/**
 * Decides which keys sign a message of a local user, or by which rule none does.
 *
 * @param table the entries, which say what signs which mail
 * @param permissions which clients may write as which authors
 * @param notAllowed what to do with mail whose client may not write as its author
 * @param noActiveKey what to do with mail that would be signed if one of its keys were in use
 * @param mode in {@link Mode#MONITOR} such mail is sent unsigned
 */
public record SigningPolicy(
        SigningTable table,
        AuthorPermissions permissions,
        UnsignedAction notAllowed,
        UnsignedAction noActiveKey,
        Mode mode) {
    /** Signs nothing. */
    public static final SigningPolicy NOTHING = ofDomains(List.of());

    private static final String NOT_SIGNED = "The message cannot be signed";
    private static final int MAX_USER_SHOWN = 80;

    /** Each of these keys signs the mail of its SDID, at all times. */
    public static SigningPolicy ofDomains(List<SigningIdentity> identities) {
        Map<DomainName, List<ScheduledKey>> byDomain = new LinkedHashMap<>();
        for (SigningIdentity identity : identities) {
            byDomain.computeIfAbsent(identity.sdid(), unused -> new ArrayList<>())
                    .add(new ScheduledKey(identity, KeyValidity.ALWAYS));
        }
        List<SigningEntry> entries = new ArrayList<>();
        byDomain.forEach((domain, keys) -> entries.add(new SigningEntry(
                domain.toString(),
                List.of(new AddressPattern.Domain(domain)),
                List.of(),
                List.of(),
                List.of(),
                keys,
                SigningDefaults.DEFAULT,
                new AuidChoice.None())));
        return new SigningPolicy(
                new SigningTable(entries),
                AuthorPermissions.ANY,
                UnsignedAction.UNSIGNED,
                UnsignedAction.UNSIGNED,
                Mode.ENFORCE);
    }

    /**
     * Decides for one message. The same arguments always give the same choice.
     *
     * @param now decides which keys are in use
     * @param usable whether a key that is in use may sign
     */
    public SigningChoice choose(SigningRequest request, Instant now, Predicate<SigningIdentity> usable) {
        DomainName author = request.author().domain();
        Optional<SigningEntry> match = table.find(request);
        if (match.isEmpty()) {
            return doNotSign(
                    UnsignedAction.UNSIGNED,
                    "no-signing-entry",
                    NOT_SIGNED,
                    "No key in signing.keys is for the Author Domain " + author
                            + ", and no entry of the signing table matches.");
        }
        SigningEntry entry = match.get();
        if (entry.keys().isEmpty()) {
            return doNotSign(
                    UnsignedAction.UNSIGNED,
                    "signing-entry-without-keys",
                    NOT_SIGNED,
                    "The entry in " + entry.name() + " says not to sign.");
        }
        if (!permissions.permit(request)) {
            return doNotSign(
                    actionFor(request, notAllowed),
                    "author-not-allowed",
                    "You may not send as an author in " + author,
                    client(request) + " may not write as " + author + permissions.explainRefusal(request));
        }
        List<SigningIdentity> chosen = ScheduledKey.choose(entry.keys(), now, usable);
        if (chosen.isEmpty()) {
            return doNotSign(
                    actionFor(request, noActiveKey),
                    "no-active-key",
                    NOT_SIGNED,
                    "None of the keys of the entry in " + entry.name() + " is in use at this time.");
        }
        List<SigningIdentity> signers = new ArrayList<>(chosen.size());
        for (SigningIdentity identity : chosen) {
            signers.add(identity.withAuid(entry.auid().render(request.author(), identity.sdid())));
        }
        return new SigningChoice.Sign(signers, entry.defaults());
    }

    /** Does not sign a message because its key is not published. */
    SigningChoice doNotSignUnpublished(UnsignedAction action, String reason) {
        return doNotSign(action, "key-not-published", NOT_SIGNED, reason);
    }

    /**
     * The configured action, but never a refusal of a bounce or of other mail of this machine. Nobody would be notified,
     * and the mail would be lost.
     */
    private static UnsignedAction actionFor(SigningRequest request, UnsignedAction configured) {
        return request.fromThisMachine() && configured == UnsignedAction.REJECT ? UnsignedAction.UNSIGNED : configured;
    }

    private static String client(SigningRequest request) {
        return request.user()
                .map(user -> "The user " + Escapes.printable(user, MAX_USER_SHOWN))
                .orElse("The client");
    }

    /**
     * @param text the reply to the client if the message is not accepted
     * @param reason the reason for the postmaster
     */
    private SigningChoice doNotSign(UnsignedAction action, String rule, String text, String reason) {
        Verdict judged = switch (action) {
            case UNSIGNED -> new Verdict.Accept();
            case TEMPFAIL -> new Verdict.TempFail(new SmtpReply(451, "4.7.0", text + ", try again later"));
            case REJECT -> new Verdict.Reject(new SmtpReply(550, "5.7.0", text));
        };
        Verdict verdict = mode == Mode.ENFORCE ? judged : new Verdict.Accept();
        return new SigningChoice.DoNotSign(new Decision(verdict, judged, rule, reason));
    }
}
