package org.countersign;

import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.countersign.arc.ArcLimits;
import org.countersign.arc.ArcSealOperation;
import org.countersign.arc.ArcVerification;
import org.countersign.arc.ArcVerifier;
import org.countersign.canonical.BodyHashes;
import org.countersign.crypto.RsaEngine;
import org.countersign.dkim.DkimResult;
import org.countersign.dkim.DkimVerification;
import org.countersign.dkim.DkimVerifier;
import org.countersign.dmarc.Discovery;
import org.countersign.dmarc.DiscoveryMode;
import org.countersign.dmarc.DmarcEvaluator;
import org.countersign.dmarc.DmarcResult;
import org.countersign.dmarc.Identifier;
import org.countersign.dmarc.Mechanism;
import org.countersign.dmarc.PublicSuffixList;
import org.countersign.dns.DnsClient;
import org.countersign.dns.DnsLookups;
import org.countersign.dns.MeasuringClock;
import org.countersign.dns.MessageLookups;
import org.countersign.domain.DomainName;
import org.countersign.domain.ReversePath;
import org.countersign.inbound.AuthservSettings;
import org.countersign.inbound.InboundSettings;
import org.countersign.keys.PublicKeyLookups;
import org.countersign.message.HeaderSection;
import org.countersign.policy.Decision;
import org.countersign.policy.LocalPolicy;
import org.countersign.policy.MessageFacts;
import org.countersign.policy.ResultKeyword;
import org.countersign.policy.RuleContext;
import org.countersign.smtp.HeaderField;
import org.countersign.spf.ReceivedSpf;
import org.countersign.spf.SpfRequest;
import org.countersign.spf.SpfResult;
import org.countersign.spf.SpfVerifier;

/**
 * Judges mail from outside: SPF, DKIM, DMARC and ARC, what to do about them, and the header that says so. Holds no
 * state of any message; one serves all threads.
 *
 * <pre>{@code
 * MailAuthenticator authenticator = new MailAuthenticator(InboundSettings.DEFAULT, dns, clock);
 * try (InboundMessage mail = authenticator.begin(transaction, client)) {
 *     MessageReader.pour(stream, mail, 100_000);
 *     AuthenticationOutcome outcome = mail.conclude();
 * }
 * }</pre>
 */
public final class MailAuthenticator {
    private static final DomainName UNNAMED_HOST = DomainName.of("localhost");
    // The record of a mail server's name seldom takes more than three.
    private static final int MAX_HELO_QUERIES = 50;

    private final InboundSettings settings;
    private final DnsClient dns;
    private final InstantSource clock;
    private final InstantSource monotonic;
    private final Optional<AuthservIdentity> identity;
    private final LocalPolicy policy;
    private final DkimVerifier dkim;
    private final DmarcEvaluator dmarc;
    private final ArcVerifier arc;
    private final Optional<ArcSealingPolicy> sealer;
    private final TemperrorTable temperrors;

    /** Seals nothing, and has its own table of temporary errors. */
    public MailAuthenticator(InboundSettings settings, DnsClient dns, InstantSource clock) {
        this(settings, dns, clock, RsaEngine.jca(), new TemperrorTable(clock, persistent -> {}), Optional.empty());
    }

    /**
     * @param dns shared by all messages
     * @param clock for expiry of signatures and macros of SPF, and for deadlines, which the monotonic clock of a
     *     {@link MeasuringClock} measures; the DNS client must have been given the same one
     * @param rsa computes with RSA keys
     * @param temperrors remembers for which domains DMARC cannot be evaluated
     * @param sealer adds an ARC Set to mail that is delivered; empty for none
     */
    public MailAuthenticator(
            InboundSettings settings,
            DnsClient dns,
            InstantSource clock,
            RsaEngine rsa,
            TemperrorTable temperrors,
            Optional<ArcSealingPolicy> sealer) {
        AuthservSettings names = settings.authserv();
        this.settings = settings;
        this.dns = dns;
        this.clock = clock;
        this.monotonic = MeasuringClock.monotonicOf(clock);
        this.identity = names.authservId().isEmpty()
                ? Optional.empty()
                : Optional.of(AuthservIdentity.of(names.authservId(), names.aliases(), names.subdomains()));
        this.policy = new LocalPolicy(settings.mode(), settings.rules());
        this.dkim = new DkimVerifier(settings.dkim(), clock, rsa);
        this.dmarc = evaluator(settings.dmarc().organizationalDomain());
        this.arc = new ArcVerifier(ArcLimits.DEFAULT, settings.dkim(), clock);
        this.sealer = sealer;
        this.temperrors = temperrors;
    }

