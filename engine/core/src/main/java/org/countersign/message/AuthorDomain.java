package org.countersign.message;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.countersign.domain.DomainName;
import org.countersign.smtp.HeaderField;
import org.countersign.syntax.Ascii;
import org.countersign.syntax.Escapes;
import org.countersign.syntax.Keyword;
import org.countersign.syntax.Octets;

/**
 * The domain that a message claims as its author's: the one of the address in its From field (RFC 9989
 * §3.2.2). It is what DMARC protects and what a reader is shown, so it is {@link Single} only where every
 * program that reads the field comes to the same domain, or to none. A field in which another program might
 * read another domain is {@link Ambiguous} and no guess is made (RFC 9989 §11.5).
 */
public sealed interface AuthorDomain {
    /**
     * One domain, however many addresses of it the field lists.
     *
     * @param domain in A-labels (RFC 9989 §5.3.1)
     * @param addresses at least one, as written, without comments, routes and folds; escape them where shown
     * @param spelling what is unusual about the field; empty where it is plain
     */
    record Single(DomainName domain, List<String> addresses, Optional<Spelling> spelling) implements AuthorDomain {
        public Single {
            addresses = List.copyOf(addresses);
        }

        /** The first address. */
        public String address() {
            return addresses.get(0);
        }

        /** The local part of one of the addresses. */
        public static String localPart(String address) {
            return address.substring(0, Math.max(0, address.lastIndexOf('@')));
        }

        @Override
        public Optional<Problem> diagnosis() {
            return spelling.map(Spelling::problem);
        }

        @Override
        public Optional<AuthorProblem> problemKind() {
            return spelling.isPresent() ? Optional.of(AuthorProblem.SPELLING) : Optional.empty();
        }

        @Override
        public String explain() {
            String author = "The author is " + Escapes.printable(address(), SHOWN);
            return spelling.map(odd -> author + ", in an unusual spelling: " + odd.explain() + ".")
                    .orElse(author + ".");
        }
    }

    /**
     * What the standard does not allow in a From field of which every reading gives the same domain.
     *
     * @param problem the first one met
     * @param detail where or what, escaped for showing
     */
    record Spelling(Problem problem, String detail) {
        /** Half a sentence for people. */
        public String explain() {
            return problem.with(detail);
        }
    }

    /**
     * A field that names several domains, or one that programs may disagree about.
     *
     * @param problem the first one met
     * @param detail where or what, escaped for showing
     * @param domains what was read nevertheless, for a receiver that goes on with all of them; some may be
     *     missing where the field could not be read to its end
     */
    record Ambiguous(Problem problem, String detail, List<DomainName> domains) implements AuthorDomain {
        public Ambiguous {
            domains = List.copyOf(domains);
        }

        @Override
        public Optional<Problem> diagnosis() {
            return Optional.of(problem);
        }

        @Override
        public Optional<AuthorProblem> problemKind() {
            return Optional.of(problem.kind());
        }

        @Override
        public String explain() {
            return "The author's domain cannot be told: " + problem.with(detail) + ".";
        }
    }

    /**
     * No author: there is no From field, or none with a domain in it (RFC 9989 §5.3.1: DMARC does not apply).
     *
     * @param problem which of these
     * @param detail where or what, escaped for showing
     */
    record Missing(Problem problem, String detail) implements AuthorDomain {
        static final Missing NO_FIELD = new Missing(Problem.NO_FROM_FIELD, "");

        /** Whether there is a From field, with nothing in it. */
        public boolean emptyField() {
            return problem == Problem.EMPTY_FROM_FIELD;
        }

        @Override
        public Optional<Problem> diagnosis() {
            return Optional.of(problem);
        }

        @Override
        public Optional<AuthorProblem> problemKind() {
            return Optional.of(
                    problem == Problem.NO_FROM_FIELD ? AuthorProblem.NO_FROM_FIELD : AuthorProblem.NO_ADDRESS);
        }

        @Override
        public String explain() {
            return switch (problem) {
                case NO_FROM_FIELD -> "The message has no From field.";
                case EMPTY_FROM_FIELD -> "The From field is empty.";
                default -> "The From field names no domain: " + problem.with(detail) + ".";
            };
        }
    }

