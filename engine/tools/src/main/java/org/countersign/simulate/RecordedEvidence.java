package org.countersign.simulate;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.countersign.Client;
import org.countersign.MessageLimits;
import org.countersign.arc.ArcChain;
import org.countersign.archive.RecoveredTransaction;
import org.countersign.authres.AuthenticationResults;
import org.countersign.authres.AuthenticationResultsParser;
import org.countersign.authres.ParsedResults;
import org.countersign.dmarc.DmarcPolicy;
import org.countersign.domain.DomainName;
import org.countersign.domain.ReversePath;
import org.countersign.inbound.HeaderCollector;
import org.countersign.inbound.LocalHeaders;
import org.countersign.inbound.LocalHeadersFactory;
import org.countersign.inbound.RecordedResults;
import org.countersign.message.AuthorDomain;
import org.countersign.message.HeaderSection;
import org.countersign.policy.Connection;
import org.countersign.policy.DmarcFinding;
import org.countersign.policy.Envelope;
import org.countersign.policy.Finding;
import org.countersign.policy.HeaderIdentities;
import org.countersign.policy.ResultKeyword;
import org.countersign.policy.RuleContext;
import org.countersign.policy.UnknownFact;
import org.countersign.smtp.HeaderField;

/**
 * The facts about a message by the results that this site recorded when it arrived. Only fields above the Received field
 * of this site are believed: a sender cannot write there.
 */
final class RecordedEvidence {
    private static final int MAX_RESULTS = 20;

    private final StoredMail mail;
    private final RecordedResults results;
    private final HeaderCollector collector;
    private final HeaderSection headers;
    private final AuthorDomain author;
    private final Set<UnknownFact> unknown = EnumSet.noneOf(UnknownFact.class);
    private final Set<Doubt> doubts = EnumSet.noneOf(Doubt.class);

    private RecordedEvidence(StoredMail mail, LocalHeaders local, RecordedResults results) {
        this.mail = mail;
        this.results = results;
        this.collector = new HeaderCollector(MessageLimits.DEFAULT, local);
        mail.arrived().forEach(collector::add);
        this.headers = collector.section();
        this.author = AuthorDomain.parse(headers);
    }

    /**
     * Reads the results of a message.
     *
     * @param names of this site in results fields
     * @param always whether results are used that lack a result of DMARC, or all results
     * @return empty if there are no results that can be used
     */
    static Optional<Evidence> of(StoredMail mail, LocalHeadersFactory names, boolean always) {
        LocalHeaders local = names.of(mail.transaction().receivingHost());
        List<AuthenticationResults> fields = new ArrayList<>();
        // The lowest field is the one of the host that took the message from outside.
        for (HeaderField field : mail.added().reversed()) {
            if (fields.size() < MAX_RESULTS
                    && local.identity().ids().claims(field)
                    && AuthenticationResultsParser.parse(field.value()) instanceof ParsedResults.Parsed parsed) {
                fields.add(parsed.results());
            }
        }
        if (fields.isEmpty() && !always) {
            return Optional.empty();
        }
        RecordedResults results = RecordedResults.of(fields);
        RecordedEvidence evidence = new RecordedEvidence(mail, local, results);
        boolean usable = results.isComplete() && evidence.isForThisAuthor();
        return usable || always ? Optional.of(evidence.read()) : Optional.empty();
    }

    /** Whether the results are for the author that the message has now. */
    private boolean isForThisAuthor() {
        if (results.author().isEmpty()) {
            // This system records the author of every message that has a single one.
            return !(author instanceof AuthorDomain.Single)
                    || results.dmarc()
                            .filter(dmarc -> dmarc.result() == ResultKeyword.PERMERROR)
                            .isEmpty();
        }
        return author instanceof AuthorDomain.Single single
                && single.domain().equals(results.author().get());
    }

    /** The facts that the results tell, and for those that they do not tell, each possibility. */
    private Evidence read() {
        Connection connection = connection();
        Envelope envelope = envelope();
        Finding spf = results.spf().orElseGet(() -> {
            doubt(UnknownFact.SPF, Doubt.NO_SPF_RESULT);
            return new Finding(ResultKeyword.NONE, Optional.empty());
        });
        if (results.dkim().isEmpty()) {
            doubt(UnknownFact.DKIM, Doubt.NO_DKIM_RESULT);
        }
        ResultKeyword arc = results.arc().orElse(ResultKeyword.NONE);
        if (results.arc().isEmpty() && headers.fields().stream().anyMatch(field -> field.is("ARC-Seal"))) {
            doubt(UnknownFact.ARC, Doubt.NO_ARC_RESULT);
        }
        Optional<ArcChain> chain = arc == ResultKeyword.PASS ? chain() : Optional.empty();
        List<RuleContext> possible = new ArrayList<>();
        for (DmarcFinding dmarc : possibleDmarc()) {
            possible.add(new RuleContext(
                    author,
                    connection,
                    envelope,
                    HeaderIdentities.of(headers),
                    spf,
                    results.dkim().orElse(List.of()),
                    dmarc,
                    arc,
                    chain,
                    collector.isTooLarge(),
                    false,
                    collector.strayOctet()));
        }
        // The recorded results do not tell whether the fields of a broken signature verified.
        return new Evidence(ResultsSource.RECORDED, possible, unknown, doubts, false);
    }