    // The list takes a moment to load, so it is loaded only where it is used.
    private static DmarcEvaluator evaluator(DiscoveryMode mode) {
        return mode.usesPublicSuffixes()
                ? DmarcEvaluator.of(mode, PublicSuffixList.bundled(), new SecureRandom())
                : new DmarcEvaluator();
    }

    /**
     * A message has begun: starts to judge it.
     *
     * @param client the transaction's client, which must have an address for SPF to be checked
     */
    public InboundMessage begin(SmtpTransaction transaction, Client client) {
        return begin(transaction, client, MessageLookups.Room.UNLIMITED);
    }

    /** Likewise, with large answers of the DNS in room of its own. */
    InboundMessage begin(SmtpTransaction transaction, Client client, MessageLookups.Room room) {
        return new InboundMessage(this, transaction, client, lookups(room));
    }

    MessageLimits limits() {
        return settings.limits();
    }

    private MessageLookups lookups(MessageLookups.Room room) {
        return new MessageLookups(dns, settings.limits().dnsQuestions(), deadline(), room);
    }

    /** For answers that are needed at the stage that a message reaches now. */
    Instant deadline() {
        return monotonic.instant().plus(settings.limits().deadline());
    }

    /** Under which name results of this message are given: the one configured, else the mail server's own. */
    AuthservIdentity identity(SmtpTransaction transaction) {
        return identity.orElseGet(() -> AuthservIdentity.ofHost(
                transaction.receivingHost(),
                settings.authserv().aliases(),
                settings.authserv().subdomains()));
    }

    SpfResult checkMailFrom(SmtpTransaction transaction, Client.Ip client, MessageLookups lookups) {
        return spf(transaction).verify(mailFromRequest(transaction, client), lookups);
    }

    /** The check of HELO beside that of MAIL FROM, where there is something to check that MAIL FROM is not already. */
    Optional<SpfRequest> heloRequest(SmtpTransaction transaction, Client client) {
        // RFC 7208 §2.4: for a null reverse-path, HELO is what the check of MAIL FROM looks at.
        if (!settings.spf().checkHelo()
                || transaction.mailFrom() instanceof ReversePath.Null
                || !(client instanceof Client.Ip known)) {
            return Optional.empty();
        }
        // RFC 7208 §2.3: only a domain name of several labels can be checked.
        return Optional.of(SpfRequest.helo(known.address(), transaction.helo()))
                .filter(request -> request.domain().isPresent());
    }

    /** Whoever chooses the name in HELO must not be able to use up the questions that MAIL FROM, DKIM and DMARC need. */
    SpfResult checkHelo(SpfRequest helo, SmtpTransaction transaction, MessageLookups lookups) {
        return spf(transaction).verify(helo, lookups.withSeparateBudget(MAX_HELO_QUERIES));
    }

    private SpfVerifier spf(SmtpTransaction transaction) {
        return new SpfVerifier(settings.spf().limits(), receivingHost(transaction), clock);
    }

    /** Which fields of a message nobody but us may write. */
    LocalHeaders ownHeaders(AuthservIdentity ours) {
        return new LocalHeaders(ours.ids(), settings.receivedSpf());
    }

    /** The Received-SPF fields, one for each identity checked, where they are wanted; none without a client's address. */
    List<HeaderField> receivedSpf(SmtpTransaction transaction, Client sender, MessageFacts facts) {
        if (!settings.receivedSpf() || !(sender instanceof Client.Ip client)) {
            return List.of();
        }
        DomainName receiver = receivingHost(transaction);
        List<HeaderField> fields = new ArrayList<>(2);
        fields.add(ReceivedSpf.render(facts.spf(), mailFromRequest(transaction, client), receiver));
        facts.helo()
                .ifPresent(helo -> fields.add(
                        ReceivedSpf.render(helo, SpfRequest.helo(client.address(), transaction.helo()), receiver)));
        return fields;
    }