    /** What can be wrong with a From field. */
    enum Problem {
        NO_FROM_FIELD(AuthorProblem.NO_FROM_FIELD, "there is no From field"),
        EMPTY_FROM_FIELD(AuthorProblem.NO_ADDRESS, "the From field is empty"),
        SEVERAL_FROM_FIELDS(AuthorProblem.SEVERAL_FROM_FIELDS, "there is more than one From field"),
        ODD_FIELD_NAME(AuthorProblem.SEVERAL_FROM_FIELDS, "a field is called From but for a stray octet in its name"),
        SEVERAL_DOMAINS(AuthorProblem.SEVERAL_DOMAINS, "the From field names different domains"),
        CONTROL_CHARACTER(AuthorProblem.UNREADABLE, "the From field has a control character or a broken fold"),
        TOO_LONG(AuthorProblem.UNREADABLE, "the From field is too long"),
        TOO_MANY_ADDRESSES(AuthorProblem.UNREADABLE, "the From field lists too many addresses"),
        COMMENTS_TOO_DEEP(AuthorProblem.UNREADABLE, "comments in the From field are nested too deeply"),
        BAD_ENCODING("the From field has octets that are not UTF-8 where they decide how it is read"),
        UNBALANCED_QUOTES("a quotation mark in the From field is not closed"),
        UNBALANCED_COMMENT("a parenthesis in the From field has no partner"),
        UNBALANCED_BRACKETS("a bracket in the From field has no partner"),
        STRAY_CHARACTER("a special character stands in the From field where none may"),
        NO_ADDRESS(AuthorProblem.NO_ADDRESS, "a name in the From field has no address"),
        NO_LOCAL_PART("an address in the From field has nothing before its @"),
        NO_DOMAIN(AuthorProblem.NO_ADDRESS, "an address in the From field has no domain"),
        NAME_BESIDE_ADDRESS("a name stands beside an address that has no angle brackets"),
        ADDRESS_IN_NAME("the name before an address in angle brackets is an address itself"),
        TEXT_AFTER_ADDRESS("something stands behind an address in the From field"),
        TWO_ADDRESSES_IN_ONE("two addresses in the From field are not separated"),
        ROUTE("an address in the From field has a route of hosts before it"),
        ENCODED_WORD_IN_ADDRESS("an address in the From field has an encoded word"),
        DECEPTIVE_LOCAL_PART("the quoted local part of an address looks like another address"),
        SPLIT_DOMAIN("the domain of an address is interrupted by white space, a comment or a stray mark"),
        DOMAIN_LITERAL("an address in the From field has an IP address for a domain"),
        UNUSABLE_DOMAIN("the domain of an address is not a name that can stand in the DNS");

        private final AuthorProblem kind;
        private final String description;

        Problem(String description) {
            this(AuthorProblem.UNCLEAR_DOMAIN, description);
        }

        Problem(AuthorProblem kind, String description) {
            this.kind = kind;
            this.description = description;
        }

        /** As it is written in logs. */
        public String keyword() {
            return Keyword.of(this);
        }

        /** What it is where the domain cannot be told because of it. */
        AuthorProblem kind() {
            return kind;
        }

        private String with(String detail) {
            return detail.isEmpty() ? description : description + " (" + detail + ")";
        }

        /** Half a sentence for people. */
        public String describe() {
            return description;
        }
    }

    /** How much of an address is shown. */
    int SHOWN = 320;

    /** What is wrong with the From field; empty where nothing is. */
    Optional<Problem> diagnosis();

    /** What kind of problem there is; empty for one domain in a plain spelling. */
    Optional<AuthorProblem> problemKind();

    /** One plain sentence that says what was found. */
    String explain();

    /** Reads the From field of a message; total, and linear in the length of its header section. */
    static AuthorDomain parse(HeaderSection headers) {
        List<HeaderField> fields = headers.all("From");
        for (HeaderField field : headers.fields()) {
            if (isOddlyNamedFrom(field)) {
                return new Ambiguous(Problem.ODD_FIELD_NAME, Escapes.printable(field.name(), 40), domainsOf(fields));
            }
        }
        // RFC 5322 §3.6: exactly one; RFC 9989 §11.5: several are a threat, whatever they say.
        return switch (fields.size()) {
            case 0 -> Missing.NO_FIELD;
            case 1 -> parse(fields.get(0).value());
            default -> new Ambiguous(Problem.SEVERAL_FROM_FIELDS, Integer.toString(fields.size()), domainsOf(fields));
        };
    }

    /** Reads what stands behind the colon of one From field; total and linear. */
    static AuthorDomain parse(Octets fromValue) {
        return FromFieldParser.parse(fromValue);
    }

    /** What a message without a From field has. */
    static AuthorDomain none() {
        return Missing.NO_FIELD;
    }

    private static List<DomainName> domainsOf(List<HeaderField> fields) {
        int mostRead = 8;
        Set<DomainName> domains = new LinkedHashSet<>();
        for (HeaderField field : fields.subList(0, Math.min(fields.size(), mostRead))) {
            switch (parse(field.value())) {
                case Single single -> domains.add(single.domain());
                case Ambiguous ambiguous -> domains.addAll(ambiguous.domains());
                case Missing missing -> {}
            }
        }
        return new ArrayList<>(domains);
    }

    // Programs that drop control characters or white space see a From field here, others see none.
    private static boolean isOddlyNamedFrom(HeaderField field) {
        if (field.is("From")) {
            return false;
        }
        String name = field.name();
        int matched = 0;
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (!Ascii.isVisible(c)) {
                continue;
            }
            if (matched == 4 || Ascii.lower(c) != "from".charAt(matched)) {
                return false;
            }
            matched++;
        }
        return matched == 4;
    }
}
