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
 * Decides which keys sign a message of ours, and says by name why none does.
 *
 * @param notAllowed what becomes of mail whose client may not write as its author
 * @param noActiveKey what becomes of mail that would be signed, if one of the keys were in use
 * @param mode in {@link Mode#MONITOR} such mail is sent nevertheless
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

    /** Each of these signs for the mail of its own domain, at all times. */
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
     * Decides for one message; the same facts, moment and answers always give the same.
     *
     * @param now which decides which keys are in use
     * @param usable what besides their dates decides whether keys may sign
     */
    public SigningChoice choose(SigningRequest facts, Instant now, Predicate<SigningIdentity> usable) {
        DomainName author = facts.author().domain();
        Optional<SigningEntry> found = table.find(facts);
        if (found.isEmpty()) {
            return leave(
                    UnsignedAction.UNSIGNED,
                    "no-signing-entry",
                    NOT_SIGNED,
                    "No key in signing.keys is for the Author Domain " + author
                            + ", and no entry of the signing table matches.");
        }
        SigningEntry entry = found.get();
        if (entry.keys().isEmpty()) {
            return leave(
                    UnsignedAction.UNSIGNED,
                    "signing-entry-without-keys",
                    NOT_SIGNED,
                    "The entry in " + entry.name() + " says not to sign.");
        }
        if (!permissions.permit(facts)) {
            return leave(
                    refusable(facts, notAllowed),
                    "author-not-allowed",
                    "You may not send as an author in " + author,
                    client(facts) + " may not write as " + author + permissions.explainRefusal(facts));
        }
        List<SigningIdentity> chosen = ScheduledKey.choose(entry.keys(), now, usable);
        if (chosen.isEmpty()) {
            return leave(
                    refusable(facts, noActiveKey),
                    "no-active-key",
                    NOT_SIGNED,
                    "None of the keys of the entry in " + entry.name() + " is in use at this time.");
        }
        return new SigningChoice.Sign(
                chosen.stream()
                        .map(identity -> identity.withAuid(entry.auid().render(facts.author(), identity.sdid())))
                        .toList(),
                entry.profile());
    }

    /** A message whose key is not published. */
    SigningChoice leaveUnpublished(UnsignedAction consequence, String reason) {
        return leave(consequence, "key-not-published", NOT_SIGNED, reason);
    }

    /** A bounce, or mail of a program of this machine, is never refused: nobody would be told, and it would be lost. */
    private static UnsignedAction refusable(SigningRequest facts, UnsignedAction configured) {
        return facts.fromThisMachine() && configured == UnsignedAction.REJECT ? UnsignedAction.UNSIGNED : configured;
    }

    private static String client(SigningRequest facts) {
        return facts.user()
                .map(user -> "The user " + Escapes.printable(user, MAX_USER_SHOWN))
                .orElse("The client");
    }

    /**
     * @param text for the client, where the message is not let through
     * @param reason for the postmaster
     */
    private SigningChoice leave(UnsignedAction consequence, String rule, String text, String reason) {
        Verdict judged = switch (consequence) {
            case UNSIGNED -> new Verdict.Accept();
            case TEMPFAIL -> new Verdict.TempFail(new SmtpReply(451, "4.7.0", text + ", try again later"));
            case REJECT -> new Verdict.Reject(new SmtpReply(550, "5.7.0", text));
        };
        Verdict verdict = mode == Mode.ENFORCE ? judged : new Verdict.Accept();
        return new SigningChoice.Leave(new Decision(verdict, judged, rule, reason));
    }
}
