package org.countersign.signature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Optional;
import org.countersign.domain.DomainName;
import org.countersign.syntax.Octets;
import org.countersign.testing.TestKeys;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SigningIdentityTest {
    private static final SigningIdentity IDENTITY =
            new SigningIdentity(DomainName.of("example.org"), "s1", TestKeys.ED25519);

    @ParameterizedTest
    @ValueSource(strings = {"@example.org", "a@example.org", "a=3Db@sub.example.org", "a=40b@example.org"})
    void anIdentifierOfTheDomainIsWrittenAsGiven(String auid) {
        assertThat(IDENTITY.withAuid(Optional.of(auid)).auid()).contains(auid);
        assertThat(Auid.parse(Octets.latin1(auid))).isPresent();
    }

    /** Such a signature would be a permanent error for every verifier. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "example.org",
                "a@example.net",
                "a@example.org.",
                "a@b@example.org",
                "a=b@example.org",
                "a=@example.org",
                "a b@example.org",
                "a;b@example.org"
            })
    void anIdentifierThatAVerifierWouldRefuseIsRefused(String auid) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> IDENTITY.withAuid(Optional.of(auid)))
                .withMessage("the AUID is malformed or not within the SDID");
    }
}
