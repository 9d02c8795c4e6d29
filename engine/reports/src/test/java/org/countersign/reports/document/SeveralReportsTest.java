package org.countersign.reports.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Documents with more than one element feedback, none of which may be lost without a word. */
class SeveralReportsTest {
    private static final String FIRST = SampleReport.DOCUMENT;
    private static final String SECOND =
            SampleReport.with("<count>3</count>", "<count>7</count>").replace("r1", "r2");
    private static final String CUT_OFF =
            "broken XML: line %d: the report ends here without its end tag, so it was cut off";

    /** What came of each report: its messages, or why it is refused. */
    private static List<String> read(String document) {
        return SampleReport.readAll(document.getBytes(StandardCharsets.UTF_8)).stream()
                .map(result -> switch (result) {
                    case ReadResult.Read(AggregateReport report) -> report.messages() + " messages";
                    case ReadResult.Refused refused -> refused.describe();
                })
                .toList();
    }

    private static List<String> remarks(String document, int number) {
        ReadResult result =
                SampleReport.readAll(document.getBytes(StandardCharsets.UTF_8)).get(number);
        return SampleReport.remarks(((ReadResult.Read) result).report());
    }

    private static String withoutDeclaration(String document) {
        return document.substring(document.indexOf("<feedback"));
    }

    private static String withoutEnd(String document) {
        return document.substring(0, document.indexOf("</feedback>"));
    }

    @Test
    void eachIsReadAndHasARemark() {
        assertThat(read(FIRST + SECOND)).containsExactly("3 messages", "7 messages");
        assertThat(remarks(FIRST + SECOND, 0)).containsExactly("several-reports");
        assertThat(remarks(FIRST + SECOND, 1)).containsExactly("several-reports");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\uFEFF", "-- next --\n", "<!-- next -->"})
    void eachIsReadWhateverIsBetweenThem(String between) {
        assertThat(read(FIRST + between + SECOND)).containsExactly("3 messages", "7 messages");
    }

    @Test
    void eachIsReadThoughAnElementSurroundsThem() {
        String document = "<reports>" + withoutDeclaration(FIRST) + withoutDeclaration(SECOND) + "</reports>";

        assertThat(read(document)).containsExactly("3 messages", "7 messages");
        assertThat(remarks(document, 0)).containsExactly("text-before-report", "several-reports");
        assertThat(remarks(document, 1)).containsExactly("text-after-report", "several-reports");
    }

    /** The line of the last start tag, where a report before it ends at the latest. */
    private static long lineOfLast(String document) {
        return document.substring(0, document.lastIndexOf("<feedback") + 1)
                .lines()
                .count();
    }

    @Test
    void oneThatIsCutOffDoesNotTakeTheOtherWithIt() {
        String first = withoutEnd(FIRST) + SECOND;
        assertThat(read(first)).containsExactly(CUT_OFF.formatted(lineOfLast(first)), "7 messages");

        String last = FIRST + withoutEnd(SECOND).strip();
        assertThat(read(last))
                .containsExactly("3 messages", CUT_OFF.formatted(last.lines().count()));

        String tag = FIRST + "<feedback>";
        assertThat(read(tag)).containsExactly("3 messages", CUT_OFF.formatted(lineOfLast(tag)));
    }

    @Test
    void oneWithinAnotherIsReadAndTheOtherRefused() {
        String nested = withoutEnd(FIRST) + withoutDeclaration(SECOND) + "</feedback>";

        assertThat(read(nested)).containsExactly(CUT_OFF.formatted(lineOfLast(nested)), "7 messages");
    }

    @Test
    void oneThatIsRefusedDoesNotTakeTheOthersWithIt() {
        String later = "a period that begins more than 2 days in the future: from 1900000000";
        String future = FIRST.replaceAll("<begin>.*</end>", "<begin>1900000000</begin><end>1900000001</end>");
        assertThat(read(future + SECOND)).containsExactly(later, "7 messages");
        assertThat(read(FIRST + future + SECOND)).containsExactly("3 messages", later, "7 messages");

        String attributes = "<feedback"
                + IntStream.range(0, 17).mapToObj(i -> " a" + i + "='1'").collect(Collectors.joining()) + ">";
        assertThat(read(FIRST + SECOND.replace("<feedback>", attributes)))
                .containsExactly("3 messages", "an element with more than 16 attributes");
    }

    @Test
    void oneInACommentIsNone() {
        String comment = "<!-- " + withoutDeclaration(SECOND) + " -->";
        assertThat(read(FIRST + comment)).containsExactly("3 messages");
        assertThat(read(comment + withoutDeclaration(FIRST) + "footer")).containsExactly("3 messages");
        assertThat(read(FIRST + comment + "footer")).containsExactly("3 messages");
    }

    @Test
    void remarksNameTheLineInTheDocument() {
        String odd = SECOND.replace("<policy_published>", "<policy_published><selector/>");
        ReadResult result = SampleReport.readAll((FIRST + odd).getBytes(StandardCharsets.UTF_8))
                .get(1);
        int line = (FIRST + odd.substring(0, odd.indexOf("<selector/>"))).split("\n", -1).length;

        assertThat(((ReadResult.Read) result).report().remarks())
                .filteredOn(remark -> remark.kind() == RemarkKind.ELEMENT)
                .extracting(Remark::line)
                .containsExactly(line);
    }

    @Test
    void moreThanAHundredAreNamed() {
        List<String> results = read(FIRST.repeat(102));

        assertThat(results).hasSize(101).startsWith("3 messages", "3 messages");
        assertThat(results.get(99)).isEqualTo("3 messages");
        assertThat(results.get(100))
                .isEqualTo("more than 100 reports in one document, so those behind are not read: from line "
                        + ((FIRST.lines().count() * 100)
                                + FIRST.substring(0, FIRST.indexOf("<feedback"))
                                        .lines()
                                        .count()
                                + 1));
    }

    @Test
    void theirRowsCountTogether() throws Exception {
        AggregateReportReader reader = SampleReport.reader(new ReadLimits(1 << 20, 1));

        List<ReadResult> results = reader.read(ReportSource.of((FIRST + SECOND).getBytes(StandardCharsets.UTF_8)));

        assertThat(results.get(0)).isInstanceOf(ReadResult.Read.class);
        assertThat(((ReadResult.Refused) results.get(1)).describe())
                .isEqualTo("more rows than a report may have: the bound is 1, for all reports of the message together");
        assertThat(reader.read(ReportSource.of(FIRST.getBytes(StandardCharsets.UTF_8)), 1))
                .singleElement()
                .isInstanceOf(ReadResult.Refused.class);
    }

    @Test
    void aDeclarationOfTypesBehindThemRefusesAll() {
        assertThat(read(FIRST + SECOND + "<!DOCTYPE a>")).containsExactly("a document type declaration is not allowed");
    }
}
