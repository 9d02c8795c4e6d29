package org.countersign.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("RFC 6376 §3.2 tag=value lists")
class TagListTest {
    @Test
    void readsTagsWithFoldingWhiteSpaceAroundEverything() {
        TagList list = TagList.parse(Octets.utf8(" v = 1 ;\r\n\ta=rsa-sha256; b=\r\n  abc\r\n  def= ;"));
        assertThat(list.failures()).isEmpty();
        assertThat(list.value("v")).contains(Octets.utf8("1"));
        assertThat(list.value("a")).contains(Octets.utf8("rsa-sha256"));
        assertThat(list.value("b")).contains(Octets.utf8("abc\r\n  def="));
    }

    @Test
    void tagNamesAreCaseSensitive() {
        assertThat(TagList.parse(Octets.utf8("P=x")).value("p")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "'a=1;;b=2', EMPTY_TAG, 4",
        "'a=1;b;c=2', NO_EQUALS_SIGN, 4",
        "'a=1;=2', BAD_NAME, 4",
        "'a=1;9x=2', BAD_NAME, 4",
        "'a=1;a=2', DUPLICATE, 4",
        "'a=1;b=\u0001', BAD_VALUE, 4",
        "'a=1;b=é', BAD_VALUE, 4",
    })
    void aFailureHasTheProblemAndItsPlace(String text, TagList.Problem problem, int offset) {
        assertThat(TagList.parse(Octets.utf8(text)).failures()).singleElement().satisfies(failure -> {
            assertThat(failure.problem()).isEqualTo(problem);
            assertThat(failure.offset()).isEqualTo(offset);
        });
    }

    @Test
    void theFirstOfTwoTagsWithTheSameNameIsFound() {
        assertThat(TagList.parse(Octets.utf8("a=1;a=2")).value("a")).contains(Octets.utf8("1"));
    }

    @Test
    void countsAllFailuresAndKeepsTheFirstEightAndTheFirstOfEachProblem() {
        TagList list = TagList.parse(Octets.latin1("a;".repeat(50_000) + "b=1;b=2;" + ";".repeat(50_000)));
        assertThat(list.failureCount()).isEqualTo(100_001);
        assertThat(list.failures()).hasSize(10);
        assertThat(list.failures())
                .extracting(TagList.Failure::problem)
                .endsWith(TagList.Problem.DUPLICATE, TagList.Problem.EMPTY_TAG);
        assertThat(list.has(TagList.Problem.DUPLICATE)).isTrue();
        assertThat(list.has(TagList.Problem.BAD_NAME)).isFalse();
    }

    @Test
    void theTagsAfterThe64thAreOneFailureAndNoDuplicate() {
        String tags = IntStream.range(0, 64).mapToObj(i -> "x" + i + "=1;").collect(Collectors.joining());
        assertThat(TagList.parse(Octets.latin1(tags)).failures()).isEmpty();

        TagList list = TagList.parse(Octets.latin1(tags + "y=1;z=1"));

        assertThat(list.tags()).hasSize(64);
        assertThat(list.failures())
                .containsExactly(
                        new TagList.Failure(TagList.Problem.TOO_MANY_TAGS, tags.length(), "more than 64 tags"));
    }

    @Test
    void aFailureShowsOnlyTheBeginningOfTheText() {
        for (String text : List.of("x".repeat(90_000), "-".repeat(90_000) + "=1", "\u0001".repeat(90_000))) {
            assertThat(TagList.parse(Octets.latin1(text)).failures())
                    .isNotEmpty()
                    .allSatisfy(problem -> assertThat(problem.detail()).hasSizeLessThan(64 * 4 + 1));
        }
    }

    @Test
    void aSelectionOfTagsHasTheFirstOfEachNameAndAllFailures() {
        TagList list = TagList.parse(Octets.latin1("a=1;b=2;a=3;;c=4"))
                .only(tag -> !tag.name().equals("c"));
        assertThat(list.tags()).extracting(TagList.Tag::name).containsExactly("a", "b");
        assertThat(list.failureCount()).isEqualTo(2);
        assertThat(list.has(TagList.Problem.DUPLICATE)).isTrue();
    }

    @Test
    void anEmptyTextIsAnEmptyList() {
        assertThat(TagList.parse(Octets.EMPTY).tags()).isEmpty();
        assertThat(TagList.parse(Octets.EMPTY).failures()).isEmpty();
    }

    @Test
    void doesNotUseTheEqualsSignOfALaterTag() {
        TagList list = TagList.parse(Octets.utf8("stray; p=x"));
        assertThat(list.value("p")).contains(Octets.utf8("x"));
        assertThat(list.failures()).extracting(TagList.Failure::detail).containsExactly("stray");
    }
}
