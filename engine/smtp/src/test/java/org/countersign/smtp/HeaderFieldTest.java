package org.countersign.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import org.countersign.syntax.Octets;
import org.junit.jupiter.api.Test;

class HeaderFieldTest {
    @Test
    void keepsAllOctetsAndConvertsLineFeedsOfFoldsToCrlf() {
        HeaderField field = HeaderField.of(Octets.latin1("Subject"), Octets.latin1("\ta\u00e9\n b\r\n\tc "));
        assertThat(field.raw()).isEqualTo(Octets.latin1("Subject:\ta\u00e9\r\n b\r\n\tc "));
        assertThat(field.value()).isEqualTo(Octets.latin1("\ta\u00e9\r\n b\r\n\tc "));
        assertThat(field.size()).isEqualTo(field.raw().length() + 2);
    }

    @Test
    void ofAFieldThatIsTooLargeTheBeginningIsKept() {
        for (int length = 0; length < 30; length++) {
            HeaderField field = HeaderField.of("Subject ", "x".repeat(length));
            HeaderField kept = field.bounded(20);
            if (field.size() <= 20) {
                assertThat(kept).isSameAs(field);
            } else {
                assertThat(kept.raw()).isEqualTo(Octets.utf8("Subject:" + "x".repeat(Math.min(20, length))));
            }
        }
    }

    @Test
    void namesCompareWithoutCaseAndWithoutWhiteSpaceBeforeTheColon() {
        HeaderField field = HeaderField.of("DKIM-signature ", " x");
        assertThat(field.is("Dkim-Signature")).isTrue();
        assertThat(field.is("Dkim-Signatur")).isFalse();
        assertThat(field.name()).isEqualTo("DKIM-signature");
        assertThat(field.raw()).isEqualTo(Octets.utf8("DKIM-signature : x"));
    }
}
