package org.countersign.inbound;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.countersign.Client;
import org.countersign.SmtpTransaction;
import org.countersign.arc.ArcChain;
import org.countersign.arc.ArcProblem;
import org.countersign.arc.ArcResult;
import org.countersign.arc.ArcSet;
import org.countersign.authres.AuthenticationMethod;
import org.countersign.authres.AuthenticationResults;
import org.countersign.authres.MethodResult;
import org.countersign.authres.PropertyType;
import org.countersign.dkim.DkimResult;
import org.countersign.dkim.DkimSignature;
import org.countersign.dmarc.DmarcEvidence;
import org.countersign.dmarc.DmarcPolicy;
import org.countersign.dmarc.DmarcResult;
import org.countersign.dmarc.IdentifierAlignment;
import org.countersign.dmarc.Mechanism;
import org.countersign.domain.DomainName;
import org.countersign.domain.IpNetwork;
import org.countersign.domain.ReversePath;
import org.countersign.message.AuthorDomain;
import org.countersign.policy.Decision;
import org.countersign.policy.MessageFacts;
import org.countersign.spf.SpfResult;

/** Builds the content of the Authentication-Results field of one message (RFC 8601 §4). */
final class AuthenticationResultsBuilder {
    /** The reason at a signature that verifies and leaves out a part of the body. */
    static final String PARTLY_SIGNED = "a part of the body is not signed";

    private AuthenticationResultsBuilder() {}

    static AuthenticationResults assemble(
            String authservId, SmtpTransaction transaction, MessageFacts facts, Decision decision) {
        List<MethodResult> results = new ArrayList<>();
        results.add(mailFrom(transaction, facts.spf()));
        facts.helo().ifPresent(helo -> results.add(helo(transaction, helo)));
        if (facts.signatures().isEmpty()) {
            results.add(MethodResult.of(AuthenticationMethod.DKIM, "none"));
        }
        SignatureTagPrefixes prefixes = new SignatureTagPrefixes(facts.signatures());
        mostSignificantFirst(facts).forEach(signature -> results.add(dkim(signature, prefixes.of(signature))));
        results.add(dmarc(facts, decision));
        results.add(arc(transaction, facts.arc()));
        iprev(transaction.client()).ifPresent(results::add);
        auth(transaction).ifPresent(results::add);
        return new AuthenticationResults(authservId, results);
    }

    /**
     * Aligned passes, then other passes, then all other results, each in header order. If there are too many, the writer
     * omits the last ones. So a sender cannot displace the passes that decide about DMARC.
     */
    private static List<DkimResult> mostSignificantFirst(MessageFacts facts) {
        if (facts.signatures().size() < 2) {
            return facts.signatures();
        }
        Set<DomainName> aligned =
                facts.dmarc().map(dmarc -> aligned(dmarc.evidence())).orElse(Set.of());
        List<DkimResult> sorted = new ArrayList<>(facts.signatures());
        sorted.sort(Comparator.comparingInt(signature -> rank(signature, aligned)));
        return sorted;
    }

    private static Set<DomainName> aligned(DmarcEvidence evidence) {
        Set<DomainName> aligned = new HashSet<>();
        for (IdentifierAlignment identifier : evidence.authenticated()) {
            if (identifier.mechanism() == Mechanism.DKIM && identifier.isAligned()) {
                aligned.add(identifier.domain());
            }
        }
        return aligned;
    }

    private static int rank(DkimResult result, Set<DomainName> aligned) {
        if (!(result instanceof DkimResult.Pass pass)) {
            return 2;
        }
        boolean counts = pass.signature().coversWholeBody()
                && pass.signature().sdid().filter(aligned::contains).isPresent();
        return counts ? 0 : 1;
    }

    /** The SPF result with the identity that gave it, without its local part (RFC 8601 §2.7.2). */
    private static MethodResult mailFrom(SmtpTransaction transaction, SpfResult spf) {
        return switch (transaction.mailFrom()) {
            // RFC 7208 §2.4: the check of a null reverse-path is a check of the HELO name.
            case ReversePath.Null none -> helo(transaction, spf);
            // An empty value is how many programs record a null reverse-path.
            case ReversePath.Address address when address.domainText().isEmpty() -> spf(spf);
            case ReversePath.Address address ->
                spf(spf).with(PropertyType.SMTP, "mailfrom", checked(spf, address.domainText()));
        };
    }

    private static MethodResult helo(SmtpTransaction transaction, SpfResult spf) {
        return spf(spf).with(PropertyType.SMTP, "helo", checked(spf, transaction.helo()));
    }

    /** The domain that was checked, in A-labels; the text as sent if it is no domain. */
    private static String checked(SpfResult spf, String sent) {
        return spf.domain().map(DomainName::toString).orElse(sent);
    }

    private static MethodResult spf(SpfResult spf) {
        MethodResult result = MethodResult.of(AuthenticationMethod.SPF, spf.keyword());
        // The reason has a fixed text. The details contain untrusted text, so they are only logged.
        return switch (spf.kind()) {
            case TEMPERROR, PERMERROR ->
                spf.problem()
                        .map(problem -> result.withReason(problem.phrase()))
                        .orElse(result);
            case NONE, NEUTRAL, PASS, FAIL, SOFTFAIL -> result;
        };
    }

