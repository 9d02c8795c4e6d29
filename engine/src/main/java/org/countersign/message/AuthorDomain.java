package org.countersign.message;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.countersign.domain.DomainName;
import org.countersign.syntax.Ascii;
import org.countersign.syntax.Escapes;
import org.countersign.syntax.Octets;

/**
 * The domain that a message claims as its author's: the one of the address in its From field (RFC 9989
 * §3.2.2). It is what DMARC protects and what a reader is shown, so it is {@link Single} only where every
 * program that reads the field comes to the same domain. A field that another program might read
 * differently is {@link Ambiguous} and no guess is made (RFC 9989 §11.5).
 */
public sealed interface AuthorDomain {
    /**
     * One domain, however many addresses of it the field lists.
     *
     * @param domain in A-labels (RFC 9989 §5.3.1)
     * @param addresses at least one, as written, without comments, routes and folds; escape them where shown
     */
    record Single(DomainName domain, List<String> addresses) implements AuthorDomain {
        public Single {
            addresses = List.copyOf(addresses);
        }

        /** The first address. */
        public String address() {
            return addresses.get(0);
        }

        @Override
        public String explain() {
            return "The author is " + Escapes.printable(address(), SHOWN) + ".";
        }
    }

    /**
     * A field that names no domain, several, or one that programs may disagree about.
     *
     * @param problem the first one met
     * @param detail where or what, escaped for showing
     * @param domains what was read nevertheless, for a receiver that goes on with all of them; empty where the
     *     field could not be read to its end
     */
    record Ambiguous(Problem problem, String detail, List<DomainName> domains) implements AuthorDomain {
        public Ambiguous {
            domains = List.copyOf(domains);
        }

        @Override
        public String explain() {
            return "The author's domain cannot be told: " + problem.describe()
                    + (detail.isEmpty() ? "." : " (" + detail + ").");
        }
    }

    /**
     * No author at all.
     *
     * @param emptyField whether there is a From field, with nothing in it
     */
    record Missing(boolean emptyField) implements AuthorDomain {
        @Override
        public String explain() {
            return emptyField ? "The From field is empty." : "The message has no From field.";
        }
    }

    /** Why a From field is ambiguous. */
    enum Problem {
        SEVERAL_FROM_FIELDS("there is more than one From field"),
        SEVERAL_DOMAINS("the From field lists addresses of different domains"),
        ODD_FIELD_NAME("a field is called From but for a stray octet in its name"),
        CONTROL_CHARACTER("the From field has a control character or a broken fold"),
        BAD_ENCODING("the From field has octets that are not UTF-8 where they decide how it is read"),
        TOO_LONG("the From field is too long"),
        TOO_MANY_ADDRESSES("the From field lists too many addresses"),
        UNBALANCED_QUOTES("a quotation mark in the From field is not closed"),
        UNBALANCED_COMMENT("a parenthesis in the From field has no partner"),
        COMMENTS_TOO_DEEP("comments in the From field are nested too deeply"),
        UNBALANCED_BRACKETS("a bracket in the From field has no partner"),
        STRAY_CHARACTER("a special character stands in the From field where none may"),
        NO_ADDRESS("a name in the From field has no address"),
        NO_LOCAL_PART("an address in the From field has nothing before its @"),
        NO_DOMAIN("an address in the From field has no domain"),
        NAME_BESIDE_ADDRESS("a name stands beside an address that has no angle brackets"),
        ADDRESS_IN_NAME("the name before an address in angle brackets is an address itself"),
        TEXT_AFTER_ADDRESS("something stands behind an address in the From field"),
        TWO_ADDRESSES_IN_ONE("two addresses in the From field are not separated"),
        ROUTE("an address in the From field has a route of hosts before it"),
        ENCODED_WORD_IN_ADDRESS("an address in the From field has an encoded word"),
        DECEPTIVE_LOCAL_PART("the quoted local part of an address looks like another address"),
        SPLIT_DOMAIN("the domain of an address is interrupted by white space or a comment"),
        DOMAIN_LITERAL("an address in the From field has an IP address for a domain"),
        UNUSABLE_DOMAIN("the domain of an address is not a name that can stand in the DNS");

        private final String description;

        Problem(String description) {
            this.description = description;
        }

        /** Half a sentence for people. */
        public String describe() {
            return description;
        }
    }

    /** How much of an address is shown. */
    int SHOWN = 320;

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
            case 0 -> new Missing(false);
            case 1 -> parse(fields.get(0).value());
            default -> new Ambiguous(Problem.SEVERAL_FROM_FIELDS, Integer.toString(fields.size()), domainsOf(fields));
        };
    }

    /** Reads what stands behind the colon of one From field; total and linear. */
    static AuthorDomain parse(Octets fromValue) {
        return FromFieldParser.parse(fromValue);
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
