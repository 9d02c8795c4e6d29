package org.countersign.message;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.countersign.domain.DomainName;
import org.countersign.message.AddressLexer.AddressComment;
import org.countersign.message.AddressLexer.Kind;
import org.countersign.message.AddressLexer.Token;
import org.countersign.message.AuthorDomain.Ambiguous;
import org.countersign.message.AuthorDomain.Missing;
import org.countersign.message.AuthorDomain.Problem;
import org.countersign.message.AuthorDomain.Single;
import org.countersign.message.AuthorDomain.Spelling;
import org.countersign.syntax.Octets;

/**
 * Reads an unusual From field in all ways in which programs may read it. The field has an Author Domain only if each way
 * gives the same domain or none.
 */
final class AuthorReadings {
    // Ten times the length that software writes.
    private static final int MAX_OCTETS = 4 * 1024;
    private static final int MAX_SHOWN = 3;

    private AuthorReadings() {}

    /**
     * The author of a field that breaks the standard.
     *
     * @param why the first violation of the standard
     */
    static AuthorDomain of(Octets value, Spelling why) {
        if (value.length() > MAX_OCTETS) {
            return new Ambiguous(Problem.TOO_LONG, value.length() + " octets in an unusual spelling", List.of());
        }
        Optional<String> unshifted =
                why.problem() == Problem.CONTROL_CHARACTER ? ShiftedText.without(value) : Optional.empty();
        if (isFinal(why.problem()) && unshifted.isEmpty()) {
            return new Ambiguous(why.problem(), why.detail(), List.of());
        }
        DomainScan scan = new DomainScan();
        DomainScan tokenScan = new DomainScan();
        Optional<Problem> hidden = addForms(value.utf8(), scan, tokenScan);
        unshifted.ifPresent(scan::add);
        Optional<Problem> problem = scan.problem().or(tokenScan::problem).or(() -> hidden);
        Set<DomainName> read = new LinkedHashSet<>(scan.domains());
        read.addAll(tokenScan.domains());
        List<DomainName> domains = new ArrayList<>(read.isEmpty() ? scan.shortNames() : read);
        if (isKnownToDiffer(why.problem())) {
            return new Ambiguous(why.problem(), why.detail(), domains);
        }
        if (domains.size() > 1) {
            return several(domains);
        }
        if (problem.isPresent()) {
            return new Ambiguous(problem.get(), problem.get() == why.problem() ? why.detail() : "", domains);
        }
        if (domains.isEmpty()) {
            return none(scan, why);
        }
        List<String> addresses = scan.addresses(domains.get(0));
        return addresses.isEmpty()
                ? new Ambiguous(scan.hasAt() ? Problem.NO_LOCAL_PART : Problem.ROUTE, "", domains)
                : new Single(domains.get(0), addresses, Optional.of(why));
    }

    // Programs are known to read different domains in these forms of RFC 5322 §4.4.
    private static boolean isKnownToDiffer(Problem problem) {
        return problem == Problem.ROUTE || problem == Problem.SPLIT_DOMAIN;
    }

    private static boolean isFinal(Problem problem) {
        return switch (problem) {
            case CONTROL_CHARACTER, TOO_LONG, TOO_MANY_ADDRESSES, COMMENTS_TOO_DEEP -> true;
            default -> false;
        };
    }

    /** Adds the field as it is, and with its encoded words decoded in each way. */
    private static Optional<Problem> addForms(String raw, DomainScan scan, DomainScan tokenScan) {
        Set<String> forms = new LinkedHashSet<>();
        forms.add(raw);
        EncodedWords.Decoded joined = EncodedWords.decode(raw, true);
        boolean decodable = joined.decodable();
        if (joined.changed()) {
            forms.add(joined.text());
            forms.add(EncodedWords.decode(raw, false).text());
            // Some programs decode twice. Text that is encoded three times makes the author ambiguous.
            EncodedWords.Decoded again = EncodedWords.decode(joined.text(), true);
            forms.add(again.text());
            decodable &= again.decodable()
                    && !EncodedWords.decode(again.text(), true).changed();
        }
        for (String form : forms) {
            scan.add(form);
            String tokens = TokenText.of(form);
            if (!tokens.equals(form)) {
                tokenScan.add(tokens);
            }
        }
        return decodable ? Optional.empty() : Optional.of(Problem.BAD_ENCODING);
    }

    private static AuthorDomain none(DomainScan scan, Spelling why) {
        AuthorProblem kind = why.problem().kind();
        if (scan.hasDomainText()) {
            Problem problem = kind == AuthorProblem.NO_ADDRESS ? Problem.UNUSABLE_DOMAIN : why.problem();
            return new Ambiguous(problem, why.detail(), List.of());
        }
        return kind == AuthorProblem.NO_ADDRESS
                ? new Missing(why.problem(), why.detail())
                : new Missing(scan.hasAt() ? Problem.NO_DOMAIN : Problem.NO_ADDRESS, why.detail());
    }

    static Ambiguous several(List<DomainName> domains) {
        return new Ambiguous(Problem.SEVERAL_DOMAINS, shown(domains), domains);
    }

    private static String shown(List<DomainName> all) {
        StringBuilder shown = new StringBuilder();
        for (DomainName domain : all.subList(0, Math.min(MAX_SHOWN, all.size()))) {
            shown.append(shown.isEmpty() ? "" : ", ").append(domain);
        }
        return all.size() > MAX_SHOWN ? shown + " and " + (all.size() - MAX_SHOWN) + " more" : shown.toString();
    }

    /**
     * The same author, unless a program may read an address of another domain in a comment. A comment after the address is
     * no problem, because programs show it as a name.
     */
    static AuthorDomain withAddressComments(Single single, List<Token> tokens, List<AddressComment> addressComments) {
        Set<DomainName> domains = new LinkedHashSet<>();
        domains.add(single.domain());
        boolean inBrackets = false;
        boolean addressed = false;
        int at = 0;
        for (AddressComment comment : addressComments) {
            for (; at < comment.before(); at++) {
                inBrackets =
                        tokens.get(at).is('<') || (inBrackets && !tokens.get(at).is('>'));
                addressed |= tokens.get(at).is('@')
                        && !tokens.get(at).spaceBefore()
                        && !tokens.get(at + 1).spaceBefore();
            }
            if (inBrackets && hasBracket(comment.text())) {
                // A program that does not know comments ends or begins the address there.
                return new Ambiguous(Problem.SPLIT_DOMAIN, "in a comment", List.of(single.domain()));
            }
            Token next = tokens.get(at);
            boolean isAfterAddress =
                    addressed && !inBrackets && (next.kind() == Kind.END || next.is(',') || next.is(';'));
            if (comment.text().indexOf('@', 0) >= 0 && (!isAfterAddress || hasSeparator(comment.text()))) {
                DomainScan scan = new DomainScan();
                scan.add(comment.text().utf8());
                domains.addAll(scan.domains());
                if (scan.problem().isPresent() && domains.size() == 1) {
                    return new Ambiguous(scan.problem().get(), "in a comment", List.copyOf(domains));
                }
            }
        }
        return domains.size() == 1 ? single : several(List.copyOf(domains));
    }

    private static boolean hasBracket(Octets comment) {
        return comment.indexOf('<', 0) >= 0 || comment.indexOf('>', 0) >= 0;
    }

    private static boolean hasSeparator(Octets comment) {
        for (int i = 0; i < comment.length(); i++) {
            if ("<>,;".indexOf(comment.at(i)) >= 0) {
                return true;
            }
        }
        return false;
    }
}
