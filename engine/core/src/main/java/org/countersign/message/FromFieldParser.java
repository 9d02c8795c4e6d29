package org.countersign.message;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.countersign.domain.DomainName;
import org.countersign.domain.IpNetwork;
import org.countersign.message.AddressLexer.Kind;
import org.countersign.message.AddressLexer.Refused;
import org.countersign.message.AddressLexer.Token;
import org.countersign.message.AuthorDomain.Problem;
import org.countersign.syntax.Escapes;
import org.countersign.syntax.Octets;

/**
 * Reads a From field as RFC 5322 §3.4 and §4.4 (obsolete forms) and RFC 6854 (groups) write it.
 *
 * <p>Taken for plain is also what is beyond the standard but cannot change the domain: dots in odd places of a
 * local part, and an address of the same domain in place of a name. Not plain is what programs are known to
 * disagree about: a route, an encoded word or a quoted {@code @} in an address, and white space or a comment
 * between the labels of a domain. What is not plain is left to {@link AuthorReadings}.
 */
final class FromFieldParser {
    private static final int MAX_LENGTH = 16 * 1024;

    private final List<Token> tokens;
    private int at;
    private final List<String> addresses = new ArrayList<>();
    private final Set<DomainName> domains = new LinkedHashSet<>();

    private FromFieldParser(List<Token> tokens) {
        this.tokens = tokens;
    }

    static AuthorDomain parse(Octets value) {
        if (value.length() > MAX_LENGTH) {
            return new AuthorDomain.Ambiguous(Problem.TOO_LONG, value.length() + " octets", List.of());
        }
        try {
            AddressLexer lexer = AddressLexer.read(value);
            List<Token> tokens = lexer.tokens();
            if (tokens.size() == 1 && !tokens.get(0).apart()) {
                return new AuthorDomain.Missing(Problem.EMPTY_FROM_FIELD, "");
            }
            AuthorDomain author = new FromFieldParser(tokens).list();
            return author instanceof AuthorDomain.Single single
                            && !lexer.remarks().isEmpty()
                    ? AuthorReadings.withRemarks(single, tokens, lexer.remarks())
                    : author;
        } catch (Refused refused) {
            return AuthorReadings.of(value, refused.spelling());
        }
    }

    // RFC 5322 §4.4 obs-mbox-list: elements between commas may be empty.
    private AuthorDomain list() {
        while (peek().kind() != Kind.END) {
            if (peek().is(',')) {
                at++;
                continue;
            }
            element(false);
            if (peek().kind() != Kind.END && !peek().is(',')) {
                throw afterAddress();
            }
        }
        if (domains.isEmpty()) {
            throw new Refused(Problem.NO_ADDRESS, "");
        }
        return domains.size() > 1
                ? AuthorReadings.several(new ArrayList<>(domains))
                : new AuthorDomain.Single(domains.iterator().next(), addresses, Optional.empty());
    }

    private Token peek() {
        return tokens.get(at);
    }

    private Token take() {
        return tokens.get(at++);
    }

    /** A mailbox or, on the top level, a group. */
    private void element(boolean inGroup) {
        List<Token> phrase = phrase();
        Token next = peek();
        if (next.is('<')) {
            angleAddress();
        } else if (next.is('@')) {
            DomainName domain = address(phrase);
            if (peek().is('<')) {
                addressAsName(domain);
            }
        } else if (next.is(':') && !inGroup && !phrase.isEmpty()) {
            at++;
            group();
        } else if (phrase.isEmpty() || next.kind() == Kind.LITERAL || next.is('>') || next.is(':')) {
            throw stray(next);
        } else {
            throw new Refused(
                    Problem.NO_ADDRESS, Escapes.printable(phrase.get(0).text().latin1(), 40));
        }
    }

    /** The words and dots that come next: a display name, or a local part. */
    private List<Token> phrase() {
        int start = at;
        while (peek().isWord() || peek().is('.')) {
            at++;
        }
        return tokens.subList(start, at);
    }

    // RFC 5322 §3.4 group, allowed in From by RFC 6854 §2
    private void group() {
        while (!peek().is(';')) {
            if (peek().kind() == Kind.END) {
                throw new Refused(Problem.STRAY_CHARACTER, "group without an end");
            }
            if (peek().is(',')) {
                at++;
                continue;
            }
            element(true);
            if (!peek().is(',') && !peek().is(';') && peek().kind() != Kind.END) {
                throw afterAddress();
            }
        }
        at++;
    }

    /** An address in angle brackets behind one that stands in the place of its name, as software writes it. */
    private void addressAsName(DomainName domain) {
        String name = addresses.get(addresses.size() - 1);
        if (!angleAddress().equals(domain)) {
            throw new Refused(Problem.ADDRESS_IN_NAME, "");
        }
        if (addresses.get(addresses.size() - 1).equals(name)) {
            addresses.remove(addresses.size() - 1);
        }
    }

    private DomainName angleAddress() {
        at++;
        if (peek().is('@')) {
            throw routeOrNoLocalPart();
        }
        List<Token> localPart = phrase();
        if (!peek().is('@')) {
            throw peek().is('>')
                    ? new Refused(Problem.NO_DOMAIN, "")
                    : peek().kind() == Kind.END ? new Refused(Problem.UNBALANCED_BRACKETS, "") : stray(peek());
        }
        DomainName domain = address(localPart);
        if (peek().kind() == Kind.END) {
            throw new Refused(Problem.UNBALANCED_BRACKETS, "");
        }
        if (!peek().is('>')) {
            throw afterAddress();
        }
        at++;
        return domain;
    }

