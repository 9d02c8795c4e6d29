package org.countersign.authres;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.smtp.HeaderField;
import org.countersign.syntax.Octets;
import org.countersign.vectors.CaseNode;
import org.countersign.vectors.VectorFile;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whose a field is and what it says, case by case: the files in {@code vectors/authres} of the module test-vectors. */
class AuthenticationResultsVectorTest {
    record Ownership(String id, AuthservIds ours, HeaderField field, boolean claimsOurs) {
        static Ownership read(CaseNode node) {
            // One character is one octet.
            String field = node.string("field");
            int colon = field.indexOf(':');
            return new Ownership(
                    node.string("id"),
                    AuthservIds.of(
                            node.strings("ours"),
                            node.optionalString("subdomains").isPresent()),
                    HeaderField.of(Octets.latin1(field.substring(0, colon)), Octets.latin1(field.substring(colon + 1))),
                    node.section("expect")
                            .oneOf("claims-ours", List.of("yes", "no"))
                            .equals("yes"));
        }

        @Override
        public String toString() {
            return id;
        }
    }

    record Reading(
            String id,
            Octets value,
            String read,
            Optional<String> authservId,
            List<String> results,
            List<String> unread) {
        static Reading read(CaseNode node) {
            CaseNode expect = node.section("expect");
            return new Reading(
                    node.string("id"),
                    Octets.latin1(node.string("value")),
                    expect.oneOf("read", List.of("understood", "other-version", "malformed")),
                    expect.optionalString("authserv-id"),
                    expect.strings("results"),
                    expect.strings("unread"));
        }

        @Override
        public String toString() {
            return id;
        }
    }

    static List<Ownership> ownerships() {
        return VectorFile.load("authres/ownership.yaml", 56, Ownership::read);
    }

    static List<Reading> readings() {
        return VectorFile.load("authres/reading.yaml", 44, Reading::read);
    }

    @ParameterizedTest
    @MethodSource("ownerships")
    void aFieldClaimsALocalIdAsInTheVector(Ownership vector) {
        assertThat(vector.ours().claims(vector.field())).isEqualTo(vector.claimsOurs());
    }

    @ParameterizedTest
    @MethodSource("readings")
    void aFieldParsesAsInTheVector(Reading vector) {
        switch (AuthenticationResultsParser.parse(vector.value())) {
            case ParsedResults.Parsed(AuthenticationResults results, List<UnreadEntry> unread, boolean truncated) -> {
                assertThat("understood").isEqualTo(vector.read());
                assertThat(results.authservId()).isEqualTo(vector.authservId().orElse(""));
                assertThat(shown(results)).containsExactlyElementsOf(vector.results());
                assertThat(unread.stream().map(UnreadEntry::text)).containsExactlyElementsOf(vector.unread());
                assertThat(truncated).isFalse();
            }
            case ParsedResults.OtherVersion(String authservId, String version) -> {
                assertThat("other-version").isEqualTo(vector.read());
                assertThat(authservId).isEqualTo(vector.authservId().orElseThrow());
            }
            case ParsedResults.Malformed malformed -> {
                assertThat("malformed").as(malformed.detail()).isEqualTo(vector.read());
                assertThat(malformed.authservId()).isEqualTo(vector.authservId());
            }
        }
    }

    private static List<String> shown(AuthenticationResults results) {
        List<String> shown = new ArrayList<>();
        for (MethodResult result : results.results()) {
            StringBuilder text = new StringBuilder(result.method() + "=" + result.result());
            result.comment()
                    .ifPresent(comment -> text.append(" (").append(comment).append(')'));
            result.reason().ifPresent(reason -> text.append(" reason=").append(reason));
            for (Property property : result.properties()) {
                text.append(' ')
                        .append(property.type())
                        .append('.')
                        .append(property.name())
                        .append('=')
                        .append(property.value());
            }
            shown.add(text.toString());
        }
        return shown;
    }
}
