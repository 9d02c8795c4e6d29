package org.countersign.james;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import javax.mail.internet.AddressException;
import javax.mail.internet.InternetAddress;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.countersign.message.AuthorDomain;
import org.countersign.syntax.Octets;
import org.countersign.testing.FromFieldArbitraries;
import org.countersign.testing.SimpleFromParsers;

/** James' mail API finds the Author Domain in a From field, or no author. */
class MailApiReadersProperties {
    @Provide
    Arbitrary<String> fields() {
        return FromFieldArbitraries.any();
    }

    @Property(tries = 20_000)
    void theMailApiFindsTheDomainOfTheAuthorOrNone(@ForAll("fields") String field) {
        AuthorDomain author = AuthorDomain.parse(Octets.latin1(field));
        if (author instanceof AuthorDomain.Ambiguous) {
            return;
        }
        String domain =
                author instanceof AuthorDomain.Single single ? single.domain().toString() : "";
        assertThat(SimpleFromParsers.publicOnes(domains(field)))
                .as("in %s", field)
                .allMatch(domain::equals);
    }

    private static List<String> domains(String field) {
        String value = field.replace("\r\n", "");
        List<String> domains = new ArrayList<>();
        for (Parser parser : List.<Parser>of(
                text -> InternetAddress.parse(text, true),
                text -> InternetAddress.parse(text, false),
                text -> InternetAddress.parseHeader(text, true),
                text -> InternetAddress.parseHeader(text, false))) {
            try {
                for (InternetAddress address : parser.parse(value)) {
                    String text = address.getAddress();
                    if (text != null && text.indexOf('@') >= 0) {
                        domains.add(text.substring(text.lastIndexOf('@') + 1));
                    }
                }
            } catch (AddressException refused) {
                // A reader based on this API shows no author.
            }
        }
        return domains;
    }

    private interface Parser {
        InternetAddress[] parse(String text) throws AddressException;
    }
}
