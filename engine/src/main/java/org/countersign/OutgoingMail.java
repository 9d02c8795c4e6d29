package org.countersign;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.authres.AuthservIds;
import org.countersign.dkim.DkimSigning;
import org.countersign.dkim.SigningIdentity;
import org.countersign.message.AuthorDomain;
import org.countersign.message.HeaderField;
import org.countersign.message.HeaderSection;
import org.countersign.policy.Decision;

/** One message of a user of ours while it arrives; its body is hashed as it passes. */
public final class OutgoingMail implements MailFlow {
    private final MailSigner signer;
    private final HeaderIntake intake;
    private AuthorDomain author = new AuthorDomain.Missing(false);
    private List<SigningIdentity> identities = List.of();
    private Optional<DkimSigning> signing = Optional.empty();
    private String unsignedBecause = "";

    OutgoingMail(MailSigner signer, AuthservIds ownIds) {
        this.signer = signer;
        this.intake = new HeaderIntake(signer.limits(), ownIds);
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
        if (intake.isTooLarge()) {
            unsignedBecause = "The header section is larger than what is looked at.";
            return;
        }
        if (!(author instanceof AuthorDomain.Single single)) {
            unsignedBecause = author.explain();
            return;
        }
        identities = signer.table().forAuthor(single.domain());
        if (identities.isEmpty()) {
            unsignedBecause = "No key in signing.keys is for the Author Domain " + single.domain() + ".";
            return;
        }
        signing = Optional.of(signer.beginSigning(headers, identities));
    }

    @Override
    public void body(byte[] octets, int offset, int length) {
        signing.ifPresent(begun -> begun.body(octets, offset, length));
    }

    @Override
    public SigningOutcome conclude() {
        List<HeaderEdit> edits = new ArrayList<>(intake.removals());
        if (signing.isEmpty()) {
            return new SigningOutcome(author, List.of(), Decision.accept("unsigned", unsignedBecause), edits);
        }
        for (HeaderField signature : signing.get().finish()) {
            edits.add(new HeaderEdit.Prepend(signature));
        }
        String signers = String.join(
                ", ",
                identities.stream()
                        .map(identity -> identity.selector() + "._domainkey." + identity.sdid())
                        .toList());
        return new SigningOutcome(author, identities, Decision.accept("signed", "Signed with " + signers + "."), edits);
    }

    @Override
    public void close() {
        // Nothing runs beside the arrival of a message that is only signed.
    }
}
