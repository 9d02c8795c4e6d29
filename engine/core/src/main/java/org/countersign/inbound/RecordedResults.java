package org.countersign.inbound;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.countersign.arc.ArcProblem;
import org.countersign.authres.AuthenticationMethod;
import org.countersign.authres.AuthenticationResults;
import org.countersign.authres.MethodResult;
import org.countersign.authres.PropertyType;
import org.countersign.dmarc.DmarcPolicy;
import org.countersign.domain.DomainName;
import org.countersign.domain.IpNetwork;
import org.countersign.policy.DmarcFinding;
import org.countersign.policy.Finding;
import org.countersign.policy.ResultKeyword;
import org.countersign.syntax.Ascii;

/**
 * The results that this system recorded in the Authentication-Results fields of a message. It reads what
 * {@link AuthenticationResultsBuilder} writes, and the common properties of other programs.
 *
 * @param spf of the MAIL FROM identity, which is the HELO name if the reverse-path is null
 * @param nullSender whether the reverse-path is null; empty if the result of SPF does not tell
 * @param mailFromDomain the domain of the reverse-path
 * @param dkim one result for each signature; empty if there is no result of DKIM
 * @param dmarc the result of DMARC. Its declared policy is the applied one, because only that is recorded
 * @param author the Author Domain that DMARC was evaluated for
 * @param arc the result of the ARC chain
 * @param oldestPass of an ARC chain that passes, see {@link org.countersign.arc.ArcChain#oldestPass()}
 * @param client the address of the SMTP client
 */
