package org.countersign.dkim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.countersign.smtp.HeaderField;
import org.countersign.testing.TestKeys;
import org.countersign.testing.TestMessage;
import org.countersign.testing.ZoneServer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Interoperability with Mail::DKIM in both directions, with key lookups over UDP. Skipped if it is not installed. */
class MailDkimIT {
    private @Nullable ZoneServer dns;
    private @Nullable MailDkim started;
    private MailDkim.Ability ability = MailDkim.Ability.NOTHING;

    @BeforeEach
    void startMailDkim() throws IOException {
        assumeTrue(MailDkim.hasPerl(), "no perl");
        dns = ZoneServer.start(Interop.zone());
        started = MailDkim.start(dns);
        ability = started.ability();
        assumeTrue(ability != MailDkim.Ability.NOTHING, "no Mail::DKIM (libmail-dkim-perl)");
    }

    @AfterEach
    void stopMailDkim() throws IOException {
        if (started != null) {
            started.close();
        }
        if (dns != null) {
            dns.close();
        }
    }

    private MailDkim mailDkim() {
        return Objects.requireNonNull(started);
    }

    // It adds no line end to a simple body that has none, as RFC 6376 §3.4.3 has it.
    private static List<TestMessage> messages(String canonicalizations) {
        return Interop.MESSAGES.stream()
                .filter(message -> !message.equals(Interop.NO_LINE_END) || canonicalizations.endsWith("relaxed"))
                .toList();
    }

    private String expectedForEd25519() {
        return ability == MailDkim.Ability.RSA_AND_ED25519 ? "pass" : "invalid";
    }

    @ParameterizedTest
    @ValueSource(strings = {"relaxed/relaxed", "relaxed/simple", "simple/relaxed", "simple/simple"})
    void mailDkimVerifiesWhatWeSign(String canonicalizations) throws IOException {
        for (TestMessage message : messages(canonicalizations)) {
            assertThat(mailDkim().verify(Interop.sign(message, canonicalizations)))
                    .as("%s", message)
                    .containsExactly("pass", expectedForEd25519());
        }
    }

    @Test
    void mailDkimDoesNotVerifyAChangedMessage() throws IOException {
        TestMessage signed = Interop.sign(Interop.PLAIN, "relaxed/relaxed");
        TestMessage added = signed.withFieldOnTop(HeaderField.of("Subject", " Dinner"));

        assertThat(mailDkim().verify(added)).first().isEqualTo("fail");
        assertThat(mailDkim().verify(signed.withBody("At one?\r\n"))).first().isEqualTo("fail");
    }

    @Test
    void mailDkimHashesASimpleBodyWithoutALineEndAsItIs() throws IOException {
        // To be told when the exception above is no longer needed.
        assertThat(mailDkim().verify(Interop.sign(Interop.NO_LINE_END, "simple/simple")))
                .first()
                .isEqualTo("fail");
    }

    @ParameterizedTest
    @ValueSource(strings = {"relaxed/relaxed", "relaxed/simple", "simple/relaxed", "simple/simple"})
    void weVerifyWhatMailDkimSigns(String canonicalizations) throws IOException {
        String key =
                TestKeys.RSA_PEM.lines().filter(line -> !line.startsWith("--")).reduce("", String::concat);
        for (TestMessage message : messages(canonicalizations)) {
            String field = mailDkim().sign(message, "r", key, canonicalizations);

            assertThat(Interop.verify(Interop.withField(message, field)))
                    .as("%s", message)
                    .singleElement()
                    .isInstanceOf(DkimResult.Pass.class);
        }
    }
}
