package org.countersign.james;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.mail.MessagingException;
import org.apache.james.core.MailAddress;
import org.apache.james.server.core.MailImpl;
import org.apache.mailet.Attribute;
import org.apache.mailet.AttributeName;
import org.apache.mailet.AttributeValue;
import org.apache.mailet.base.GenericMatcher;
import org.countersign.james.mail.VerdictAttributes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The mail that matchers match, and their conditions. */
class MatchersTest {
    private static boolean matches(
            GenericMatcher matcher, String condition, AttributeName name, AttributeValue<?> value) throws Exception {
        MailImpl mail = MailImpl.builder()
                .name("Mail1")
                .addRecipients(SpooledMails.RECIPIENTS.toArray(String[]::new))
                .build();
        mail.setAttribute(new Attribute(name, value));
        matcher.init(MailetParameters.condition(condition));
        Collection<MailAddress> matched = matcher.match(mail);
        assertThat(matched).isIn(mail.getRecipients(), List.of());
        return !matched.isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        quarantine        | quarantine | true
        reject, tempfail  | tempfail   | true
        REJECT            | reject     | true
        quarantine        | accept     | false
        """)
    void theVerdictIsOneOfTheWords(String condition, String verdict, boolean matched) throws Exception {
        assertThat(matches(new VerdictIs(), condition, VerdictAttributes.VERDICT, AttributeValue.of(verdict)))
                .isEqualTo(matched);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        pass                | pass      | true
        temperror,permerror | permerror | true
        fail                | none      | false
        """)
    void theResultOfDmarcIsOneOfTheWords(String condition, String result, boolean matched) throws Exception {
        assertThat(matches(new DmarcResultIs(), condition, VerdictAttributes.DMARC, AttributeValue.of(result)))
                .isEqualTo(matched);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        example.org                 | example.org     | true
        Example.ORG                 | example.org     | true
        example.org                 | sub.example.org | false
        *.example.org               | sub.example.org | true
        *.example.org               | example.org     | false
        .example.org                | sub.example.org | true
        example.net, *.example.org  | a.example.org   | true
        *                           | example.com     | true
        example.org                 | badexample.org  | false
        """)
    void theAuthorDomainFitsOneOfThePatterns(String condition, String author, boolean matched) throws Exception {
        assertThat(matches(new AuthorDomainIs(), condition, VerdictAttributes.AUTHOR_DOMAIN, AttributeValue.of(author)))
                .isEqualTo(matched);
    }

    @Test
    void mailThatWasNotCheckedDoesNotMatch() throws Exception {
        AttributeName other = AttributeName.of("org.example.other");
        assertThat(matches(new VerdictIs(), "accept", other, AttributeValue.of("accept")))
                .isFalse();
        assertThat(matches(new DmarcResultIs(), "none", other, AttributeValue.of("none")))
                .isFalse();
        assertThat(matches(new AuthorDomainIs(), "*", other, AttributeValue.of("a.example")))
                .isFalse();
        assertThat(matches(new VerdictIs(), "accept", VerdictAttributes.VERDICT, AttributeValue.of(1)))
                .isFalse();
    }

    @Test
    void anUnknownConditionIsAnErrorThatListsTheKnownOnes() {
        assertRefused(
                VerdictIs::new,
                "spam",
                "The matcher org.countersign.james.VerdictIs=spam: \"spam\" is not a condition;"
                        + " it takes one or more of accept, tag, quarantine, reject, tempfail, with commas between them");
        assertRefused(
                DmarcResultIs::new,
                "pass,bestguesspass",
                "The matcher org.countersign.james.DmarcResultIs=pass,bestguesspass: \"bestguesspass\" is not a"
                        + " condition; it takes one or more of pass, fail, none, temperror, permerror,"
                        + " with commas between them");
        assertRefused(
                AuthorDomainIs::new,
                "ada@example.org",
                "The matcher org.countersign.james.AuthorDomainIs=ada@example.org: \"ada@example.org\" is not a"
                        + " condition; it takes example.org, just this domain; *.example.org, the domains below it;"
                        + " or *, all; several with commas between them");
        Stream.<Supplier<GenericMatcher>>of(VerdictIs::new, DmarcResultIs::new, AuthorDomainIs::new)
                .forEach(matcher -> assertThatThrownBy(() -> matcher.get().init(MailetParameters.condition("")))
                        .isInstanceOf(MessagingException.class)
                        .hasMessageContaining("\"\" is not a condition; it takes "));
    }

    private static void assertRefused(Supplier<GenericMatcher> matcher, String condition, String message) {
        assertThatThrownBy(() -> matcher.get().init(MailetParameters.condition(condition)))
                .isInstanceOf(MessagingException.class)
                .hasMessage(message);
    }
}