public record RecordedResults(
        Optional<Finding> spf,
        Optional<Boolean> nullSender,
        Optional<DomainName> mailFromDomain,
        Optional<List<Finding>> dkim,
        Optional<DmarcFinding> dmarc,
        Optional<DomainName> author,
        Optional<ResultKeyword> arc,
        OptionalInt oldestPass,
        Optional<InetAddress> client) {
    private static final int MAX_INSTANCE_DIGITS = 2;

    public RecordedResults {
        dkim = dkim.map(List::copyOf);
    }

    /**
     * Reads the results.
     *
     * @param fields of this system. If a method is in several of them, that in the first one counts
     */
    public static RecordedResults of(List<AuthenticationResults> fields) {
        Map<AuthenticationMethod, List<MethodResult>> results = new EnumMap<>(AuthenticationMethod.class);
        for (AuthenticationResults field : fields) {
            for (AuthenticationMethod method : List.of(
                    AuthenticationMethod.SPF,
                    AuthenticationMethod.DKIM,
                    AuthenticationMethod.DMARC,
                    AuthenticationMethod.ARC)) {
                List<MethodResult> found = field.of(method);
                if (!found.isEmpty()) {
                    results.putIfAbsent(method, found);
                }
            }
        }
        List<MethodResult> spf = results.getOrDefault(AuthenticationMethod.SPF, List.of());
        Optional<MethodResult> mailFrom = spf.stream()
                .filter(result -> result.property(PropertyType.SMTP, "mailfrom").isPresent() || isWithoutDomain(result))
                .findFirst();
        Optional<MethodResult> helo = spf.stream()
                .filter(result -> result.property(PropertyType.SMTP, "helo").isPresent())
                .findFirst();
        Optional<DomainName> mailFromDomain = mailFrom.flatMap(result -> domain(result, PropertyType.SMTP, "mailfrom"));
        Optional<MethodResult> dmarc = results.getOrDefault(AuthenticationMethod.DMARC, List.of()).stream()
                .findFirst();
        Optional<MethodResult> arc = results.getOrDefault(AuthenticationMethod.ARC, List.of()).stream()
                .findFirst();
        return new RecordedResults(
                mailFrom.isPresent()
                        ? mailFrom.flatMap(result -> finding(result, mailFromDomain))
                        : helo.flatMap(result -> finding(result, domain(result, PropertyType.SMTP, "helo"))),
                mailFrom.isPresent() ? mailFrom.flatMap(RecordedResults::isNullSender) : helo.map(result -> true),
                mailFromDomain,
                Optional.ofNullable(results.get(AuthenticationMethod.DKIM)).map(RecordedResults::signatures),
                dmarc.flatMap(RecordedResults::dmarc),
                dmarc.flatMap(result -> domain(result, PropertyType.HEADER, "from")),
                arc.flatMap(RecordedResults::chain),
                arc.flatMap(result -> result.property(PropertyType.HEADER, "oldest-pass"))
                        .map(RecordedResults::instance)
                        .orElse(OptionalInt.empty()),
                arc.flatMap(result -> result.property(PropertyType.SMTP, "remote-ip"))
                        .flatMap(IpNetwork::parseAddress));
    }

    /** Whether a result is what this system records for a reverse-path without a domain: {@code none} without a property. */
    private static boolean isWithoutDomain(MethodResult result) {
        return result.result().equals(ResultKeyword.NONE.word())
                && result.properties().isEmpty();
    }

    /** Some programs record the null reverse-path as an empty value, or as it was in the command, or not at all. */
    private static Optional<Boolean> isNullSender(MethodResult result) {
        return result.property(PropertyType.SMTP, "mailfrom").map(value -> value.isEmpty() || value.equals("<>"));
    }

    private static Optional<DomainName> domain(MethodResult result, PropertyType type, String name) {
        return result.property(type, name)
                .flatMap(value -> DomainName.parse(value.substring(value.lastIndexOf('@') + 1)));
    }

    private static Optional<Finding> finding(MethodResult result, Optional<DomainName> domain) {
        return ResultKeyword.named(result.result())
                .filter(ResultKeyword.SPF::contains)
                .map(keyword -> new Finding(keyword, domain));
    }

    private static List<Finding> signatures(List<MethodResult> results) {
        List<Finding> signatures = new ArrayList<>();
        for (MethodResult result : results) {
            Optional<ResultKeyword> keyword =
                    ResultKeyword.named(result.result()).filter(ResultKeyword.DKIM::contains);
            if (keyword.isPresent() && keyword.get() != ResultKeyword.NONE) {
                boolean partial = keyword.get() == ResultKeyword.PASS
                        && result.reason()
                                .filter(AuthenticationResultsBuilder.PARTLY_SIGNED::equals)
                                .isPresent();
                signatures.add(new Finding(
                        partial ? ResultKeyword.POLICY : keyword.get(),
                        domain(result, PropertyType.HEADER, "d").or(() -> domain(result, PropertyType.HEADER, "i"))));
            }
        }
        return signatures;
    }

    private static Optional<DmarcFinding> dmarc(MethodResult result) {
        Optional<DmarcPolicy> policy = result.property(PropertyType.POLICY, "dmarc")
                .flatMap(word -> List.of(DmarcPolicy.values()).stream()
                        .filter(each -> each.keyword().equals(Ascii.lower(word)))
                        .findFirst());
        return ResultKeyword.named(result.result())
                .filter(ResultKeyword.DMARC::contains)
                .map(keyword -> new DmarcFinding(
                        keyword,
                        policy,
                        policy,
                        "DMARC was " + keyword.word() + " when the message arrived"
                                + policy.map(found -> ", with the policy " + found.keyword() + ".")
                                        .orElse(".")));
    }

    private static Optional<ResultKeyword> chain(MethodResult result) {
        // RFC 8617 §10.1 has no result keyword for a temporary error.
        boolean temporary = result.result().equals("fail")
                && result.reason()
                        .filter(ArcProblem.KEY_UNAVAILABLE.description()::equals)
                        .isPresent();
        return temporary
                ? Optional.of(ResultKeyword.TEMPERROR)
                : ResultKeyword.named(result.result()).filter(ResultKeyword.ARC::contains);
    }

    private static OptionalInt instance(String text) {
        boolean number = !text.isEmpty()
                && text.length() <= MAX_INSTANCE_DIGITS
                && text.chars().allMatch(Ascii::isDigit);
        return number ? OptionalInt.of(Integer.parseInt(text)) : OptionalInt.empty();
    }

    /** Whether the results of DMARC tell what every rule about them needs. */
    public boolean isComplete() {
        return dmarc.filter(found ->
                        found.result() != ResultKeyword.FAIL || found.applied().isPresent())
                .isPresent();
    }
}
