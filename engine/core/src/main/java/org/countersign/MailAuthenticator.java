package org.countersign;

import java.time.Duration;
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
import org.countersign.dkim.DkimLimits;
import org.countersign.dkim.DkimResult;
import org.countersign.dkim.DkimVerification;
import org.countersign.dkim.DkimVerifier;
import org.countersign.dmarc.Discovery;
import org.countersign.dmarc.DmarcEvaluator;
import org.countersign.dmarc.DmarcResult;
import org.countersign.dmarc.Identifier;
import org.countersign.dmarc.Mechanism;
import org.countersign.dns.DnsClient;
import org.countersign.dns.DnsLookups;
import org.countersign.dns.MeasuringClock;
import org.countersign.dns.MessageLookups;
import org.countersign.domain.DomainName;
import org.countersign.domain.ReversePath;
import org.countersign.keys.PublicKeyLookups;
import org.countersign.message.HeaderSection;
import org.countersign.policy.Decision;
import org.countersign.policy.LocalPolicy;
import org.countersign.policy.MessageFacts;
import org.countersign.policy.Mode;
import org.countersign.policy.PolicyRules;
import org.countersign.policy.ResultKeyword;
import org.countersign.policy.RuleContext;
import org.countersign.smtp.HeaderField;
import org.countersign.spf.ReceivedSpf;
import org.countersign.spf.SpfLimits;
import org.countersign.spf.SpfRequest;
import org.countersign.spf.SpfResult;
import org.countersign.spf.SpfVerifier;

/**
 * Judges mail from outside: SPF, DKIM, DMARC and ARC, what to do about them, and the header that says so. Holds no
 * state of any message; one serves all threads.
 *
 * <pre>{@code
 * MailAuthenticator authenticator = MailAuthenticator.builder(dns, clock).mode(Mode.ENFORCE).build();
 * try (InboundMessage mail = authenticator.begin(transaction, client)) {
 *     MessageReader.pour(stream, mail, 100_000);
 *     AuthenticationOutcome outcome = mail.conclude();
 * }
 * }</pre>
 */
public final class MailAuthenticator {
    /** How long mail of a domain is deferred while DMARC cannot be evaluated, unless set. */
    public static final Duration DEFAULT_DEFER_FOR = Duration.ofHours(12);

    private static final DomainName UNNAMED_HOST = DomainName.of("localhost");
    // The record of a mail server's name seldom takes more than three.
    private static final int MAX_HELO_QUERIES = 50;

    private final DnsClient dns;
    private final InstantSource clock;
    private final InstantSource monotonic;
    private final MessageLimits limits;
    private final List<String> aliases;
    private final boolean subdomains;
    private final Optional<AuthservIdentity> identity;
    private final LocalPolicy policy;
    private final boolean receivedSpf;
    private final boolean checkHelo;
    private final SpfLimits spfLimits;
    private final DkimVerifier dkim;
    private final DmarcEvaluator dmarc;
    private final ArcVerifier arc;
    private final Optional<ArcSealingPolicy> sealer;
    private final TemperrorTable temperrors;
    private final Duration deferFor;

    private MailAuthenticator(Builder builder) {
        this.dns = builder.dns;
        this.clock = builder.clock;
        this.monotonic = MeasuringClock.monotonicOf(builder.clock);
        this.limits = builder.limits;
        this.aliases = builder.aliases;
        this.subdomains = builder.subdomains;
        this.identity = builder.authservId.map(id -> AuthservIdentity.of(id, builder.aliases, builder.subdomains));
        this.policy = new LocalPolicy(builder.mode, builder.rules);
        this.receivedSpf = builder.receivedSpf;
        this.checkHelo = builder.checkHelo;
        this.spfLimits = builder.spfLimits;
        this.dkim = new DkimVerifier(builder.dkimLimits, clock, builder.rsa);
        this.dmarc = builder.dmarc;
        this.arc = new ArcVerifier(ArcLimits.DEFAULT, builder.dkimLimits, clock);
        this.sealer = builder.sealer;
        this.temperrors = builder.temperrors;
        this.deferFor = builder.deferFor;
    }

    /**
     * @param dns shared by all messages
     * @param clock for expiry of signatures and macros of SPF, and for deadlines, which the monotonic clock of a
     *     {@link MeasuringClock} measures; the DNS client must have been given the same one
     */
    public static Builder builder(DnsClient dns, InstantSource clock) {
        return new Builder(dns, clock);
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
        return limits;
    }

    private MessageLookups lookups(MessageLookups.Room room) {
        return new MessageLookups(dns, limits.dnsQuestions(), deadline(), room);
    }

    /** For answers that are needed at the stage that a message reaches now. */
    Instant deadline() {
        return monotonic.instant().plus(limits.deadline());
    }

    /** Under which name results of this message are given: the one configured, else the mail server's own. */
    AuthservIdentity identity(SmtpTransaction transaction) {
        return identity.orElseGet(() -> AuthservIdentity.ofHost(transaction.receivingHost(), aliases, subdomains));
    }

    SpfResult checkMailFrom(SmtpTransaction transaction, Client.Ip client, MessageLookups lookups) {
        return spf(transaction).verify(mailFromRequest(transaction, client), lookups);
    }

