package org.countersign.outbound;

import java.net.InetAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.countersign.Client;
import org.countersign.MessageOutcome;
import org.countersign.MessageSession;
import org.countersign.MessageSessionFactory;
import org.countersign.SmtpTransaction;
import org.countersign.TrafficRules.Submission;
import org.countersign.dkim.DkimSigner;
import org.countersign.dkim.DkimSigning;
import org.countersign.domain.AddressPattern;
import org.countersign.domain.DomainName;
import org.countersign.domain.ReversePath;
import org.countersign.inbound.ForgedFieldScan;
import org.countersign.inbound.HeaderCollector;
import org.countersign.message.AuthorDomain;
import org.countersign.message.HeaderSection;
import org.countersign.message.TransportHazard;
import org.countersign.message.TransportScan;
import org.countersign.policy.Decision;
import org.countersign.signature.SigningIdentity;
import org.countersign.signing.SigningAttempt;
import org.countersign.signing.SigningChoice;
import org.countersign.signing.SigningRequest;
import org.countersign.smtp.HeaderEdit;
import org.countersign.smtp.HeaderField;
import org.countersign.smtp.StrayOctet;

/** One message of a local user while it arrives. Its body is hashed while it arrives, and is not kept. */
public final class OutboundMessage implements MessageSession {
    private final OutboundChecks checks;
    private final SmtpTransaction transaction;
    private final Submission submission;
    private final HeaderCollector collector;
    private final TransportScan scan;
    private final boolean keepsAttempt;
    private final Set<AddressPattern> recipientPatterns;
    private Set<AddressPattern> matchedRecipients = Set.of();
    private Optional<SigningAttempt> attempt = Optional.empty();
    private AuthorDomain author = AuthorDomain.none();
    private List<SigningIdentity> identities = List.of();
    private Optional<DkimSigning> signing = Optional.empty();
    private Optional<Decision> reinjected = Optional.empty();
    private Decision unsigned = Decision.accept("unsigned", "The message has not been read.");

    private OutboundMessage(OutboundChecks checks, SmtpTransaction transaction, boolean keepsAttempt) {
        this.keepsAttempt = keepsAttempt;
        this.checks = checks;
        this.transaction = transaction;
        this.submission = checks.traffic().submission(transaction);
        this.collector = new HeaderCollector(
                checks.settings().limits(), checks.localHeaders().of(transaction.receivingHost()));
        this.recipientPatterns = checks.signing().policy().table().recipientPatterns();
        this.scan = new TransportScan(checks.settings().transportCheck().eightBitMime());
    }

    /** Opens messages that are signed by these checks. */
    public static MessageSessionFactory factory(OutboundChecks checks) {
        return ForgedFieldScan.scanning(
                (transaction, unusedMemory, recorder) -> new OutboundMessage(checks, transaction, recorder.isOn()),
                checks.localHeaders());
    }

    @Override
    public void recipient(String address) {
        // Only what the table wants to know is kept, so that no number of recipients takes memory.
        if (!recipientPatterns.isEmpty()
                && ReversePath.parse(address) instanceof ReversePath.Address recipient
                && recipient.domain().isPresent()) {
            DomainName domain = recipient.domain().get();
            for (AddressPattern pattern : recipientPatterns) {
                if (pattern.matches(recipient.localPart(), domain)) {
                    matchedRecipients = matchedRecipients.isEmpty() ? new HashSet<>() : matchedRecipients;
                    matchedRecipients.add(pattern);
                }
            }
        }
    }

    @Override
    public void header(HeaderField field) {
        collector.add(field);
    }

    @Override
    public void endOfHeaders() {
        HeaderSection headers = collector.section();
        author = AuthorDomain.parse(headers);
        scan.headers(headers);
        reinjected = Reinjection.find(submission, collector, headers);
        if (reinjected.isPresent()) {
            return;
        }
        if (collector.isTooLarge()) {
            unsigned = Decision.accept("oversized-header", "The header section is larger than the limit.");
            return;
        }
        Optional<StrayOctet> stray = collector.strayOctet();
        if (stray.isPresent()) {
            unsigned = Decision.accept("broken-header", brokenHeader(stray.get()));
            return;
        }
        switch (author) {
            case AuthorDomain.Missing missing -> unsigned = Decision.accept("no-author", missing.explain());
            case AuthorDomain.Ambiguous ambiguous ->
                unsigned = Decision.accept("ambiguous-author", ambiguous.explain());
            case AuthorDomain.Single single -> startSigning(headers, single);
        }
    }

