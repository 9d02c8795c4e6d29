package org.countersign;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.countersign.arc.ArcResult;
import org.countersign.arc.ArcSealOperation;
import org.countersign.arc.ArcVerification;
import org.countersign.arc.SealedArcSet;
import org.countersign.authres.AuthenticationResults;
import org.countersign.authres.AuthenticationResultsWriter;
import org.countersign.canonical.BodyHashes;
import org.countersign.dkim.DkimResult;
import org.countersign.dkim.DkimVerification;
import org.countersign.dmarc.Discovery;
import org.countersign.dmarc.DmarcResult;
import org.countersign.dns.DnsLookups;
import org.countersign.dns.LookupTrace;
import org.countersign.dns.MessageLookups;
import org.countersign.domain.DomainName;
import org.countersign.keys.PublicKeyLookups;
import org.countersign.message.AuthorDomain;
import org.countersign.message.HeaderSection;
import org.countersign.policy.Connection;
import org.countersign.policy.Decision;
import org.countersign.policy.Envelope;
import org.countersign.policy.HeaderIdentities;
import org.countersign.policy.MessageFacts;
import org.countersign.policy.Verdict;
import org.countersign.smtp.HeaderField;
import org.countersign.spf.SpfResult;
import org.countersign.spf.SpfVerifier;

/**
 * One message from outside while it arrives. Each check starts as soon as what it needs is known: SPF of MAIL FROM
 * and of HELO with MAIL FROM, the DMARC walk with the From field, the keys of DKIM and ARC with the end of the header
 * section; the body is hashed as it passes.
 */
public final class InboundMessage implements MessageSession {
    // Eight of the walk and one whether the domain exists; twice, should a second From field change the author.
    private static final int MAX_AUTHOR_QUERIES = 20;

    private final MailAuthenticator authenticator;
    private final SmtpTransaction transaction;
    private final Client client;
    private final AuthservIdentity identity;
    private final MessageLookups lookups;
    private final DnsLookups authorLookups;
    private final HeaderCollector intake;
    private final MessageTasks background = new MessageTasks();
    private final Future<SpfResult> spf;
    private final Optional<Future<SpfResult>> helo;
    private final List<String> recipients = new ArrayList<>();
    private final Map<Decision, Optional<SealedArcSet>> seals = new HashMap<>();
    private int recipientCount;
    private Optional<AuthorWalk> walk = Optional.empty();
    private Optional<Arrived> arrived = Optional.empty();

    private record AuthorWalk(DomainName author, Future<Discovery> found) {}

    /** What is known once the header section has come. */
    private record Arrived(
            HeaderSection headers,
            AuthorDomain author,
            Optional<Future<Discovery>> walk,
            BodyHashes bodyHashes,
            DkimVerification dkim,
            ArcVerification arc,
            Optional<ArcSealOperation> sealing) {}

    InboundMessage(
            MailAuthenticator authenticator, SmtpTransaction transaction, Client client, MessageLookups lookups) {
        this.authenticator = authenticator;
        this.transaction = transaction;
        this.client = client;
        this.identity = authenticator.identity(transaction);
        this.lookups = lookups;
        this.authorLookups = lookups.forAuthorDomain(MAX_AUTHOR_QUERIES);
        this.intake = new HeaderCollector(authenticator.limits(), authenticator.ownHeaders(identity));
        this.spf = client instanceof Client.Ip known
                ? background.start("spf", () -> authenticator.checkMailFrom(transaction, known, lookups))
                : CompletableFuture.completedFuture(
                        SpfVerifier.withoutClient(transaction.mailFrom(), transaction.helo()));
        this.helo = authenticator
                .heloRequest(transaction, client)
                .map(request ->
                        background.start("spf-helo", () -> authenticator.checkHelo(request, transaction, lookups)));
    }

    @Override
    public void recipient(String address) {
        if (recipients.size() < Envelope.MAX_RECIPIENTS && address.length() <= Envelope.MAX_RECIPIENT + 2) {
            recipients.add(address);
        }
        recipientCount++;
    }

    @Override
    public void header(HeaderField field) {
        intake.add(field);
        if (walk.isEmpty() && field.is("From")) {
            walk = beginWalk(AuthorDomain.parse(new HeaderSection(List.of(field))));
        }
    }

    private Optional<AuthorWalk> beginWalk(AuthorDomain author) {
        if (!(author instanceof AuthorDomain.Single single)) {
            return Optional.empty();
        }
        lookups.extendTo(authenticator.deadline());
        return Optional.of(new AuthorWalk(
                single.domain(),
                background.start("dmarc", () -> authenticator.beginDmarc(single.domain(), authorLookups, background))));
    }

    @Override
    public void endOfHeaders() {
        arrived = Optional.of(arrive());
    }

    private Arrived arrive() {
        lookups.extendTo(authenticator.deadline());
        HeaderSection headers = intake.section();
        AuthorDomain author = AuthorDomain.parse(headers);
        BodyHashes bodyHashes = authenticator.bodyHashes();
        PublicKeyLookups keys = authenticator.keys(lookups, background);
        return new Arrived(
                headers,
                author,
                walkFor(author),
                bodyHashes,
                authenticator.beginDkim(headers, bodyHashes, keys),
                authenticator.beginArc(headers, bodyHashes, keys),
                authenticator.beginSealing(bodyHashes));
    }