    /** The check of HELO beside that of MAIL FROM, where there is something to check that MAIL FROM is not already. */
    Optional<SpfRequest> heloRequest(SmtpTransaction transaction, Client client) {
        // RFC 7208 §2.4: for a null reverse-path, HELO is what the check of MAIL FROM looks at.
        if (!checkHelo || transaction.mailFrom() instanceof ReversePath.Null || !(client instanceof Client.Ip known)) {
            return Optional.empty();
        }
        // RFC 7208 §2.3: only a domain name of several labels can be checked.
        return Optional.of(SpfRequest.helo(known.address(), transaction.helo()))
                .filter(request -> request.domain().isPresent());
    }

    /** Whoever chooses the name in HELO must not be able to use up the questions that MAIL FROM, DKIM and DMARC need. */
    SpfResult checkHelo(SpfRequest helo, SmtpTransaction transaction, MessageLookups lookups) {
        return spf(transaction).verify(helo, lookups.aside(MAX_HELO_QUERIES));
    }

    private SpfVerifier spf(SmtpTransaction transaction) {
        return new SpfVerifier(spfLimits, receivingHost(transaction), clock);
    }

    /** Which fields of a message nobody but us may write. */
    LocalHeaders ownHeaders(AuthservIdentity ours) {
        return new LocalHeaders(ours.ids(), receivedSpf);
    }

    /** The Received-SPF fields, one for each identity checked, where they are wanted; none without a client's address. */
    List<HeaderField> receivedSpf(SmtpTransaction transaction, Client sender, MessageFacts facts) {
        if (!receivedSpf || !(sender instanceof Client.Ip client)) {
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
                        deferFor)) {
            MessageFacts lasting = facts.withPersistentTemperror();
            return new Judgement(lasting, policy.decide(lasting));
        }
        return new Judgement(facts, decision);
    }

    /** Settings of a {@link MailAuthenticator}. */
    public static final class Builder {
        private final DnsClient dns;
        private final InstantSource clock;
        private MessageLimits limits = MessageLimits.DEFAULT;
        private Optional<String> authservId = Optional.empty();
        private List<String> aliases = List.of();
        private boolean subdomains;
        private Mode mode = Mode.MONITOR;
        private PolicyRules rules = PolicyRules.DEFAULT;
        private boolean receivedSpf;
        private boolean checkHelo = true;
        private SpfLimits spfLimits = SpfLimits.DEFAULT;
        private DkimLimits dkimLimits = DkimLimits.DEFAULT;
        private RsaEngine rsa = RsaEngine.jca();
        private DmarcEvaluator dmarc = new DmarcEvaluator();
        private Optional<ArcSealingPolicy> sealer = Optional.empty();
        private TemperrorTable temperrors;
        private Duration deferFor = DEFAULT_DEFER_FOR;

        private Builder(DnsClient dns, InstantSource clock) {
            this.dns = dns;
            this.clock = clock;
            this.temperrors = new TemperrorTable(clock, persistent -> {});
        }

        public Builder limits(MessageLimits value) {
            this.limits = value;
            return this;
        }

        /** The name that results are given under (RFC 8601 §2.5). Default: the mail server's own. */
        public Builder authservId(String value) {
            this.authservId = Optional.of(value);
            return this;
        }

        /** Further names of ours: what claims to be from one of them is removed too. */
        public Builder authservIdAliases(List<String> value) {
            this.aliases = List.copyOf(value);
            return this;
        }

        /** Whether names below those of ours are ours too. Default: no. */
        public Builder authservIdSubdomains(boolean value) {
            this.subdomains = value;
            return this;
        }

        /** What adds an ARC Set to mail that is delivered. Default: nothing. */
        public Builder sealer(ArcSealingPolicy value) {
            this.sealer = Optional.of(value);
            return this;
        }

        /** Whether SPF checks HELO beside MAIL FROM (RFC 7208 §2.3). Default: yes. */
        public Builder checkHelo(boolean value) {
            this.checkHelo = value;
            return this;
        }

        /** How much work one check of SPF may be. Default: {@link SpfLimits#DEFAULT}. */
        public Builder spfLimits(SpfLimits value) {
            this.spfLimits = value;
            return this;
        }

        /** Which signatures of a message are verified, those of ARC included. Default: {@link DkimLimits#DEFAULT}. */
        public Builder dkimLimits(DkimLimits value) {
            this.dkimLimits = value;
            return this;
        }

        /** What computes with RSA keys; the Java runtime unless set. */
        public Builder rsa(RsaEngine value) {
            this.rsa = value;
            return this;
        }

        /** Whether Received-SPF fields are added beside Authentication-Results (RFC 7208 §9.1). Default: no. */
        public Builder receivedSpf(boolean value) {
            this.receivedSpf = value;
            return this;
        }

        /** How DMARC is evaluated. Default: by RFC 9989 alone. */
        public Builder dmarc(DmarcEvaluator value) {
            this.dmarc = value;
            return this;
        }

        /** Where it is remembered for which domains DMARC cannot be evaluated. Default: a table of its own. */
        public Builder temperrors(TemperrorTable value) {
            this.temperrors = value;
            return this;
        }

        /**
         * How long mail of a domain is deferred while DMARC cannot be evaluated; then a known policy is applied as if
         * the message had failed, and other mail is quarantined. Default: {@link #DEFAULT_DEFER_FOR}.
         */
        public Builder deferFor(Duration value) {
            this.deferFor = value;
            return this;
        }

        /** Default: {@link Mode#MONITOR}. */
        public Builder mode(Mode value) {
            this.mode = value;
            return this;
        }

        /** What decides. Default: {@link PolicyRules#DEFAULT}. */
        public Builder rules(PolicyRules value) {
            this.rules = value;
            return this;
        }

        public MailAuthenticator build() {
            return new MailAuthenticator(this);
        }
    }
}
