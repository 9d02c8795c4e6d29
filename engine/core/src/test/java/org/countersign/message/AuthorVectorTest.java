package org.countersign.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.countersign.domain.DomainName;
import org.countersign.smtp.HeaderField;
import org.countersign.syntax.Octets;
import org.countersign.vectors.CaseNode;
import org.countersign.vectors.VectorFile;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who the author is, case by case: the files in {@code vectors/author} of the module test-vectors. */
class AuthorVectorTest {
    private static final int AT_LEAST = 350;

    record Vector(
            String id,
            HeaderSection headers,
            String author,
            Optional<String> domain,
            Optional<String> problem,
            List<String> domains) {
        static Vector read(CaseNode node) {
            CaseNode expect = node.section("expect");
            return new Vector(
                    node.string("id"),
                    new HeaderSection(
                            node.strings("header").stream().map(Vector::field).toList()),
                    expect.oneOf("author", List.of("single", "ambiguous", "missing")),
                    expect.optionalString("domain"),
                    expect.optionalString("problem"),
                    expect.strings("domains"));
        }

        // One character is one octet.
        private static HeaderField field(String line) {
            int colon = line.indexOf(':');
            return HeaderField.of(Octets.latin1(line.substring(0, colon)), Octets.latin1(line.substring(colon + 1)));
        }

        @Override
        public String toString() {
            return id;
        }
    }

    static List<Vector> vectors() {
        return VectorFile.loadFolder("author", AT_LEAST, Vector::read);
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void parsesTheFromFieldAsInTheVector(Vector vector) {
        AuthorDomain author = AuthorDomain.parse(vector.headers());

        assertThat(author.explain()).endsWith(".").matches("[ -~]+");
        switch (author) {
            case AuthorDomain.Single single -> {
                assertThat("single").isEqualTo(vector.author());
                assertThat(single.domain().toString()).isEqualTo(vector.domain().orElseThrow());
                assertThat(single.diagnosis().map(Enum::name)).isEqualTo(vector.problem());
                assertThat(single.addresses()).isNotEmpty();
            }
            case AuthorDomain.Ambiguous ambiguous -> {
                assertThat("ambiguous").as(ambiguous.explain()).isEqualTo(vector.author());
                assertThat(ambiguous.problem().name())
                        .isEqualTo(vector.problem().orElseThrow());
                assertThat(ambiguous.domains())
                        .extracting(DomainName::toString)
                        .containsExactlyElementsOf(vector.domains());
            }
            case AuthorDomain.Missing missing -> {
                assertThat("missing").isEqualTo(vector.author());
                assertThat(missing.diagnosis().map(Enum::name)).isEqualTo(vector.problem());
            }
        }
    }
}