    private static String brokenHeader(StrayOctet stray) {
        return "The header section has " + stray.describe()
                + "; a signature would also cover what other programs may find after it.";
    }

    private void startSigning(HeaderSection headers, AuthorDomain.Single single) {
        Optional<InetAddress> client = transaction.client() instanceof Client.Ip(InetAddress address, String unused)
                ? Optional.of(address)
                : Optional.empty();
        SigningRequest request = new SigningRequest(
                single,
                transaction.mailFrom(),
                transaction.authenticatedUser(),
                client,
                matchedRecipients,
                isFromThisMachine());
        Instant now = checks.clock().instant();
        if (keepsAttempt) {
            attempt = Optional.of(new SigningAttempt(request, checks.signing().policy(), now));
        }
        switch (checks.signing().choose(request, now)) {
            case SigningChoice.DoNotSign(Decision decision) -> unsigned = decision;
            case SigningChoice.Sign choice -> {
                identities = choice.identities();
                DkimSigner signer = new DkimSigner(choice.defaults(), checks.clock());
                // Another signature may cover fields that are removed here.
                boolean unchanged = collector.removals().isEmpty();
                signing = Optional.of(
                        unchanged ? signer.beginUnlessSigned(headers, identities) : signer.begin(headers, identities));
            }
        }
    }

    private boolean isFromThisMachine() {
        return submission == Submission.THIS_MACHINE;
    }

    @Override
    public void body(byte[] octets, int offset, int length) {
        scan.body(octets, offset, length);
        signing.ifPresent(begun -> begun.body(octets, offset, length));
    }

    @Override
    public MessageOutcome.Signed conclude() {
        Set<TransportHazard> hazards = scan.finish();
        if (reinjected.isPresent()) {
            // It passes unchanged: the results in it were added by this system.
            return new MessageOutcome.Signed(author, List.of(), hazards, reinjected.get(), List.of());
        }
        List<HeaderEdit> edits = new ArrayList<>(collector.removals());
        // A bounce that is refused is lost, and so is mail of most programs.
        Optional<Decision> refusal = isFromThisMachine()
                ? Optional.empty()
                : checks.settings().transportCheck().refusal(hazards);
        if (signing.isEmpty()
                || refusal.filter(decision -> !decision.isSuppressedByMonitor()).isPresent()) {
            return new MessageOutcome.Signed(author, List.of(), hazards, refusal.orElse(unsigned), edits, attempt);
        }
        for (HeaderField signature : signing.get().finish()) {
            edits.add(new HeaderEdit.Prepend(signature));
        }
        List<SigningIdentity> present = signing.get().alreadySigned();
        List<SigningIdentity> added = present.isEmpty()
                ? identities
                : identities.stream()
                        .filter(identity -> !present.contains(identity))
                        .toList();
        Decision decision = refusal.orElseGet(() -> signed(added, present));
        return new MessageOutcome.Signed(author, added, hazards, decision, edits, attempt);
    }

    private static Decision signed(List<SigningIdentity> added, List<SigningIdentity> present) {
        if (present.isEmpty()) {
            return Decision.accept("signed", "Signed with " + keyNames(added) + ".");
        }
        String existing = "The message already has a valid signature with " + keyNames(present);
        return added.isEmpty()
                ? Decision.accept("already-signed", existing + ": it is not signed a second time.")
                : Decision.accept("signed", "Signed with " + keyNames(added) + ". " + existing + ".");
    }

    private static String keyNames(List<SigningIdentity> identities) {
        StringBuilder names = new StringBuilder();
        for (SigningIdentity identity : identities) {
            names.append(names.isEmpty() ? "" : ", ")
                    .append(identity.selector())
                    .append("._domainkey.")
                    .append(identity.sdid());
        }
        return names.toString();
    }

    @Override
    public void close() {
        // A message that is only signed has no tasks.
    }
}
