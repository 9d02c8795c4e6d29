package org.countersign;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.countersign.dkim.DkimSigning;
import org.countersign.message.AuthorDomain;
import org.countersign.message.HeaderSection;
import org.countersign.message.TransportHazard;
import org.countersign.message.TransportScan;
import org.countersign.policy.Decision;
import org.countersign.signature.SigningIdentity;
import org.countersign.signing.SigningChoice;
import org.countersign.signing.SigningRequest;
import org.countersign.smtp.HeaderEdit;
import org.countersign.smtp.HeaderField;
import org.countersign.smtp.StrayOctet;

/** One message of a user of ours while it arrives; its body is hashed as it passes. */
public final class OutboundMessage implements MessageSession {
    private final MailSigner signer;
    private final SmtpTransaction transaction;
    private final Reinjection.Check check;
    private final HeaderCollector intake;
    private final TransportScan scan;
    private AuthorDomain author = AuthorDomain.none();
    private List<SigningIdentity> identities = List.of();
    private Optional<DkimSigning> signing = Optional.empty();
    private Optional<Decision> reinjected = Optional.empty();
    private Decision unsigned = Decision.accept("unsigned", "The message has not been read.");

    OutboundMessage(MailSigner signer, SmtpTransaction transaction, LocalHeaders own, Reinjection.Check check) {
        this.signer = signer;
        this.transaction = transaction;
        this.check = check;
        this.intake = new HeaderCollector(signer.limits(), own);
        this.scan = new TransportScan(signer.lookAhead().eightBitMime());
    }

    @Override
    public void recipient(String address) {
        // Whom a message is for does not bear on who signs it.
    }

    @Override
    public void header(HeaderField field) {
        intake.add(field);
    }

    @Override
    public void endOfHeaders() {
        HeaderSection headers = intake.section();
        author = AuthorDomain.parse(headers);
        scan.headers(headers);
        reinjected = Reinjection.find(check, intake, headers);
        if (reinjected.isPresent()) {
            return;
        }
        if (intake.isTooLarge()) {
            unsigned = Decision.accept("oversized-header", "The header section is larger than what is looked at.");
            return;
        }
        if (intake.strayOctet().isPresent()) {
            unsigned = Decision.accept(
                    "broken-header", unsignedFor(intake.strayOctet().get()));
            return;
        }
        switch (author) {
            case AuthorDomain.Missing missing -> unsigned = Decision.accept("no-author", missing.explain());
            case AuthorDomain.Ambiguous ambiguous ->
                unsigned = Decision.accept("ambiguous-author", ambiguous.explain());
            case AuthorDomain.Single single -> choose(headers, single);
        }
    }

    private static String unsignedFor(StrayOctet stray) {
        return "The header section has " + stray.describe()
                + "; a signature would vouch for what other programs may find behind it.";
    }

    private void choose(HeaderSection headers, AuthorDomain.Single single) {
        Optional<InetAddress> client = transaction.client() instanceof Client.Ip(InetAddress address, String unused)
                ? Optional.of(address)
                : Optional.empty();
        SigningRequest facts = new SigningRequest(
                single, transaction.mailFrom(), transaction.authenticatedUser(), client, isFromThisMachine());
        switch (signer.choose(facts)) {
            case SigningChoice.Leave(Decision decision) -> unsigned = decision;
            case SigningChoice.Sign sign -> {
                identities = sign.identities();
                signing = Optional.of(signer.beginSigning(headers, sign));
            }
        }
    }

    private boolean isFromThisMachine() {
        return check == Reinjection.Check.JUDGED_OR_ELSEWHERE;
    }

    @Override
    public void body(byte[] octets, int offset, int length) {
        scan.body(octets, offset, length);
        signing.ifPresent(begun -> begun.body(octets, offset, length));
    }

    @Override
    public SigningOutcome conclude() {
        Set<TransportHazard> hazards = scan.finish();
        if (reinjected.isPresent()) {
            // It passes as it came: the results in it are those that we gave.
            return new SigningOutcome(author, List.of(), hazards, reinjected.get(), List.of());
        }
        List<HeaderEdit> edits = new ArrayList<>(intake.removals());
        // A bounce that is refused is lost, and so is mail of most programs.
        Optional<Decision> refusal =
                isFromThisMachine() ? Optional.empty() : signer.lookAhead().refusal(hazards);
        if (signing.isEmpty() || refusal.filter(decision -> !decision.held()).isPresent()) {
            return new SigningOutcome(author, List.of(), hazards, refusal.orElse(unsigned), edits);
        }
        for (HeaderField signature : signing.get().finish()) {
            edits.add(new HeaderEdit.Prepend(signature));
        }
        String signers = String.join(
                ", ",
                identities.stream()
                        .map(identity -> identity.selector() + "._domainkey." + identity.sdid())
                        .toList());
        Decision decision = refusal.orElse(Decision.accept("signed", "Signed with " + signers + "."));
        return new SigningOutcome(author, identities, hazards, decision, edits);
    }

    @Override
    public void close() {
        // Nothing runs beside the arrival of a message that is only signed.
    }
}
