package org.countersign.dkim;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.countersign.dns.StaticZone;
import org.countersign.keys.SignatureAlgorithm;
import org.countersign.keys.SignatureProblem;
import org.countersign.smtp.HeaderField;
import org.countersign.testing.TestMessage;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class RfcExamplesTest {
    private static final String MESSAGE = """
        From: Joe SixPack <joe@football.example.com>
        To: Suzie Q <suzie@shopping.example.net>
        Subject: Is dinner ready?
        Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)
        Message-ID: <20030712040037.46341.5F8J@football.example.com>

        Hi.

        We lost the game. Are you hungry yet?

        Joe.
        """;
    private static final Instant LATER = Instant.parse("2018-06-11T00:00:00Z");

    @Nested
    @DisplayName("RFC 6376 Appendix A")
    class Rfc6376 {
        private final StaticZone zone = StaticZone.builder()
                .txt(
                        "brisbane._domainkey.example.com",
                        "v=DKIM1; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQ"
                                + "DwIRP/UC3SBsEmGqZ9ZJW3/DkMoGeLnQg1fWn7/zYt"
                                + "IxN2SnFCjxOCKG9v3b4jYfcTNh5ijSsq631uBItLa7"
                                + "od+v/RtdC2UzJ1lWT947qR+Rcac2gbto/NMqJ0fzfV"
                                + "jH4OuKhitdY9tf6mcwGjaNBcWToIMmPSPDdQPNUYck"
                                + "cQ2QIDAQAB")
                .build();
        private final TestMessage message = TestMessage.parse("""
            DKIM-Signature: v=1; a=rsa-sha256; s=brisbane; d=example.com;
                  c=simple/simple; q=dns/txt; i=joe@football.example.com;
                  h=Received : From : To : Subject : Date : Message-ID;
                  bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;
                  b=AuUoFEfDxTDkHlLXSZEpZj79LICEps6eda7W3deTVFOk4yAUoqOB
                  4nujc7YopdG5dWLSdNg6xNAZpOPr+kHxt1IrE+NahM6L/LbvaHut
                  KVdkLLkpVaVVQPzeRDI009SO2Il5Lu7rDNH6mZckBdrIx0orEtZV
                  4bmp/YzhwvcubU4=;
            Received: from client1.football.example.com  [192.0.2.1]
                  by submitserver.example.com with SUBMISSION;
                  Fri, 11 Jul 2003 21:01:54 -0700 (PDT)
            """ + MESSAGE);

        @Test
        void verifies() {
            DkimResult result = only(DkimRun.verify(message, zone));

            assertThat(result).isInstanceOf(DkimResult.Pass.class);
            assertThat(result.signature().sdid()).hasToString("Optional[example.com]");
            assertThat(result.signature().auid()).contains("joe@football.example.com");
            assertThat(result.signature().keyBits()).hasValue(1024);
            assertThat(result.signature().coversWholeBody()).isTrue();
        }

        @Test
        void failsWhenSimpleHeaderIsRefolded() {
            HeaderField refolded = HeaderField.of("Subject", "  Is dinner ready?");

            assertThat(problem(message.withFieldAt(4, refolded))).isEqualTo(SignatureProblem.SIGNATURE_MISMATCH);
        }

        @Test
        void failsWhenAnotherReceivedFieldIsPutBelow() {
            TestMessage changed = message.withFieldAt(1, HeaderField.of("Received", " from elsewhere"));

            assertThat(problem(changed)).isEqualTo(SignatureProblem.SIGNATURE_MISMATCH);
        }

        @Test
        void failsWhenTheBodyIsAnother() {
            assertThat(problem(message.withBody("Hi.\r\n"))).isEqualTo(SignatureProblem.BODY_HASH_MISMATCH);
        }

        @Test
        void ignoresEmptyLinesAtTheEndOfTheBody() {
            DkimResult result =
                    only(DkimRun.verify(message.withBody(message.body().latin1() + "\r\n\r\n"), zone));

            assertThat(result.keyword()).isEqualTo("pass");
        }

        private SignatureProblem problem(TestMessage changed) {
            return only(DkimRun.verify(changed, zone)).failure().orElseThrow().problem();
        }
    }

    @Nested
    @DisplayName("RFC 8463 Appendix A")
    class Rfc8463 {
        private final StaticZone zone = StaticZone.builder()
                .txt(
                        "brisbane._domainkey.football.example.com",
                        "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=")
                .txt(
                        "test._domainkey.football.example.com",
                        "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWR"
                                + "iGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2jLQiY/J16JYi0Qvx/byYzCNb3W91y3FutAC"
                                + "DfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3"
                                + "Ip3G+2kryOTIKT+l/K4w3QIDAQAB")
                .build();
        private final TestMessage message = TestMessage.parse("""
            DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;
             d=football.example.com; i=@football.example.com;
             q=dns/txt; s=brisbane; t=1528637909; h=from : to :
             subject : date : message-id : from : subject : date;
             bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;
             b=/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11Bus
             Fa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==
            DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;
             d=football.example.com; i=@football.example.com;
             q=dns/txt; s=test; t=1528637909; h=from : to : subject :
             date : message-id : from : subject : date;
             bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;
             b=F45dVWDfMbQDGHJFlXUNB2HKfbCeLRyhDXgFpEL8GwpsRe0IeIixNTe3
             DhCVlUrSjV4BwcVcOF6+FF3Zo9Rpo1tFOeS9mPYQTnGdaSGsgeefOsk2Jz
             dA+L10TeYt9BgDfQNZtKdN1WO//KgIqXP7OdEFE4LjFYNcUxZQ4FADY+8=
            """ + MESSAGE);

        @Test
        void bothSignaturesVerify() {
            List<DkimResult> results = DkimRun.verify(message, zone, DkimLimits.DEFAULT, LATER);

            assertThat(results).hasSize(2).allMatch(result -> result instanceof DkimResult.Pass);
            assertThat(results)
                    .extracting(result -> result.signature().algorithm().orElseThrow())
                    .containsExactly(SignatureAlgorithm.ED25519_SHA256, SignatureAlgorithm.RSA_SHA256);
        }

        @Test
        void bothSurviveWhatRelaxedPermits() {
            TestMessage changed = message.withFieldAt(4, HeaderField.of("SUBJECT ", "\tIs \t dinner\r\n ready? "))
                    .withBody("Hi. \t\r\n\r\nWe lost  the\tgame. Are you hungry yet?\r\n\r\nJoe.\r\n \r\n\r\n");

            assertThat(DkimRun.verify(changed, zone, DkimLimits.DEFAULT, LATER))
                    .hasSize(2)
                    .allMatch(result -> result instanceof DkimResult.Pass);
        }

        @Test
        void bothFailWhenASecondSubjectIsAdded() {
            TestMessage changed = message.withFieldOnTop(HeaderField.of("Subject", " Other"));

            assertThat(DkimRun.verify(changed, zone, DkimLimits.DEFAULT, LATER))
                    .extracting(result -> result.failure().orElseThrow().problem())
                    .containsExactly(SignatureProblem.SIGNATURE_MISMATCH, SignatureProblem.SIGNATURE_MISMATCH);
        }
    }

    private static DkimResult only(List<DkimResult> results) {
        assertThat(results).hasSize(1);
        return results.get(0);
    }
}