    private void doubt(UnknownFact fact, Doubt reason) {
        unknown.add(fact);
        doubts.add(reason);
    }

    private Connection connection() {
        RecoveredTransaction transaction = mail.transaction();
        Optional<Client> found = transaction.client().map(fact -> fact.value());
        if (found.isPresent() && found.get() instanceof Client.Ip(InetAddress address, String name)) {
            return new Connection(Optional.of(address), name, transaction.user());
        }
        unknown.add(UnknownFact.CLIENT_NAME);
        if (results.client().isEmpty() || !isForThisAuthor()) {
            doubt(UnknownFact.CLIENT, Doubt.NO_CLIENT);
            return new Connection(Optional.empty(), "", transaction.user());
        }
        return new Connection(results.client(), "", transaction.user());
    }

    private Envelope envelope() {
        RecoveredTransaction transaction = mail.transaction();
        // The fields name some of the recipients, or none.
        unknown.add(UnknownFact.OTHER_RECIPIENTS);
        if (transaction.helo().isEmpty()) {
            unknown.add(UnknownFact.HELO);
        }
        return Envelope.of(
                mailFrom(), transaction.helo().map(fact -> fact.value()).orElse(""), transaction.recipients());
    }

    /** The reverse-path as it was judged: delivery may have rewritten that in the Return-Path field. */
    private ReversePath mailFrom() {
        Optional<ReversePath> found = mail.transaction().mailFrom().map(fact -> fact.value());
        if (results.nullSender().isEmpty()) {
            return found.orElseGet(() -> {
                doubt(UnknownFact.MAIL_FROM, Doubt.NO_MAIL_FROM);
                return new ReversePath.Null();
            });
        }
        if (results.nullSender().get()) {
            return new ReversePath.Null();
        }
        Optional<DomainName> domain = results.mailFromDomain();
        if (found.isPresent()
                && found.get() instanceof ReversePath.Address address
                && (domain.isEmpty() || address.domain().equals(domain))) {
            return address;
        }
        unknown.add(UnknownFact.MAIL_FROM_LOCAL_PART);
        return new ReversePath.Address("", domain.map(DomainName::toString).orElse(""));
    }

    private Optional<ArcChain> chain() {
        OptionalInt oldest = results.oldestPass();
        // Without this number only the newest signature is known to verify.
        int sets = (int)
                headers.fields().stream().filter(field -> field.is("ARC-Seal")).count();
        Optional<ArcChain> chain = ArcChain.recorded(headers, oldest.orElse(sets));
        if (chain.isEmpty()) {
            doubt(UnknownFact.ARC_CHAIN, Doubt.NO_ARC_RESULT);
        }
        return chain;
    }

    /** Each result of DMARC that the message can have had, with the policy of the domain. */
    private List<DmarcFinding> possibleDmarc() {
        if (!(author instanceof AuthorDomain.Single)) {
            return List.of(finding(ResultKeyword.PERMERROR, Optional.empty()));
        }
        Optional<DmarcFinding> recorded = results.dmarc().filter(unused -> isForThisAuthor());
        if (recorded.isPresent()) {
            DmarcFinding found = recorded.get();
            if (found.applied().filter(policy -> policy != DmarcPolicy.REJECT).isPresent()) {
                unknown.add(UnknownFact.DECLARED_POLICY);
            }
            if (results.isComplete()) {
                return List.of(found);
            }
            doubts.add(Doubt.NO_POLICY_RESULT);
            // With the tag t=y the applied policy is milder than the declared one.
            unknown.add(UnknownFact.DECLARED_POLICY);
            return fails();
        }
        doubts.add(Doubt.NO_DMARC_RESULT);
        unknown.add(UnknownFact.DECLARED_POLICY);
        List<DmarcFinding> possible = new ArrayList<>();
        possible.add(finding(ResultKeyword.NONE, Optional.empty()));
        possible.add(finding(ResultKeyword.PASS, Optional.empty()));
        possible.addAll(fails());
        return possible;
    }

    private static List<DmarcFinding> fails() {
        return List.of(
                finding(ResultKeyword.FAIL, Optional.of(DmarcPolicy.NONE)),
                finding(ResultKeyword.FAIL, Optional.of(DmarcPolicy.QUARANTINE)),
                finding(ResultKeyword.FAIL, Optional.of(DmarcPolicy.REJECT)));
    }

    private static DmarcFinding finding(ResultKeyword result, Optional<DmarcPolicy> policy) {
        return new DmarcFinding(result, policy, policy, "DMARC is perhaps " + result.word() + ".");
    }
}
