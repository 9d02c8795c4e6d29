package org.countersign.signing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.countersign.signing.Signing.addresses;
import static org.countersign.signing.Signing.by;
import static org.countersign.signing.Signing.request;
import static org.countersign.signing.Signing.users;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.countersign.domain.DomainName;
import org.countersign.domain.IpNetwork;
import org.countersign.policy.Decision;
import org.countersign.policy.Mode;
import org.countersign.policy.Verdict;
import org.countersign.signature.SigningDefaults;
import org.countersign.signing.AuthorPermissions.Allowance;
import org.countersign.signing.AuthorPermissions.UserMatch;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SigningPolicyTest {
    private static final Instant NOW = Instant.parse("2026-05-14T08:30:00Z");
    private static final SigningEntry EXAMPLE = Signing.entry("t:1", addresses("example.org"), List.of(), List.of());

    private static SigningPolicy policy(
            AuthorPermissions permissions, UnsignedAction action, Mode mode, SigningEntry... entries) {
        return new SigningPolicy(new SigningTable(List.of(entries)), permissions, action, action, mode);
    }

    private static Decision doNotSign(SigningPolicy policy, SigningRequest request) {
        SigningChoice choice = policy.choose(request, NOW, identity -> true);
        assertThat(choice).isInstanceOf(SigningChoice.DoNotSign.class);
        return ((SigningChoice.DoNotSign) choice).decision();
    }

    private static boolean signs(SigningPolicy policy, SigningRequest request) {
        return policy.choose(request, NOW, identity -> true) instanceof SigningChoice.Sign;
    }

    @Nested
    class Reasons {
        @Test
        void mailWithoutAnEntryIsSentUnsigned() {
            SigningPolicy policy = policy(
                    new AuthorPermissions(UserMatch.ADDRESS, List.of()), UnsignedAction.REJECT, Mode.ENFORCE, EXAMPLE);
            Decision decision = doNotSign(policy, request("a@elsewhere.example", "<>", "b@example.org"));
            assertThat(decision.rule()).isEqualTo("no-signing-entry");
            assertThat(decision.reason()).contains("elsewhere.example");
            assertThat(decision.verdict()).isInstanceOf(Verdict.Accept.class);
        }

        @ParameterizedTest
        @ValueSource(strings = {"noreply@example.org", "\"noreply\"@example.org", "\"NO\\reply\"@example.org"})
        void anEntryForAnAddressAppliesHoweverItIsQuoted(String from) {
            SigningEntry none = new SigningEntry(
                    "mx.yaml:7",
                    addresses("noreply@example.org"),
                    List.of(),
                    List.of(),
                    List.of(),
                    List.of(),
                    SigningDefaults.DEFAULT,
                    new AuidChoice.None());
            SigningPolicy policy = policy(AuthorPermissions.ANY, UnsignedAction.UNSIGNED, Mode.ENFORCE, none, EXAMPLE);
            assertThat(doNotSign(policy, by(from)).rule()).isEqualTo("signing-entry-without-keys");
            assertThat(signs(policy, by("\"no reply\"@example.org"))).isTrue();
        }

        @Test
        void anEntryWithoutKeysMeansNotToSign() {
            SigningEntry none = new SigningEntry(
                    "mx.yaml:7",
                    addresses("example.org"),
                    List.of(),
                    List.of(),
                    List.of(),
                    List.of(),
                    SigningDefaults.DEFAULT,
                    new AuidChoice.None());
            Decision decision = doNotSign(
                    policy(AuthorPermissions.ANY, UnsignedAction.REJECT, Mode.ENFORCE, none, EXAMPLE),
                    by("a@example.org"));
            assertThat(decision.rule()).isEqualTo("signing-entry-without-keys");
            assertThat(decision.reason()).contains("mx.yaml:7");
            assertThat(decision.verdict()).isInstanceOf(Verdict.Accept.class);
        }

        @ParameterizedTest
        @CsvSource({
            "UNSIGNED, ENFORCE, accept, false",
            "TEMPFAIL, ENFORCE, tempfail, false",
            "REJECT, ENFORCE, reject, false",
            "REJECT, MONITOR, accept, true",
            "TEMPFAIL, MONITOR, accept, true"
        })
        void withoutAKeyInUseTheConfiguredActionIsTaken(
                UnsignedAction action, Mode mode, String verdict, boolean suppressed) {
            SigningChoice choice = policy(AuthorPermissions.ANY, action, mode, EXAMPLE)
                    .choose(by("a@example.org"), NOW, identity -> false);
            assertThat(choice).isInstanceOfSatisfying(SigningChoice.DoNotSign.class, doNotSign -> {
                assertThat(doNotSign.decision().rule()).isEqualTo("no-active-key");
                assertThat(doNotSign.decision().verdict().keyword()).isEqualTo(verdict);
                assertThat(doNotSign.decision().isSuppressedByMonitor()).isEqualTo(suppressed);
            });
        }

        @Test
        void theNameOfAUserIsEscaped() {
            SigningPolicy policy = policy(
                    new AuthorPermissions(UserMatch.DOMAIN, List.of()), UnsignedAction.REJECT, Mode.ENFORCE, EXAMPLE);
            Decision decision = doNotSign(policy, request("a@example.org", "<>", "evil\r\nname"));
            assertThat(decision.rule()).isEqualTo("author-not-allowed");
            assertThat(decision.reason()).doesNotContain("\r", "\n");
            assertThat(decision.verdict().toString()).doesNotContain("\r", "\n");
        }
    }

    @Nested
    class Permissions {
        private boolean permitted(AuthorPermissions permissions, SigningRequest request) {
            return signs(policy(permissions, UnsignedAction.REJECT, Mode.ENFORCE, EXAMPLE), request);
        }

        @Test
        void areNotRequiredByDefault() {
            assertThat(permitted(AuthorPermissions.ANY, request("a@example.org", "<>", "other@elsewhere.example")))
                    .isTrue();
            assertThat(permitted(AuthorPermissions.ANY, by("a@example.org"))).isTrue();
        }

        @ParameterizedTest
        @CsvSource({
            "DOMAIN, a@example.org, b@example.org, true",
            "DOMAIN, a@example.org, b@EXAMPLE.ORG, true",
            "DOMAIN, a@example.org, b@org, false",
            "DOMAIN, a@example.org, b@sub.example.org, false",
            "DOMAIN, a@example.org, b@elsewhere.example, false",
            "DOMAIN, a@example.org, b, false",
            "ADDRESS, a@example.org, A@example.org, true",
            "ADDRESS, a@example.org, b@example.org, false",
            "ADDRESS, a@example.org, a, false",
        })
        void mayDependOnTheNameOfTheUser(UserMatch match, String author, String user, boolean permitted) {
            assertThat(permitted(new AuthorPermissions(match, List.of()), request(author, "<>", user)))
                    .isEqualTo(permitted);
        }

        @ParameterizedTest
        @CsvSource({
            "a@sub.example.org, b@example.org, true",
            "a@example, b@example, false",
            "a@example.co.uk, b@co.uk, false",
            "a@example.co.uk, b@uk, false",
            "a@sub.example.co.uk, b@example.co.uk, true",
            "a@co.uk, b@co.uk, true",
            "a@user.github.io, b@github.io, false",
            "a@example.org, @example.org, true",
            "a@example.org, b@, false",
            "a@example.org, b@., false",
            "a@example.org, b@example.org@elsewhere.example, false",
        })
        void byDomainDoNotCoverDomainsOfOtherOwners(String author, String user, boolean permitted) {
            assertThat(new AuthorPermissions(UserMatch.DOMAIN, List.of()).permit(request(author, "<>", user)))
                    .isEqualTo(permitted);
        }

        @Test
        void areExplainedIfMissing() {
            SigningPolicy policy = policy(
                    new AuthorPermissions(UserMatch.DOMAIN, List.of()), UnsignedAction.UNSIGNED, Mode.ENFORCE, EXAMPLE);
            assertThat(reason(policy, request("a@example.org", "<>", "bob")))
                    .isEqualTo("The user bob may not write as example.org: author-must-match-user is domain, and the"
                            + " login name has no domain.");
            assertThat(reason(policy, request("a@example.org", "<>", "bob@elsewhere.example")))
                    .endsWith("and the login name has another domain.");
        }

        private static String reason(SigningPolicy policy, SigningRequest request) {
            return ((SigningChoice.DoNotSign) policy.choose(request, Instant.EPOCH, any -> true))
                    .decision()
                    .reason();
        }

        @Test
        void neverRefuseMailOfThisMachine() {
            SigningPolicy policy = policy(
                    new AuthorPermissions(
                            UserMatch.NONE, List.of(new Allowance(users("news"), List.of(), addresses("*")))),
                    UnsignedAction.REJECT,
                    Mode.ENFORCE,
                    EXAMPLE);
            SigningRequest ofClient = by("a@example.org");
            SigningRequest ofThisMachine = new SigningRequest(
                    ofClient.author(), ofClient.mailFrom(), Optional.empty(), ofClient.clientAddress(), Set.of(), true);
            assertThat(policy.choose(ofClient, Instant.EPOCH, any -> true))
                    .isInstanceOfSatisfying(
                            SigningChoice.DoNotSign.class,
                            doNotSign ->
                                    assertThat(doNotSign.decision().verdict()).isInstanceOf(Verdict.Reject.class));
            assertThat(policy.choose(ofThisMachine, Instant.EPOCH, any -> true))
                    .isInstanceOfSatisfying(
                            SigningChoice.DoNotSign.class,
                            doNotSign ->
                                    assertThat(doNotSign.decision().verdict()).isInstanceOf(Verdict.Accept.class));
            SigningPolicy keyless = policy(AuthorPermissions.ANY, UnsignedAction.REJECT, Mode.ENFORCE, EXAMPLE);
            assertThat(keyless.choose(ofThisMachine, Instant.EPOCH, none -> false))
                    .isInstanceOfSatisfying(
                            SigningChoice.DoNotSign.class,
                            doNotSign -> assertThat(doNotSign.decision())
                                    .satisfies(decision ->
                                            assertThat(decision.rule()).isEqualTo("no-active-key"))
                                    .satisfies(decision ->
                                            assertThat(decision.verdict()).isInstanceOf(Verdict.Accept.class)));
        }

        @Test
        void byAddressDoNotCoverASecondAuthor() {
            AuthorPermissions permissions = new AuthorPermissions(UserMatch.ADDRESS, List.of());
            assertThat(permitted(permissions, request("a@example.org, boss@example.org", "<>", "a@example.org")))
                    .isFalse();
        }

        @Test
        void byUserDoNotConcernUnauthenticatedClients() {
            assertThat(permitted(new AuthorPermissions(UserMatch.ADDRESS, List.of()), by("a@example.org")))
                    .isTrue();
        }

        @Test
        void areGivenByAnyAllowanceAndOnlyByAllowances() {
            AuthorPermissions permissions = new AuthorPermissions(
                    UserMatch.NONE,
                    List.of(
                            new Allowance(users("news"), List.of(), addresses("news@example.org")),
                            new Allowance(
                                    List.of(),
                                    List.of(IpNetwork.parse("192.0.2.0/28").orElseThrow()),
                                    addresses("robot@example.org"))));
            assertThat(permitted(permissions, request("news@example.org", "<>", "news")))
                    .isTrue();
            assertThat(permitted(permissions, request("a@example.org", "<>", "news")))
                    .isFalse();
            assertThat(permitted(permissions, request("news@example.org", "<>", "other")))
                    .isFalse();
            assertThat(permitted(permissions, by("robot@example.org"))).isTrue();
            assertThat(permitted(permissions, by("a@example.org"))).isFalse();
        }

        @Test
        void ofAnAllowanceAreInAdditionToThoseOfTheUser() {
            AuthorPermissions permissions = new AuthorPermissions(
                    UserMatch.ADDRESS, List.of(new Allowance(users("boss@example.org"), List.of(), addresses("*"))));
            assertThat(permitted(permissions, request("a@example.org", "<>", "boss@example.org")))
                    .isTrue();
            assertThat(permitted(permissions, request("a@example.org", "<>", "a@example.org")))
                    .isTrue();
            assertThat(permitted(permissions, request("a@example.org", "<>", "b@example.org")))
                    .isFalse();
            assertThat(permitted(permissions, by("a@example.org"))).isFalse();
        }
    }

    @Nested
    class Auids {
        private final DomainName sdid = DomainName.of("example.org");

        private Optional<String> render(AuidChoice choice, String from) {
            return choice.render(by(from).author(), sdid);
        }

        @Test
        void areOmittedByDefault() {
            assertThat(render(new AuidChoice.None(), "a@example.org")).isEmpty();
        }

        @ParameterizedTest
        @CsvSource({
            "alice@example.org, alice@example.org",
            "Alice <alice@SUB.example.org>, alice@sub.example.org",
            "a=b@example.org, a=3Db@example.org",
            "'\"a;b\" <\"a;b\"@example.org>', @example.org",
            "'a@example.org, b@example.org', @example.org",
            "ä@example.org, @example.org",
        })
        void ofTheAuthorAreEncodedForTheTag(String from, String auid) {
            assertThat(render(new AuidChoice.Author(), from)).contains(auid);
        }

        @Test
        void haveNoLocalPartThatIsTooLong() {
            String local = "l".repeat(64);

            assertThat(render(new AuidChoice.Author(), local + "@example.org")).contains(local + "@example.org");
            assertThat(render(new AuidChoice.Author(), local + "l@example.org")).contains("@example.org");
        }

        @Test
        void areNeverOutsideTheSdid() {
            assertThat(render(new AuidChoice.Author(), "a@elsewhere.example")).isEmpty();
            assertThat(render(new AuidChoice.Domain(DomainName.of("org")), "a@example.org"))
                    .isEmpty();
            assertThat(render(new AuidChoice.Domain(DomainName.of("x.example.org")), "a@example.org"))
                    .contains("@x.example.org");
        }
    }
}