    /** The result of one signature, with the tags that identify the signature (RFC 8601 §2.7.1, RFC 6008). */
    private static MethodResult dkim(DkimResult dkim, String prefix) {
        DkimSignature signature = dkim.signature();
        MethodResult result = MethodResult.of(AuthenticationMethod.DKIM, dkim.keyword());
        if (dkim.failure().isPresent()) {
            result = result.withReason(dkim.failure().get().problem().description());
        } else if (signature.unsignedFromFields() > 0) {
            result = result.withReason("there is a From field that is not signed");
        } else if (!signature.coversWholeBody()) {
            result = result.withReason(PARTLY_SIGNED);
        }
        if (signature.sdid().isPresent()) {
            result =
                    result.with(PropertyType.HEADER, "d", signature.sdid().get().toString());
        }
        if (!signature.selector().isEmpty()) {
            result = result.with(PropertyType.HEADER, "s", signature.selector());
        }
        if (signature.algorithm().isPresent()) {
            result = result.with(
                    PropertyType.HEADER, "a", signature.algorithm().get().tag());
        }
        return prefix.isEmpty() ? result : result.with(PropertyType.HEADER, "b", prefix);
    }

    /**
     * The reverse lookup of the client's address by the mail server (RFC 8601 §2.7.3). Empty if the mail server reports no
     * confirmed name, because it does not report whether the lookup failed.
     */
    private static Optional<MethodResult> iprev(Client client) {
        if (!(client instanceof Client.Ip(InetAddress address, String hostName))) {
            return Optional.empty();
        }
        return DomainName.parse(hostName)
                .filter(name -> name.isHostName()
                        && name.labelCount() > 1
                        && IpNetwork.parseAddress(name.toString()).isEmpty())
                .map(name -> MethodResult.of(AuthenticationMethod.IPREV, "pass")
                        .withComment(name.toString())
                        .with(PropertyType.POLICY, "iprev", IpNetwork.renderAddress(address)));
    }

    /**
     * The authentication of the client (RFC 8601 §2.7.4), for mail that is judged although its client has authenticated.
     * Only the domain of the user name is reported, because the name is one half of the credentials.
     */
    private static Optional<MethodResult> auth(SmtpTransaction transaction) {
        return transaction.authenticatedUser().map(user -> {
            MethodResult result = MethodResult.of(AuthenticationMethod.AUTH, "pass");
            return DomainName.parse(user.substring(user.lastIndexOf('@') + 1))
                    .filter(domain -> user.indexOf('@') >= 0 && domain.isHostName())
                    .map(domain -> result.with(PropertyType.SMTP, "auth", "@" + domain))
                    .orElse(result);
        });
    }

    /** The status of the chain, the address of the client, and the oldest instance that verifies (RFC 8617 §6, §10.2). */
    private static MethodResult arc(SmtpTransaction transaction, ArcResult arc) {
        MethodResult result =
                MethodResult.of(AuthenticationMethod.ARC, arc.status().keyword());
        if (arc instanceof ArcResult.Fail fail) {
            result = result.withReason(fail.problem().description());
        } else if (arc instanceof ArcResult.TempError) {
            // RFC 8617 §10.1 has no result keyword for a temporary error.
            result = result.withReason(ArcProblem.KEY_UNAVAILABLE.description());
        }
        if (transaction.client() instanceof Client.Ip client) {
            result = result.with(PropertyType.SMTP, "remote-ip", IpNetwork.renderAddress(client.address()));
        }
        return arc instanceof ArcResult.Pass pass
                ? result.with(
                                PropertyType.HEADER,
                                "oldest-pass",
                                Integer.toString(pass.chain().oldestPass()))
                        .withComment(sealers(pass.chain()))
                : result;
    }

    private static String sealers(ArcChain chain) {
        StringBuilder text = new StringBuilder();
        for (ArcSet set : chain.sets().reversed()) {
            text.append(text.isEmpty() ? "i=" : ", i=")
                    .append(set.instance())
                    .append(' ')
                    .append(set.sealer());
        }
        return text.toString();
    }

    private static MethodResult dmarc(MessageFacts facts, Decision decision) {
        Optional<DmarcResult> dmarc = facts.dmarc();
        MethodResult result = MethodResult.of(AuthenticationMethod.DMARC, facts.dmarcKeyword());
        if (decision.isSuppressedByMonitor()) {
            result =
                    result.withComment("monitor: would be " + decision.ruled().keyword() + ", rule " + decision.rule());
        }
        if (dmarc.isEmpty()) {
            // RFC 9989 §5.3.1: without one Author Domain there is nothing to evaluate.
            return result.withReason(facts.author().explain());
        }
        if (facts.author() instanceof AuthorDomain.Single single) {
            result = result.with(PropertyType.HEADER, "from", single.domain().toString());
        }
        Optional<DmarcPolicy> policy = dmarc.get().evidence().appliedPolicy();
        return policy.isPresent()
                ? result.with(PropertyType.POLICY, "dmarc", policy.get().keyword())
                : result;
    }
}
