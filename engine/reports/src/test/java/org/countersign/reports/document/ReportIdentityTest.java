package org.countersign.reports.document;

import static org.assertj.core.api.Assertions.assertThat;

import org.countersign.domain.DomainName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReportIdentityTest {
    @Test
    void anIdOfLettersAndDigitsIsInAllNames() {
        ReportIdentity identity = identity("4r2s8");

        assertThat(identity.filename()).isEqualTo("mx.receiver.example!example.org!1790121600!1790207999!4r2s8.xml.gz");
        assertThat(identity.subject())
                .isEqualTo("Report Domain: example.org Submitter: mx.receiver.example Report-ID: <4r2s8>");
        assertThat(identity.messageId()).isEqualTo("<4r2s8@mx.receiver.example>");
    }

    @Test
    void anotherIdIsNotInTheFileNameWhoseGrammarDoesNotAllowIt() {
        ReportIdentity identity = identity("2026-09-23_example.org@receiver.example");

        assertThat(identity.filename()).isEqualTo("mx.receiver.example!example.org!1790121600!1790207999.xml.gz");
        assertThat(identity.messageId()).isEqualTo("<2026-09-23_example.org@receiver.example>");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "1721054318-example.com@example.org", "a.b", "a@b.c", "!#$%&'*+-/=?^_`{|}~"})
    void dotAtomsAreIds(String text) {
        assertThat(ReportId.parse(text)).map(ReportId::toString).contains(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "<a>", "a@b@c", ".a", "a.", "a..b", "a@", "@a", "a:b", "\u00e4", "a\r\nb"})
    void otherTextIsNoId(String text) {
        assertThat(ReportId.parse(text)).isEmpty();
    }

    private static ReportIdentity identity(String id) {
        return new ReportIdentity(
                DomainName.of("mx.receiver.example"),
                DomainName.of("example.org"),
                ReportPeriod.ofDay(20_719),
                ReportId.parse(id).orElseThrow());
    }
}
