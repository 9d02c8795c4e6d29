package org.countersign.inbound;

import java.net.InetAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.countersign.Client;
import org.countersign.MessageOutcome;
import org.countersign.MessageSession;
import org.countersign.MessageSessionFactory;
import org.countersign.SmtpTransaction;
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
import org.countersign.dns.DnsRecorder;
import org.countersign.dns.LookupTrace;
import org.countersign.dns.MeasuringClock;
import org.countersign.dns.MessageLookups;
import org.countersign.domain.DomainName;
import org.countersign.keys.PublicKeyLookups;
import org.countersign.message.AuthorDomain;
import org.countersign.message.HeaderSection;
import org.countersign.message.ReportHeaders;
import org.countersign.policy.Connection;
import org.countersign.policy.Decision;
import org.countersign.policy.Envelope;
import org.countersign.policy.HeaderIdentities;
import org.countersign.policy.MessageFacts;
import org.countersign.policy.Verdict;
import org.countersign.smtp.HeaderField;
import org.countersign.spf.SpfResult;

/**
 * One message from outside while it arrives. Each check starts as soon as its input is known:
 *
 * <ul>
 *   <li>SPF of MAIL FROM and HELO: after MAIL FROM.
 *   <li>Discovery of the DMARC policy: after the From field.
 *   <li>Lookups of the keys of DKIM and ARC: after the header section.
 * </ul>
 *
 * The body is hashed while it arrives, and is not kept.
 */
public final class InboundMessage implements MessageSession {
    // Eight queries of a tree walk (RFC 9989 §4.10), and one for the existence of the domain. Twice, because a second
    // From field
    // may change the author; rounded up.
    private static final int MAX_AUTHOR_QUERIES = 20;

    private final InboundChecks checks;
    private final SmtpTransaction transaction;
    private final LocalHeaders localHeaders;
    private final MessageLookups lookups;
    private final DnsLookups authorLookups;
    private final HeaderCollector collector;
    private final MessageTasks tasks = new MessageTasks();
    private final SpfChecks spf;
    private final Future<SpfResult> mailFrom;
    private final Optional<Future<SpfResult>> helo;
    private final List<String> recipients = new ArrayList<>();
    private final Map<Decision, Optional<SealedArcSet>> seals = new HashMap<>();
    private int recipientCount;
    private Optional<AuthorDiscovery> discovery = Optional.empty();
    private Optional<HeadersReceived> received = Optional.empty();

    private record AuthorDiscovery(DomainName author, Future<Discovery> found) {}

    /** What is known after the header section. */
    private record HeadersReceived(
            HeaderSection headers,
            AuthorDomain author,
            Optional<Future<Discovery>> discovery,
            BodyHashes bodyHashes,
            DkimVerification dkim,
            ArcVerification arc,
            Optional<ArcSealOperation> sealing) {}

    /** A message whose DNS answers are not counted against a memory budget. */
    public InboundMessage(InboundChecks checks, SmtpTransaction transaction) {
        this(checks, transaction, MessageLookups.AnswerMemory.UNLIMITED, DnsRecorder.OFF);
    }

    private InboundMessage(
            InboundChecks checks,
            SmtpTransaction transaction,
            MessageLookups.AnswerMemory answerMemory,
            DnsRecorder recorder) {
        this.checks = checks;
        this.transaction = transaction;
        this.localHeaders = checks.localHeaders().of(transaction.receivingHost());
        this.lookups = new MessageLookups(
                recorder.recording(checks.dns()), checks.settings().limits().dnsQueries(), deadline(), answerMemory);
        this.authorLookups = lookups.forAuthorDomain(MAX_AUTHOR_QUERIES);
        this.collector = new HeaderCollector(checks.settings().limits(), localHeaders);
        this.spf = new SpfChecks(checks.settings().spf(), transaction, checks.clock(), recorder.isOn());
        this.mailFrom = spf.startMailFrom(tasks, lookups);
        this.helo = spf.startHelo(tasks, lookups);
    }

    /** Opens messages that are judged by these checks. */
    public static MessageSessionFactory factory(InboundChecks checks) {
        return ForgedFieldScan.scanning(
                (transaction, answerMemory, recorder) ->
                        new InboundMessage(checks, transaction, answerMemory, recorder),
                checks.localHeaders());
    }

    /** The time until which DNS answers are awaited, counted from now. */
    private Instant deadline() {
        return MeasuringClock.monotonicOf(checks.clock())
                .instant()
                .plus(checks.settings().limits().deadline());
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
        collector.add(field);
        if (discovery.isEmpty() && field.is("From")) {
            discovery = startDiscovery(author(new HeaderSection(List.of(field))));
        }
    }

    private AuthorDomain author(HeaderSection headers) {
        AuthorDomain read = AuthorDomain.parse(headers);
        return transaction.completesAddresses() ? AuthorDomain.beforeCompletion(read, headers) : read;
    }

    private Optional<AuthorDiscovery> startDiscovery(AuthorDomain author) {
        if (!(author instanceof AuthorDomain.Single single)) {
            return Optional.empty();
        }
        lookups.extendTo(deadline());
        return Optional.of(new AuthorDiscovery(
                single.domain(),
                tasks.start("dmarc", () -> checks.dmarc().discover(single.domain(), authorLookups, tasks))));
    }

    @Override
    public void endOfHeaders() {
        received = Optional.of(receiveHeaders());
    }

