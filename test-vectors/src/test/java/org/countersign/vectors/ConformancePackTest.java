package org.countersign.vectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.ReadOnlyBufferException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConformancePackTest {
    private static final String CASE = """
        id: sample
        rfc: RFC 7208 §2.4
        why: to show the form
        zone:
          example.org:
            - TXT: "v=spf1 -all"
        smtp: {ip: 192.0.2.1, helo: mx.example.org, mail-from: "", rcpt: [bob@receiver.example]}
        clock: 2026-11-23T12:00:00Z
        expect:
          spf: fail
          dkim: [{result: fail, problem: BODY_HASH_MISMATCH, d: example.org}]
          dmarc: fail
          policy: reject
          verdict: reject
          reply: 550 5.7.26
          removed: [2]
          headers: [dmarc=fail]
        """;

    @Test
    void everyCaseOfThePackIsRead() {
        assertThat(ConformancePack.load())
                .hasSizeGreaterThanOrEqualTo(ConformancePack.FLOOR)
                .allSatisfy(conformanceCase -> {
                    assertThat(conformanceCase.message().remaining()).isPositive();
                    assertThat(conformanceCase.smtp().recipients()).isNotEmpty();
                });
    }

    @Test
    void everyVerdictAndEveryDmarcResultOccurs() {
        assertThat(ConformancePack.load())
                .extracting(found -> found.expect().verdict())
                .contains("accept", "quarantine", "reject");
        assertThat(ConformancePack.load())
                .extracting(found -> found.expect().dmarc())
                .contains("pass", "fail", "none", "temperror", "permerror");
    }

    @Test
    void anExpectedSignatureStandsForEachFieldOfTheMessage() {
        assertThat(ConformancePack.load()).allSatisfy(found -> {
            String message = new String(found.octets(), StandardCharsets.ISO_8859_1);
            long fields = message.substring(0, message.indexOf("\r\n\r\n"))
                    .lines()
                    .filter(line -> line.startsWith("DKIM-Signature:"))
                    .count();
            assertThat(found.expect().dkim()).hasSize((int) fields);
        });
    }

    @Test
    void aCaseIsReadWithEveryKey() {
        ConformanceCase found = read(CASE, "From: a@example.org\r\n\r\n");
        assertThat(found.id()).isEqualTo("sample");
        assertThat(found.rfc()).containsExactly("RFC 7208 §2.4");
        assertThat(found.zone().text("EXAMPLE.org")).contains("v=spf1 -all");
        assertThat(found.smtp().mailFrom()).isEmpty();
        assertThat(found.smtp().authenticatedUser()).isEmpty();
        assertThat(found.mode()).isEqualTo(ConformanceCase.Mode.ENFORCE);
        assertThat(found.expect().dkim()).singleElement().satisfies(signature -> {
            assertThat(signature.domain()).isEqualTo("example.org");
            assertThat(signature.problem()).contains("BODY_HASH_MISMATCH");
        });
        assertThat(found.expect().removed()).isEqualTo(List.of(2));
        assertThat(found.expect().reply()).contains("550 5.7.26");
    }

    @Test
    void theModeCanBeMonitor() {
        assertThat(read(CASE + "mode: monitor\n", "\r\n").mode()).isEqualTo(ConformanceCase.Mode.MONITOR);
    }

    @Test
    void anUnknownKeyIsReported() {
        refused(CASE.replace("helo:", "ehlo: x, helo:"), "\r\n", "sample/case.yaml: smtp.ehlo: unknown key");
        refused(CASE.replace("headers:", "header:"), "\r\n", "sample/case.yaml: expect.header: unknown key");
        refused(CASE.replace("problem:", "reason:"), "\r\n", "expect.dkim[0].reason: unknown key");
        refused(CASE + "clocks: x\n", "\r\n", "sample/case.yaml: clocks: unknown key");
    }

    @Test
    void aWordOutsideTheVocabularyIsNamed() {
        refused(CASE.replace("spf: fail", "spf: hardfail"), "\r\n", "expect.spf: 'hardfail' is none of");
        refused(CASE.replace("verdict: reject", "verdict: refuse"), "\r\n", "expect.verdict: 'refuse' is none of");
        refused(CASE.replace("dmarc: fail", "dmarc: neutral"), "\r\n", "expect.dmarc: 'neutral' is none of");
        refused(CASE + "mode: lazy\n", "\r\n", "mode: 'lazy' is none of");
    }

    @Test
    void aMissingOrUnreadableValueIsNamed() {
        refused(CASE.replace("  dmarc: fail\n", ""), "\r\n", "expect.dmarc: is missing");
        refused(CASE.replace("clock: 2026-11-23T12:00:00Z", "clock: noon"), "\r\n", "clock: must be an instant");
        refused(CASE.replace("[2]", "[two]"), "\r\n", "expect.removed: must be a whole number");
        refused(CASE.replace("ip: 192.0.2.1", "ip: [192.0.2.1]"), "\r\n", "smtp.ip: must be text");
    }

    @Test
    void aMessageWithOtherLineEndsThanCrlfIsRefused() {
        refused(CASE, "From: a@example.org\n\n", "message.eml: a line does not end in CRLF at octet 19");
        refused(CASE, "From: a\rb\r\n", "message.eml: a line does not end in CRLF at octet 8");
        refused(CASE, "From: a\r", "message.eml: a line does not end in CRLF at octet 7");
    }

    @Test
    void theMessageCannotBeChanged() {
        ConformanceCase found = read(CASE, "From: a@example.org\r\n\r\n");
        found.octets()[0] = 'X';
        found.message().get();
        assertThat(found.octets()[0]).isEqualTo((byte) 'F');
        assertThat(found.message().position()).isZero();
        assertThatExceptionOfType(ReadOnlyBufferException.class)
                .isThrownBy(() -> found.message().put((byte) 'X'));
    }

    private static ConformanceCase read(String yaml, String message) {
        CaseNode node = CaseNode.of("sample/case.yaml", "", VectorResources.yaml("sample/case.yaml", yaml));
        return ConformancePack.read(node, "sample/message.eml", message.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static void refused(String yaml, String message, String problem) {
        assertThatExceptionOfType(MalformedVectorException.class)
                .isThrownBy(() -> read(yaml, message))
                .withMessageContaining(problem);
    }
}
