package org.countersign.signature;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.countersign.message.HeaderSection;
import org.countersign.smtp.HeaderField;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("RFC 6376 §5.4.2 which fields h= means")
class HeaderIndexTest {
    private static List<String> select(HeaderSection headers, String names) {
        return new HeaderIndex(headers)
                .select(Arrays.asList(names.split(":", -1))).stream()
                        .map(field -> field.raw().latin1())
                        .toList();
    }

    private static HeaderSection headers(String... fields) {
        return new HeaderSection(Arrays.stream(fields)
                .map(field ->
                        HeaderField.of(field.substring(0, field.indexOf(':')), field.substring(field.indexOf(':') + 1)))
                .toList());
    }

    private final HeaderSection headers = headers("To:1", "From:2", "TO :3", "Subject:4", "to:5");

    @Test
    void repeatedNamesSelectFieldsFromTheBottom() {
        assertThat(select(headers, "to:to:from")).containsExactly("to:5", "TO :3", "From:2");
        assertThat(select(headers, "to:subject:to:to")).containsExactly("to:5", "Subject:4", "TO :3", "To:1");
    }

    @Test
    void namesAfterTheLastFieldSelectNothing() {
        assertThat(select(headers, "cc:from:from:from:subject")).containsExactly("From:2", "Subject:4");
    }

    @Test
    void theSignatureItselfIsNeverSelected() {
        HeaderField own = HeaderField.of("S", "same");
        HeaderField other = HeaderField.of("S", "same");
        HeaderField third = HeaderField.of("S", "third");
        HeaderIndex index = new HeaderIndex(new HeaderSection(List.of(third, own, other)));

        assertThat(index.select(List.of("s", "s", "s"), own)).containsExactly(other, third);
        assertThat(index.select(List.of("s", "s", "s"), other)).containsExactly(own, third);
        assertThat(index.select(List.of("s"), other).get(0)).isSameAs(own);
    }

    @Test
    void countsNamesIgnoringCase() {
        assertThat(new HeaderIndex(headers).count("to")).isEqualTo(3);
        assertThat(new HeaderIndex(headers).count("bcc")).isZero();
    }
}