    private static SpfRequest mailFromRequest(SmtpTransaction transaction, Client.Ip client) {
        return SpfRequest.mailFrom(client.address(), transaction.mailFrom(), transaction.helo());
    }

    private static DomainName receivingHost(SmtpTransaction transaction) {
        return DomainName.parse(transaction.receivingHost()).orElse(UNNAMED_HOST);
    }

    /** The key look-ups of one message, for DKIM and ARC alike. */
    PublicKeyLookups keys(DnsLookups lookups, Executor executor) {
        return dkim.keys(lookups, executor);
    }

    BodyHashes bodyHashes() {
        return dkim.bodyHashes();
    }

    DkimVerification beginDkim(HeaderSection headers, BodyHashes bodyHashes, PublicKeyLookups keys) {
        return dkim.begin(headers, bodyHashes, keys);
    }

    ArcVerification beginArc(HeaderSection headers, BodyHashes bodyHashes, PublicKeyLookups keys) {
        return arc.begin(headers, bodyHashes, keys);
    }

    /** Empty where mail is not sealed, or not now. */
    Optional<ArcSealOperation> beginSealing(BodyHashes bodyHashes) {
        return sealer.flatMap(known -> known.begin(bodyHashes));
    }

    Discovery beginDmarc(DomainName author, DnsLookups lookups, Executor executor) {
        return dmarc.discover(author, lookups, executor);
    }

    DmarcResult evaluateDmarc(
            Discovery discovery, SpfResult mailFrom, List<DkimResult> signatures, DnsLookups lookups) {
        List<Identifier> identifiers = new ArrayList<>();
        Optional<DomainName> spfDomain = mailFrom.domain();
        if (mailFrom instanceof SpfResult.Pass && spfDomain.isPresent()) {
            identifiers.add(Identifier.authenticated(spfDomain.get(), Mechanism.SPF));
        } else if (mailFrom instanceof SpfResult.TempError && spfDomain.isPresent()) {
            identifiers.add(Identifier.unresolved(spfDomain.get(), Mechanism.SPF));
        }
        for (DkimResult signature : signatures) {
            Optional<DomainName> sdid = signature.signature().sdid();
            if (sdid.isEmpty()) {
                continue;
            }
            // What an l= tag leaves out of the body anybody may have added, so such a pass speaks for nobody.
            // Deviation: RFC 6376 §3.6.1 puts a pass of a key in test mode (t=y) on a level with no signature; it
            // counts here, since nobody else could have made it and many domains never take the flag away.
            // See ADR 11.
            if (signature instanceof DkimResult.Pass pass && pass.signature().coversWholeBody()) {
                identifiers.add(Identifier.authenticated(sdid.get(), Mechanism.DKIM));
            } else if (signature instanceof DkimResult.TempError error
                    && error.signature().coversWholeBody()) {
                identifiers.add(Identifier.unresolved(sdid.get(), Mechanism.DKIM));
            }
        }
        return dmarc.evaluate(discovery, identifiers, lookups);
    }

    /** A decision and the facts that it rests on. */
    record Judgement(MessageFacts facts, Decision decision) {}

    /** Decides, and remembers of an Author Domain whether DMARC could be evaluated. */
    Judgement judge(MessageFacts facts) {
        RuleContext ruleFacts = RuleContext.of(facts);
        Decision decision = policy.decide(ruleFacts);
        Optional<DomainName> author = ruleFacts.authorDomain();
        if (author.isPresent() && !ruleFacts.undecided()) {
            if (ruleFacts.dmarc().result() == ResultKeyword.PASS) {
                temperrors.passed(author.get());
            } else {
                temperrors.evaluated(author.get(), facts.connection().client());
            }
        } else if (author.isPresent()
                && LocalPolicy.defers(decision)
                && temperrors.temperror(
                        author.get(),
                        facts.connection().client(),
                        ruleFacts.dmarc().applied(),
                        settings.dmarc().deferFor())) {
            MessageFacts lasting = facts.withPersistentTemperror();
            return new Judgement(lasting, policy.decide(lasting));
        }
        return new Judgement(facts, decision);
    }
}
