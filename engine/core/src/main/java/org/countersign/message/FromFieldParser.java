package org.countersign.message;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.countersign.domain.DomainName;
import org.countersign.domain.IpNetwork;
import org.countersign.message.AddressLexer.Kind;
import org.countersign.message.AddressLexer.ParseFailure;
import org.countersign.message.AddressLexer.Token;
import org.countersign.message.AuthorDomain.Problem;
import org.countersign.syntax.Escapes;
import org.countersign.syntax.Octets;

/**
 * Parses a From field by RFC 5322 §3.4 and §4.4 (obsolete forms) and RFC 6854 (groups).
 *
 * <p>Deviations that cannot change the domain are accepted: dots at unusual positions of a local part, and an address of the
 * same domain instead of a name. {@link AuthorReadings} handles the forms that programs read in different ways. These are
 * a route, an encoded word or a quoted {@code @} in an address, and white space or a comment between the labels of a
 * domain.
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
            if (tokens.size() == 1 && !tokens.get(0).spaceBefore()) {
                return new AuthorDomain.Missing(Problem.EMPTY_FROM_FIELD, "");
            }
            AuthorDomain author = new FromFieldParser(tokens).list();
            return author instanceof AuthorDomain.Single single
                            && !lexer.addressComments().isEmpty()
                    ? AuthorReadings.withAddressComments(single, tokens, lexer.addressComments())
                    : author;
        } catch (ParseFailure failure) {
            return AuthorReadings.of(value, failure.spelling());
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
            throw new ParseFailure(Problem.NO_ADDRESS, "");
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

    /** A mailbox, or a group at the top level. */
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
            throw new ParseFailure(
                    Problem.NO_ADDRESS, Escapes.printable(phrase.get(0).text().latin1(), 40));
        }
    }

    /** The next words and dots: a display name or a local part. */
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
                throw new ParseFailure(Problem.STRAY_CHARACTER, "group without an end");
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

    /** An address in angle brackets after an address that stands for a name, as some software writes it. */
    private void addressAsName(DomainName domain) {
        String name = addresses.get(addresses.size() - 1);
        if (!angleAddress().equals(domain)) {
            throw new ParseFailure(Problem.ADDRESS_IN_NAME, "");
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
                    ? new ParseFailure(Problem.NO_DOMAIN, "")
                    : peek().kind() == Kind.END ? new ParseFailure(Problem.UNBALANCED_BRACKETS, "") : stray(peek());
        }
        DomainName domain = address(localPart);
        if (peek().kind() == Kind.END) {
            throw new ParseFailure(Problem.UNBALANCED_BRACKETS, "");
        }
        if (!peek().is('>')) {
            throw afterAddress();
        }
        at++;
        return domain;
    }

    // RFC 5322 §4.4 obs-route: hosts to relay through. Some programs read the first host as the author's domain, so a
    // route has its own problem.
    private ParseFailure routeOrNoLocalPart() {
        for (int i = at; i < tokens.size() && !tokens.get(i).is('>'); i++) {
            if (tokens.get(i).is(':')) {
                return new ParseFailure(Problem.ROUTE, "");
            }
        }
        return new ParseFailure(Problem.NO_LOCAL_PART, "");
    }

    /** The rest of an address, from the {@code @} on. */
    private DomainName address(List<Token> localPart) {
        if (addresses.size() == DomainScan.MAX_ADDRESSES) {
            throw new ParseFailure(Problem.TOO_MANY_ADDRESSES, "more than " + DomainScan.MAX_ADDRESSES);
        }
        String local = localPart(localPart);
        at++;
        if (peek().kind() == Kind.LITERAL) {
            throw new ParseFailure(
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
                throw new ParseFailure(Problem.NAME_BESIDE_ADDRESS, "");
            }
            afterWord = token.isWord();
            anyWord |= afterWord;
            if (token.kind() == Kind.QUOTED) {
                checkQuoted(token.text());
            }
            local.append(text(token.text()));
        }
        if (!anyWord) {
            throw new ParseFailure(Problem.NO_LOCAL_PART, "");
        }
        if (local.indexOf("=?") >= 0) {
            throw new ParseFailure(Problem.ENCODED_WORD_IN_ADDRESS, "");
        }
        return local.toString();
    }

    private static void checkQuoted(Octets quoted) {
        for (int i = 0; i < quoted.length(); i++) {
            if ("@<>,".indexOf(quoted.at(i)) >= 0) {
                throw new ParseFailure(Problem.DECEPTIVE_LOCAL_PART, Escapes.printable(quoted.latin1(), 60));
            }
        }
    }

    /** Labels separated by dots, and an optional dot at the end. */
    private String domainText() {
        StringBuilder domain = new StringBuilder();
        boolean first = true;
        while (peek().kind() == Kind.ATOM || peek().is('.')) {
            boolean afterDot = !first && domain.charAt(domain.length() - 1) == '.';
            if (peek().kind() == Kind.ATOM && !first && !afterDot) {
                break;
            }
            // Programs that end a domain at white space or a comment read another domain here.
            if (!first && peek().spaceBefore()) {
                throw new ParseFailure(Problem.SPLIT_DOMAIN, Escapes.printable(domain.toString(), 60));
            }
            domain.append(text(take().text()));
            first = false;
        }
        if (first) {
            throw new ParseFailure(Problem.NO_DOMAIN, "");
        }
        return domain.toString();
    }

    private static DomainName usable(String text) {
        if (text.contains("=?")) {
            throw new ParseFailure(Problem.ENCODED_WORD_IN_ADDRESS, Escapes.printable(text, 60));
        }
        // RFC 9989 §5.3.1: U-labels become A-labels. Text that cannot be converted is no domain.
        Optional<DomainName> domain = DomainName.parse(text).filter(DomainName::isHostName);
        if (domain.isEmpty() || DomainScan.isCutShort(text, domain.get())) {
            throw new ParseFailure(Problem.UNUSABLE_DOMAIN, Escapes.printable(text, 60));
        }
        if (IpNetwork.parseAddress(domain.get().toString()).isPresent()) {
            throw new ParseFailure(Problem.DOMAIN_LITERAL, domain.get().toString());
        }
        return domain.get();
    }

    private static String text(Octets octets) {
        if (!AddressLexer.isUtf8(octets)) {
            throw new ParseFailure(Problem.BAD_ENCODING, Escapes.printable(octets.latin1(), 60));
        }
        String text = octets.utf8();
        return text.indexOf('\r') < 0 ? text : text.replace("\r\n", "");
    }

    private ParseFailure afterAddress() {
        Token next = peek();
        if (next.is('@')) {
            return new ParseFailure(Problem.TWO_ADDRESSES_IN_ONE, "");
        }
        if (next.is('<')) {
            return new ParseFailure(Problem.ADDRESS_IN_NAME, "");
        }
        for (int i = at; i < tokens.size(); i++) {
            if (tokens.get(i).is(',') || tokens.get(i).is(';')) {
                break;
            }
            if (tokens.get(i).is('@')) {
                return new ParseFailure(Problem.TWO_ADDRESSES_IN_ONE, "");
            }
        }
        return new ParseFailure(
                Problem.TEXT_AFTER_ADDRESS, Escapes.printable(next.text().latin1(), 40));
    }

    private static ParseFailure stray(Token token) {
        return new ParseFailure(
                Problem.STRAY_CHARACTER, Escapes.printable(token.text().latin1(), 40));
    }
}