    private HeadersReceived receiveHeaders() {
        lookups.extendTo(deadline());
        HeaderSection headers = collector.section();
        AuthorDomain author = author(headers);
        BodyHashes bodyHashes = checks.dkim().bodyHashes();
        PublicKeyLookups keys = checks.dkim().keys(lookups, tasks);
        return new HeadersReceived(
                headers,
                author,
                discoveryOf(author),
                bodyHashes,
                checks.dkim().begin(headers, bodyHashes, keys),
                checks.arc().begin(headers, bodyHashes, keys),
                checks.sealing().begin(bodyHashes));
    }

    /** The discovery that began with the From field. Empty if the whole header section has another author. */
    private Optional<Future<Discovery>> discoveryOf(AuthorDomain author) {
        return discovery
                .filter(begun -> author instanceof AuthorDomain.Single single
                        && single.domain().equals(begun.author()))
                .or(() -> startDiscovery(author))
                .map(AuthorDiscovery::found);
    }

    @Override
    public void body(byte[] octets, int offset, int length) {
        received.ifPresent(known -> known.bodyHashes().body(octets, offset, length));
    }

    @Override
    public MessageOutcome.Judged conclude() {
        HeadersReceived known = received.orElseGet(this::receiveHeaders);
        received = Optional.of(known);
        lookups.extendTo(deadline());
        List<DkimResult> signatures = known.dkim().finish();
        ArcResult arc = known.arc().finish();
        // Not in close(), which another thread may call: only the thread that has written the body may release it.
        known.bodyHashes().release();
        SpfResult spfResult = await(mailFrom);
        // Also if its result is not needed, so that the outcome lists all queries.
        discovery.map(AuthorDiscovery::found).ifPresent(InboundMessage::await);
        Optional<DmarcResult> dmarc = known.discovery()
                .map(found -> checks.dmarc()
                        .evaluate(await(found), AuthenticatedIdentifiers.of(spfResult, signatures), lookups));
        MessageFacts facts = new MessageFacts(
                known.author(),
                spfResult,
                helo.map(InboundMessage::await),
                signatures,
                arc,
                dmarc,
                connection(),
                envelope(),
                HeaderIdentities.of(known.headers()),
                collector.isTooLarge(),
                collector.hasTooManyForged(),
                collector.strayOctet(),
                false,
                ReportHeaders.areIn(known.headers()));
        return decide(facts, known);
    }

    private Connection connection() {
        return transaction.client() instanceof Client.Ip(InetAddress address, String hostName)
                ? new Connection(Optional.of(address), hostName, transaction.authenticatedUser())
                : new Connection(Optional.empty(), "", transaction.authenticatedUser());
    }

    private Envelope envelope() {
        Envelope known = Envelope.of(transaction.mailFrom(), transaction.helo(), recipients);
        return new Envelope(known.mailFrom(), known.helo(), known.recipients(), recipientCount);
    }

    /**
     * Waits for lookups that have started but whose answers were not needed, for a host that shows all queries. The
     * outcome does not depend on them. The wait ends at the deadline of the message.
     *
     * @return every query, in the order made
     */
    public List<LookupTrace> awaitLookups() {
        tasks.await();
        return lookups.trace();
    }

    /**
     * Decides once more for some of the recipients, for a host that can treat recipients differently. Makes no DNS query,
     * and may be called any number of times, also after {@link #close}.
     *
     * @param concluded the outcome of {@link #conclude} of this message
     * @param others the recipients that the decision is for
     */
    public MessageOutcome.Judged decideFor(MessageOutcome.Judged concluded, Iterable<String> others) {
        return decide(concluded.facts().to(others), received.orElseThrow());
    }

    private MessageOutcome.Judged decide(MessageFacts found, HeadersReceived known) {
        PolicyDecision decided = PolicyDecision.of(found, checks);
        MessageFacts facts = decided.facts();
        Decision decision = decided.decision();
        AuthenticationResults results = AuthenticationResultsBuilder.assemble(
                localHeaders.identity().authservId(), transaction, facts, decision);
        // A signature is expensive: recipients with the same decision share a seal.
        Optional<SealedArcSet> seal =
                seals.computeIfAbsent(decision, unused -> seal(known, decision, facts.arc(), results));
        List<HeaderField> added = new ArrayList<>(6);
        seal.ifPresent(set -> added.addAll(set.fields()));
        added.add(AuthenticationResultsWriter.render(results));
        if (localHeaders.receivedSpf()) {
            added.addAll(spf.receivedSpf(facts));
        }
        return new MessageOutcome.Judged(
                facts,
                decision,
                LocalHeaders.edits(collector.removals(), added, known.headers(), decision),
                seal,
                collector.removals().size(),
                lookups.trace(),
                checks.policy());
    }

    private Optional<SealedArcSet> seal(
            HeadersReceived known, Decision decision, ArcResult chain, AuthenticationResults results) {
        return known.sealing()
                .filter(unused ->
                        !collector.isTooLarge() && collector.strayOctet().isEmpty() && isDelivered(decision))
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
     * Waits for a task of this message. A task waits only for lookups, which end by the message's deadline.
     *
     * @throws IllegalStateException for a programming error, which the front end answers with a temporary failure
     */
    private static <T> T await(Future<T> task) {
        try {
            return task.get();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the message was given up while it was being judged", interrupted);
        } catch (ExecutionException failure) {
            throw new IllegalStateException("a check failed because of a programming error", failure.getCause());
        }
    }

    @Override
    public void close() {
        tasks.close();
    }
}
