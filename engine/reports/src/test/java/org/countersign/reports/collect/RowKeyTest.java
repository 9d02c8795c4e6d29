package org.countersign.reports.collect;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages are counted together if their keys are equal, so a key depends on all that a row tells. */
class RowKeyTest {
    /** Each differs from the others in one column of its row, of its policy or of its traffic. */
    private static final List<JudgedMail> DIFFERENT = List.of(
            JudgedMail.forged(),
            JudgedMail.genuine(),
            JudgedMail.genuine().signedBy("example.org"),
            JudgedMail.genuine().signedBy("other.example"),
            JudgedMail.genuine().signedBy("example.org", "other.example"),
            JudgedMail.forged().client("192.0.2.2"),
            JudgedMail.forged().client("2001:db8::1"),
            JudgedMail.forged().mailFrom("a@example.com"),
            JudgedMail.forged().mailFrom(""),
            JudgedMail.forged().author("mail.example.org"),
            JudgedMail.forged().dmarc("example.org", "v=DMARC1; p=none" + JudgedMail.RUA),
            JudgedMail.forged().dmarc("example.org", "v=DMARC1; p=quarantine" + JudgedMail.RUA),
            JudgedMail.forged().dmarc("example.org", "v=DMARC1; p=reject; t=y" + JudgedMail.RUA),
            JudgedMail.forged().dmarc("example.org", "v=DMARC1; p=reject; adkim=s" + JudgedMail.RUA),
            JudgedMail.forged().spf("example.net", "v=spf1 -all"),
            JudgedMail.forged().policy("{mode: monitor}"),
            JudgedMail.forged()
                    .policy("{mode: enforce, rules: [{name: mine, when: {author: example.org}, then: reject}]}"));

    private static RowKey key(JudgedMail mail, boolean envelopeTo) {
        return RowKey.of(mail.reported().orElseThrow(), envelopeTo);
    }

    private static RowKey key(JudgedMail mail) {
        return key(mail, false);
    }

    /** What is stored of a message with this key. */
    private static List<Object> stored(JudgedMail mail) {
        MessageRow row = mail.row().orElseThrow();
        ReportedMessage message = mail.message(JudgedMail.TIME);
        return List.of(
                row.row(),
                PolicyColumns.of(row.published(), row.method()),
                message.facts().dmarcKeyword(),
                message.decision().verdict().keyword(),
                message.decision().rule());
    }

    static Stream<JudgedMail> different() {
        return DIFFERENT.stream();
    }

    @ParameterizedTest
    @MethodSource("different")
    void messagesThatAreStoredDifferentlyHaveDifferentKeys(JudgedMail mail) {
        assertThat(DIFFERENT)
                .filteredOn(other -> key(other).equals(key(mail)))
                .as("with the same key")
                .singleElement()
                .satisfies(other -> assertThat(stored(other)).isEqualTo(stored(mail)));
        assertThat(DIFFERENT)
                .filteredOn(other -> stored(other).equals(stored(mail)))
                .hasSize(1);
    }

    @ParameterizedTest
    @MethodSource("different")
    void theSameMessageHasTheSameKeyWithinAnHour(JudgedMail mail) {
        long second = JudgedMail.TIME.getEpochSecond();
        ReportedMessage message = mail.message(JudgedMail.TIME);
        assertThat(key(message, second)).isEqualTo(key(mail));
        assertThat(key(message, second + 3_600)).isNotEqualTo(key(mail));
        assertThat(key(message, second + 86_400)).isNotEqualTo(key(mail));
    }

    private static RowKey key(ReportedMessage message, long second) {
        ReportedMessage later = new ReportedMessage(second, message.queueId(), message.facts(), message.decision());
        return RowKey.of(ReportedResult.of(later).orElseThrow(), false);
    }

    /** A key has the hash codes of these keywords. */
    @ParameterizedTest
    @ValueSource(strings = {"pass fail none temperror permerror", "pass fail policy neutral temperror permerror"})
    void keywordsOfAVocabularyHaveDifferentHashCodes(String vocabulary) {
        assertThat(List.of(vocabulary.split(" "))).extracting(String::hashCode).doesNotHaveDuplicates();
    }

    @Test
    void theRecipientsCountOnlyIfTheirDomainIsKept() {
        JudgedMail one = JudgedMail.forged().to("a@receiver.example");
        JudgedMail other = JudgedMail.forged().to("a@other.example");
        assertThat(key(one)).isEqualTo(key(other));
        assertThat(key(one, true)).isNotEqualTo(key(other, true));
    }

    @Test
    void messagesThatNoReportTellsOfHaveKeysOfTheirTraffic() {
        JudgedMail unreported = JudgedMail.forged().author("no-record.example");
        assertThat(unreported.reported()).isEqualTo(Optional.empty());
        RowKey key = RowKey.of(unreported.message(JudgedMail.TIME));
        assertThat(key).isEqualTo(RowKey.of(unreported.client("192.0.2.9").message(JudgedMail.TIME)));
        assertThat(DIFFERENT).noneMatch(mail -> key(mail).equals(key));
    }
}
