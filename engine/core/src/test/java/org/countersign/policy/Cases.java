package org.countersign.policy;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.countersign.dmarc.DmarcPolicy;
import org.countersign.domain.AddressPattern;
import org.countersign.domain.AddressPatterns;
import org.countersign.domain.DomainName;
import org.countersign.domain.IpNetwork;
import org.countersign.domain.ReversePath;
import org.countersign.message.AuthorDomain;
import org.countersign.syntax.Octets;

/** Facts and rules for the tests of this package. */
final class Cases {
    private Cases() {}

    static RuleContext facts(ResultKeyword spf, List<Finding> dkim, ResultKeyword dmarc, DmarcPolicy applied) {
        return facts("alice@example.org", "bounce@sender.example", spf, dkim, dmarc, applied);
    }

    static RuleContext facts(
            String author,
            String mailFrom,
            ResultKeyword spf,
            List<Finding> dkim,
            ResultKeyword dmarc,
            DmarcPolicy applied) {
        ReversePath path = ReversePath.parse(mailFrom);
        return new RuleContext(
                AuthorDomain.parse(Octets.utf8(" " + author)),
                new Connection(IpNetwork.parseAddress("192.0.2.7"), "mail.sender.example", Optional.empty()),
                Envelope.of(path, "helo.example", List.of("bob@receiver.example")),
                HeaderIdentities.NONE,
                new Finding(
                        spf,
                        path instanceof ReversePath.Address address
                                ? address.domain()
                                : DomainName.parse("helo.example")),
                dkim,
                new DmarcFinding(dmarc, Optional.of(applied), Optional.of(applied), "DMARC: " + dmarc.word() + "."),
                ResultKeyword.NONE,
                Optional.empty(),
                false,
                false,
                Optional.empty());
    }

    static Finding signed(ResultKeyword result, String domain) {
        return new Finding(result, DomainName.parse(domain));
    }

    static AddressPatterns patterns(String... texts) {
        return AddressPatterns.of(List.of(texts).stream()
                .map(text -> AddressPattern.parse(text).orElseThrow())
                .toList());
    }

    static Condition author(String... texts) {
        return new AddressCondition(AddressCondition.Subject.AUTHOR, patterns(texts));
    }

    static Condition dmarc(ResultKeyword... results) {
        return new Condition.OfResult(Condition.Method.DMARC, Set.of(results));
    }

    static Rule rule(String name, Outcome outcome, Condition... when) {
        return new Rule(
                name,
                new Rule.Origin(Rule.Kind.OPERATOR, "test"),
                List.of(when),
                List.of(),
                outcome,
                FieldEdits.NONE,
                "A test.");
    }

    static PolicyRules with(PolicySettings settings) {
        return PolicyRules.of(settings, List.of());
    }
}
