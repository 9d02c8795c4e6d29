package org.countersign.arc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.countersign.arc.ArcRun.NOW;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.countersign.arc.ArcSet.Content;
import org.countersign.dns.StaticZone;
import org.countersign.domain.DomainName;
import org.countersign.message.HeaderSection;
import org.countersign.signature.SigningIdentity;
import org.countersign.smtp.HeaderField;
import org.countersign.testing.TestKeys;
import org.countersign.testing.TestMessage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Chains that reach a limit, and chains that exceed it by one. */
class ArcLimitsTest {
    private static final List<String> SEALERS = List.of("a.example", "b.example", "c.example");
    private static final StaticZone ZONE = zone();
    /** Three sealers, each with a key of its own. */
    private static final TestMessage SEALED = sealed();

    private static StaticZone zone() {
        StaticZone.Builder zone = StaticZone.builder();
        SEALERS.forEach(sealer -> zone.txt("e._domainkey." + sealer, TestKeys.RSA.publicKeyRecord()));
        return zone.build();
    }

    private static TestMessage sealed() {
        TestMessage message = TestMessage.parse("From: Alice <alice@example.org>\n\nAt noon?\n");
        for (String sealer : SEALERS) {
            message = ArcRun.sealed(message, new SigningIdentity(DomainName.of(sealer), "e", TestKeys.RSA), ZONE);
        }
        return message;
    }

    private static ArcResult verify(int keys, int bodyHashes, int messageSignatures) {
        return ArcRun.verify(SEALED, ZONE, new ArcLimits(keys, bodyHashes, messageSignatures), NOW);
    }

    private static List<Content> contents(ArcChain chain) {
        return chain.sets().stream().map(ArcSet::content).toList();
    }

    @Test
    void aChainMayUseAllKeysAllowedAndNotOneMore() {
        assertThat(verify(3, 1, 3)).isInstanceOf(ArcResult.Pass.class);
        assertThat(verify(2, 1, 3))
                .isInstanceOfSatisfying(
                        ArcResult.Fail.class, fail -> assertThat(fail.problem()).isEqualTo(ArcProblem.TOO_MANY_KEYS));
    }

    @Test
    void messageSignaturesBeyondTheLimitAreNotEvaluated() {
        assertThat(verify(3, 1, 2)).isInstanceOfSatisfying(ArcResult.Pass.class, pass -> {
            assertThat(pass.chain().oldestPass()).isEqualTo(2);
            assertThat(contents(pass.chain())).containsExactly(Content.NOT_EVALUATED, Content.INTACT, Content.INTACT);
        });
        assertThat(verify(3, 1, 3))
                .isInstanceOfSatisfying(
                        ArcResult.Pass.class,
                        pass -> assertThat(pass.chain().oldestPass()).isZero());
    }

    @ParameterizedTest
    @CsvSource({"0, true", "1, false"})
    void aFieldMayHaveAsManyOctetsAsAllowedAndNotOneMore(int more, boolean isRead) {
        HeaderField results = results(0);
        HeaderSection headers = new HeaderSection(List.of(
                HeaderField.of(ArcSetFields.SEAL, " i=1; a=rsa-sha256; s=e; d=a.example; cv=none; b=AAAA"),
                HeaderField.of(ArcSetFields.MESSAGE_SIGNATURE, " i=1; a=rsa-sha256; s=e; d=a.example; h=from; b=AAAA"),
                results(ArcLimits.MAX_FIELD - results.size() + more)));

        assertThat(ArcChainParser.parse(headers) instanceof ArcChainParser.Result.Chain)
                .isEqualTo(isRead);
    }

    @ParameterizedTest
    @CsvSource({
        ArcSetFields.SEAL + ", i=1; , ''", ArcSetFields.SEAL + ", '', ; i=1",
        ArcSetFields.MESSAGE_SIGNATURE + ", i=1; , ''", ArcSetFields.MESSAGE_SIGNATURE + ", '', ; i=1"
    })
    void aSignatureWithMoreTagsThanAreReadIsALocalLimit(String name, String before, String after) {
        String tags = IntStream.range(0, 64).mapToObj(i -> "x" + i + "=1").collect(Collectors.joining("; "));
        HeaderSection headers = new HeaderSection(List.of(HeaderField.of(name, " " + before + tags + after)));

        assertThat(ArcChainParser.parse(headers)).isInstanceOfSatisfying(ArcChainParser.Result.Broken.class, broken -> {
            assertThat(broken.result().problem()).isEqualTo(ArcProblem.FIELD_TOO_LARGE);
            assertThat(broken.result().explain()).contains(name + ", more than 64 tags");
        });
    }

    private static HeaderField results(int padding) {
        return HeaderField.of(
                ArcSetFields.AUTHENTICATION_RESULTS, " i=1; mx.a.example (" + "x".repeat(padding) + "); none");
    }

    @ParameterizedTest
    @CsvSource({"0, INTACT, INTACT", "1, INTACT, INTACT", "2, NOT_EVALUATED, INTACT", "3, NOT_EVALUATED, NOT_EVALUATED"
    })
    void aRecordedChainIsIntactFromTheOldestPassOn(int oldestPass, Content first, Content second) {
        ArcChain chain = ArcChain.recorded(SEALED.headers(), oldestPass).orElseThrow();

        assertThat(contents(chain)).containsExactly(first, second, Content.INTACT);
        assertThat(chain.oldestPass()).isEqualTo(oldestPass);
    }

    @Test
    void aRecordOfAnotherChainIsNoneOfThisOne() {
        assertThat(ArcChain.recorded(SEALED.headers(), 4)).isEmpty();
        assertThat(ArcChain.recorded(SEALED.headers(), -1)).isEmpty();
        assertThat(ArcChain.recorded(new HeaderSection(List.of()), 0)).isEqualTo(Optional.empty());
    }
}
