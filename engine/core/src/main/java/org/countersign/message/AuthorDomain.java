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
 * The Author Domain of a message: the domain of the address in its From field (RFC 9989 §3.2.2). DMARC protects this domain,
 * and mail programs show it. It is {@link Single} only if all programs read the same domain in the field, or none. If a
 * program may read another domain, the field is {@link Ambiguous} (RFC 9989 §11.5).
 */
public sealed interface AuthorDomain {
    /**
     * One domain; the field may have several addresses of it.
     *
     * @param domain in A-labels (RFC 9989 §5.3.1)
     * @param addresses at least one, as written, without comments, routes and folds; not escaped
     * @param spelling the unusual spelling of the field, if any
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
     * A violation of the standard in a From field that all programs read in the same way.
     *
     * @param problem the first problem
     * @param detail the position or the text, escaped
     */
    record Spelling(Problem problem, String detail) {
        /** A clause for people. */
        public String explain() {
            return problem.with(detail);
        }
    }

    /**
     * A field with several domains, or with a domain that programs may read differently.
     *
     * @param problem the first problem
     * @param detail the position or the text, escaped
     * @param domains the domains found, for a receiver that checks all of them; may be incomplete if the field could not be
     *     parsed to its end
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
            return "The Author Domain cannot be determined: " + problem.with(detail) + ".";
        }
    }

    /**
     * No author: there is no From field, or no domain in it (RFC 9989 §5.3.1: DMARC does not apply).
     *
     * @param problem which of these
     * @param detail the position or the text, escaped
     */
    record Missing(Problem problem, String detail) implements AuthorDomain {
        static final Missing NO_FIELD = new Missing(Problem.NO_FROM_FIELD, "");

        /** Whether there is an empty From field. */
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
        ODD_FIELD_NAME(AuthorProblem.SEVERAL_FROM_FIELDS, "a field name differs from From only by an invisible octet"),
        SEVERAL_DOMAINS(AuthorProblem.SEVERAL_DOMAINS, "the From field names different domains"),
        CONTROL_CHARACTER(AuthorProblem.UNREADABLE, "the From field has a control character or a broken fold"),
        TOO_LONG(AuthorProblem.UNREADABLE, "the From field is too long"),
        TOO_MANY_ADDRESSES(AuthorProblem.UNREADABLE, "the From field lists too many addresses"),
        COMMENTS_TOO_DEEP(AuthorProblem.UNREADABLE, "comments in the From field are nested too deeply"),
        BAD_ENCODING("the From field has octets that are not UTF-8, on which its meaning depends"),
        UNBALANCED_QUOTES("a quotation mark in the From field is not closed"),
        UNBALANCED_COMMENT("a parenthesis in the From field is not balanced"),
        UNBALANCED_BRACKETS("a bracket in the From field is not balanced"),
        STRAY_CHARACTER("the From field has a special character at a wrong place"),
        NO_ADDRESS(AuthorProblem.NO_ADDRESS, "a name in the From field has no address"),
        NO_LOCAL_PART("an address in the From field has no local part"),
        NO_DOMAIN(AuthorProblem.NO_ADDRESS, "an address in the From field has no domain"),
        NAME_BESIDE_ADDRESS("a name comes with an address that has no angle brackets"),
        ADDRESS_IN_NAME("the name before an address in angle brackets is an address itself"),
        TEXT_AFTER_ADDRESS("there is text after an address in the From field"),
        TWO_ADDRESSES_IN_ONE("two addresses in the From field are not separated"),
        ROUTE("an address in the From field has a route of hosts before it"),
        ENCODED_WORD_IN_ADDRESS("an address in the From field has an encoded word"),
        DECEPTIVE_LOCAL_PART("the quoted local part of an address looks like another address"),
        SPLIT_DOMAIN("the domain of an address is interrupted by white space, a comment or a stray mark"),
        INCOMPLETE_ADDRESS("an address in the From field has no full domain, and the mail server adds its own to it"),
        DOMAIN_LITERAL("an address in the From field has an IP address instead of a domain"),
        UNUSABLE_DOMAIN("the domain of an address is not a valid name in the DNS");

        private final AuthorProblem kind;
        private final String description;

        Problem(String description) {
            this(AuthorProblem.UNCLEAR_DOMAIN, description);
        }

        Problem(AuthorProblem kind, String description) {
            this.kind = kind;
            this.description = description;
        }

        /** The keyword in logs. */
        public String keyword() {
            return Keyword.of(this);
        }

        /** The kind of problem if the domain is ambiguous or missing because of it. */
        AuthorProblem kind() {
            return kind;
        }

        private String with(String detail) {
            return detail.isEmpty() ? description : description + " (" + detail + ")";
        }

        /** A clause for people. */
        public String describe() {
            return description;
        }
    }

    /** The maximum length of an address in a text. */
    int SHOWN = 320;

    /** The problem of the From field; empty if there is none. */
    Optional<Problem> diagnosis();

    /** The kind of problem; empty for one domain in its usual spelling. */
    Optional<AuthorProblem> problemKind();

    /** One sentence for people. */
    String explain();

    /** The author of a message, in linear time. */
    static AuthorDomain parse(HeaderSection headers) {
        List<HeaderField> fields = headers.all("From");
        for (HeaderField field : headers.fields()) {
            if (isOddlyNamedFrom(field)) {
                return new Ambiguous(Problem.ODD_FIELD_NAME, Escapes.printable(field.name(), 40), domainsOf(fields));
            }
        }
        // RFC 5322 §3.6: exactly one. RFC 9989 §11.5: several are a threat, even if they are equal.
        return switch (fields.size()) {
            case 0 -> Missing.NO_FIELD;
            case 1 -> parse(fields.get(0).value());
            default -> new Ambiguous(Problem.SEVERAL_FROM_FIELDS, Integer.toString(fields.size()), domainsOf(fields));
        };
    }

    /** The author of a From field, from the part after the colon, in linear time. */
    static AuthorDomain parse(Octets fromValue) {
        return FromFieldParser.parse(fromValue);
    }

    /**
     * The author of a message whose mail server later adds its own domain to addresses without a full one. Such an address is
     * in a domain that nobody has checked.
     *
     * @param read the author in the field as it is now
     */
    static AuthorDomain beforeCompletion(AuthorDomain read, HeaderSection headers) {
        boolean complete = switch (read) {
            case Ambiguous ambiguous -> true;
            case Missing missing -> missing.problem() == Problem.NO_FROM_FIELD || missing.emptyField();
            case Single single ->
                single.domain().labelCount() > 1
                        && (single.spelling().isEmpty() || isEveryAddressComplete(headers.all("From")));
        };
        return complete ? read : new Ambiguous(Problem.INCOMPLETE_ADDRESS, "", domainsOf(headers.all("From")));
    }

    private static boolean isEveryAddressComplete(List<HeaderField> fields) {
        for (HeaderField field : fields) {
            if (!CompleteAddresses.areAllIn(field.value())) {
                return false;
            }
        }
        return true;
    }

    /** The author of a message without a From field. */
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

    // Programs that ignore control characters or white space in field names see a From field, others see none.
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