    // RFC 5322 §4.4 obs-route: hosts to pass through. Some programs take the first of them for the author's
    // domain, so it is told from an address without a local part, and refused.
    private Refused routeOrNoLocalPart() {
        for (int i = at; i < tokens.size() && !tokens.get(i).is('>'); i++) {
            if (tokens.get(i).is(':')) {
                return new Refused(Problem.ROUTE, "");
            }
        }
        return new Refused(Problem.NO_LOCAL_PART, "");
    }

    /** An address of which the local part is read already and the {@code @} comes next. */
    private DomainName address(List<Token> localPart) {
        if (addresses.size() == DomainScan.MAX_ADDRESSES) {
            throw new Refused(Problem.TOO_MANY_ADDRESSES, "more than " + DomainScan.MAX_ADDRESSES);
        }
        String local = localPart(localPart);
        at++;
        if (peek().kind() == Kind.LITERAL) {
            throw new Refused(
                    Problem.DOMAIN_LITERAL, Escapes.printable(peek().text().latin1(), 60));
        }
        String text = domainText();
        DomainName domain = usable(text);
        domains.add(domain);
        addresses.add(local + "@" + text);
        return domain;
    }

    private static String localPart(List<Token> words) {
        StringBuilder local = new StringBuilder();
        boolean afterWord = false;
        boolean anyWord = false;
        for (Token token : words) {
            if (token.isWord() && afterWord) {
                throw new Refused(Problem.NAME_BESIDE_ADDRESS, "");
            }
            afterWord = token.isWord();
            anyWord |= afterWord;
            if (token.kind() == Kind.QUOTED) {
                checkQuoted(token.text());
            }
            local.append(text(token.text()));
        }
        if (!anyWord) {
            throw new Refused(Problem.NO_LOCAL_PART, "");
        }
        if (local.indexOf("=?") >= 0) {
            throw new Refused(Problem.ENCODED_WORD_IN_ADDRESS, "");
        }
        return local.toString();
    }

    private static void checkQuoted(Octets quoted) {
        for (int i = 0; i < quoted.length(); i++) {
            if ("@<>,".indexOf(quoted.at(i)) >= 0) {
                throw new Refused(Problem.DECEPTIVE_LOCAL_PART, Escapes.printable(quoted.latin1(), 60));
            }
        }
    }

    /** Labels with dots between; one dot more may stand at the end. */
    private String domainText() {
        StringBuilder domain = new StringBuilder();
        boolean first = true;
        while (peek().kind() == Kind.ATOM || peek().is('.')) {
            boolean afterDot = !first && domain.charAt(domain.length() - 1) == '.';
            if (peek().kind() == Kind.ATOM && !first && !afterDot) {
                break;
            }
            // Programs that end a domain at white space or at a comment read another one here.
            if (!first && peek().apart()) {
                throw new Refused(Problem.SPLIT_DOMAIN, Escapes.printable(domain.toString(), 60));
            }
            domain.append(text(take().text()));
            first = false;
        }
        if (first) {
            throw new Refused(Problem.NO_DOMAIN, "");
        }
        return domain.toString();
    }

    private static DomainName usable(String text) {
        if (text.contains("=?")) {
            throw new Refused(Problem.ENCODED_WORD_IN_ADDRESS, Escapes.printable(text, 60));
        }
        // RFC 9989 §5.3.1: U-labels become A-labels; what cannot is no domain.
        Optional<DomainName> domain = DomainName.parse(text).filter(DomainName::isHostName);
        if (domain.isEmpty() || DomainScan.isCutShort(text, domain.get())) {
            throw new Refused(Problem.UNUSABLE_DOMAIN, Escapes.printable(text, 60));
        }
        if (IpNetwork.parseAddress(domain.get().toString()).isPresent()) {
            throw new Refused(Problem.DOMAIN_LITERAL, domain.get().toString());
        }
        return domain.get();
    }

    private static String text(Octets octets) {
        if (!AddressLexer.isUtf8(octets)) {
            throw new Refused(Problem.BAD_ENCODING, Escapes.printable(octets.latin1(), 60));
        }
        String text = octets.utf8();
        return text.indexOf('\r') < 0 ? text : text.replace("\r\n", "");
    }

    private Refused afterAddress() {
        Token next = peek();
        if (next.is('@')) {
            return new Refused(Problem.TWO_ADDRESSES_IN_ONE, "");
        }
        if (next.is('<')) {
            return new Refused(Problem.ADDRESS_IN_NAME, "");
        }
        for (int i = at; i < tokens.size(); i++) {
            if (tokens.get(i).is(',') || tokens.get(i).is(';')) {
                break;
            }
            if (tokens.get(i).is('@')) {
                return new Refused(Problem.TWO_ADDRESSES_IN_ONE, "");
            }
        }
        return new Refused(
                Problem.TEXT_AFTER_ADDRESS, Escapes.printable(next.text().latin1(), 40));
    }

    private static Refused stray(Token token) {
        return new Refused(
                Problem.STRAY_CHARACTER, Escapes.printable(token.text().latin1(), 40));
    }
}