    /** What began with the From field counts only if the whole header section names the same author. */
    private Optional<Future<Discovery>> walkFor(AuthorDomain author) {
        return walk.filter(begun -> author instanceof AuthorDomain.Single single
                        && single.domain().equals(begun.author()))
                .or(() -> beginWalk(author))
                .map(AuthorWalk::found);
    }

    @Override
    public void body(byte[] octets, int offset, int length) {
        arrived.ifPresent(known -> known.bodyHashes().body(octets, offset, length));
    }

    @Override
    public AuthenticationOutcome conclude() {
        Arrived known = arrived.orElseGet(this::arrive);
        arrived = Optional.of(known);
        lookups.extendTo(authenticator.deadline());
        List<DkimResult> signatures = known.dkim().finish();
        ArcResult arc = known.arc().finish();
        // Not when the message is closed, which another thread may do: only the one that has written the body may.
        known.bodyHashes().release();
        SpfResult mailFrom = await(spf);
        // Also where it was for nothing, so that all that was asked is on record.
        walk.map(AuthorWalk::found).ifPresent(InboundMessage::await);
        Optional<DmarcResult> dmarc =
                known.walk().map(walk -> authenticator.evaluateDmarc(await(walk), mailFrom, signatures, lookups));
        MessageFacts facts = new MessageFacts(
                known.author(),
                mailFrom,
                helo.map(InboundMessage::await),
                signatures,
                arc,
                dmarc,
                connection(),
                envelope(),
                HeaderIdentities.of(known.headers()),
                intake.isTooLarge(),
                intake.hasTooManyForged(),
                intake.strayOctet(),
                false);
        return decide(facts, known);
    }

    private Connection connection() {
        return client instanceof Client.Ip(InetAddress address, String hostName)
                ? new Connection(Optional.of(address), hostName, transaction.authenticatedUser())
                : new Connection(Optional.empty(), "", transaction.authenticatedUser());
    }

    /**
     * Waits for lookups that were begun and turned out not to be needed, for a host that shows what was asked. The
     * outcome does not depend on them. The wait ends at the deadline of the message.
     *
     * @return everything that was asked, in the order asked
     */
    public List<LookupTrace> awaitLookups() {
        background.await();
        return lookups.trace();
    }

    private Envelope envelope() {
        Envelope kept = Envelope.of(transaction.mailFrom(), transaction.helo(), recipients);
        return new Envelope(kept.mailFrom(), kept.helo(), kept.recipients(), recipientCount);
    }

    /**
     * Decides once more for some of the recipients, for a host that can treat them differently; for instance one
     * outcome for each recipient. Asks the DNS nothing, and may be called as often as wanted, also after
     * {@link #close}.
     *
     * @param concluded what {@link #conclude} of this message came to
     * @param others whom the decision is for
     */
    public AuthenticationOutcome decideFor(AuthenticationOutcome concluded, Iterable<String> others) {
        return decide(concluded.facts().to(others), arrived.orElseThrow());
    }

    private AuthenticationOutcome decide(MessageFacts found, Arrived known) {
        MailAuthenticator.Judgement judgement = authenticator.judge(found);
        MessageFacts facts = judgement.facts();
        Decision decision = judgement.decision();
        AuthenticationResults results =
                AuthenticationResultsBuilder.assemble(identity.authservId(), transaction, facts, decision);
        // Signing takes long: recipients for whom the same is decided share a seal.
        Optional<SealedArcSet> seal =
                seals.computeIfAbsent(decision, unused -> seal(known, decision, facts.arc(), results));
        List<HeaderField> ours = new ArrayList<>(6);
        seal.ifPresent(added -> ours.addAll(added.fields()));
        ours.add(AuthenticationResultsWriter.render(results));
        ours.addAll(authenticator.receivedSpf(transaction, client, facts));
        return new AuthenticationOutcome(
                facts,
                decision,
                LocalHeaders.edits(intake.removals(), ours, known.headers(), decision),
                seal,
                intake.removals().size(),
                lookups.trace());
    }

    private Optional<SealedArcSet> seal(
            Arrived known, Decision decision, ArcResult chain, AuthenticationResults results) {
        return known.sealing()
                .filter(unused -> !intake.isTooLarge() && intake.strayOctet().isEmpty() && isDelivered(decision))
                .flatMap(sealing -> sealing.seal(LocalHeaders.changed(known.headers(), decision), chain, results));
    }

    private static boolean isDelivered(Decision decision) {
        return switch (decision.verdict()) {
            case Verdict.Accept accept -> true;
            case Verdict.Tag tag -> true;
            case Verdict.Quarantine quarantine -> true;
            case Verdict.Discard discard -> false;
            case Verdict.Reject reject -> false;
            case Verdict.TempFail tempFail -> false;
        };
    }

    /**
     * Waits for work of this message. All it waits for are look-ups, which end by the message's deadline.
     *
     * @throws IllegalStateException for a fault of ours, which the front end answers with a temporary failure
     */
    private static <T> T await(Future<T> work) {
        try {
            return work.get();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the message was given up while it was being judged", interrupted);
        } catch (ExecutionException fault) {
            throw new IllegalStateException("a check failed for a fault of its own", fault.getCause());
        }
    }

    @Override
    public void close() {
        background.close();
    }
}
