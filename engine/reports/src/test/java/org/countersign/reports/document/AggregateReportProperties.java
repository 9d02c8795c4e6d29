package org.countersign.reports.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.countersign.dmarc.AlignmentMode;
import org.countersign.dmarc.DiscoveryMethod;
import org.countersign.dmarc.DmarcPolicy;
import org.countersign.domain.DomainName;
import org.countersign.syntax.IpAddressText;

class AggregateReportProperties {
    private final ReportSchemaValidator validator = new ReportSchemaValidator();

    @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
    void whatIsWrittenIsValidAndReadAsItWas(
            @ForAll("metadata") ReportMetadata metadata,
            @ForAll("policies") PolicyPublished policy,
            @ForAll("rows") List<ReportRow> rows) {
        byte[] document = WrittenReports.write(metadata, policy, rows);

        assertThat(validator.error(document)).isEmpty();
        assertThat(WrittenReports.write(metadata, policy, rows)).isEqualTo(document);
        AggregateReport report = SampleReport.report(document);
        assertThat(report.remarks()).isEmpty();
        assertThat(report.schema()).isEqualTo(ReportSchema.RFC9990);
        assertThat(report.orgName()).isEqualTo(metadata.orgName());
        assertThat(report.email()).isEqualTo(metadata.email());
        assertThat(report.extraContactInfo()).isEqualTo(metadata.extraContactInfo());
        assertThat(report.reportId()).isEqualTo(metadata.reportId().toString());
        assertThat(report.period()).isEqualTo(metadata.period());
        assertThat(report.error()).isEqualTo(metadata.error());
        assertThat(report.generator()).isEqualTo(metadata.generator());
        assertThat(report.policy().policy()).contains(policy.policy().orElse(DmarcPolicy.NONE));
        assertThat(report.policy())
                .usingRecursiveComparison()
                .ignoringFields("policy")
                .isEqualTo(policy);
        assertThat(report.messages())
                .isEqualTo(rows.stream().mapToLong(ReportRow::count).sum());
        for (int i = 0; i < rows.size(); i++) {
            assertSame(report.rows().get(i), rows.get(i));
        }
    }

    private static void assertSame(ReportedRow read, ReportRow written) {
        assertThat(read.sourceIp()).isEqualTo(written.sourceIp());
        assertThat(read.count()).isEqualTo(written.count());
        assertThat(read.disposition()).isEqualTo(written.disposition());
        assertThat(read.dkimAligned()).isEqualTo(written.dkimAligned());
        assertThat(read.spfAligned()).isEqualTo(written.spfAligned());
        assertThat(read.headerFrom()).isEqualTo(written.headerFrom().toString());
        Optional<String> nullReversePath = written.spf().map(result -> "");
        assertThat(read.envelopeFrom())
                .isEqualTo(written.envelopeFrom().map(DomainName::toString).or(() -> nullReversePath));
        assertThat(read.envelopeTo())
                .isEqualTo(written.envelopeTo().map(DomainName::toString).orElse(""));
        assertThat(read.reasons())
                .isEqualTo(written.reasons().stream()
                        .map(reason -> new ReportedReason(reason.type().keyword(), reason.comment()))
                        .toList());
        List<ReportedResult> results = new ArrayList<>();
        written.dkim()
                .forEach(result -> results.add(new ReportedResult(
                        ReportedResult.Method.DKIM,
                        result.domain(),
                        result.selector(),
                        "",
                        result.result().keyword(),
                        result.humanResult())));
        written.spf()
                .ifPresent(result -> results.add(new ReportedResult(
                        ReportedResult.Method.SPF,
                        result.domain(),
                        "",
                        "mfrom",
                        result.result().keyword(),
                        result.humanResult())));
        assertThat(read.results()).containsExactlyInAnyOrderElementsOf(results);
    }

    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void anyChangeOfAReportEndsInAResultWithinBounds(@ForAll("changed") byte[] document) {
        SampleReport.readAll(document).forEach(AggregateReportProperties::assertWithinBounds);
    }

    private static void assertWithinBounds(ReadResult result) {
        if (result instanceof ReadResult.Read(AggregateReport report)) {
            assertThat(report.remarks()).hasSizeLessThanOrEqualTo(Remarks.MAX_REMARKS);
            assertThat(report.rows())
                    .allMatch(row -> row.count() > 0 && row.results().size() <= 100);
            assertThat(report.remarks()).allMatch(remark -> remark.describe().length() < 600);
            assertThat(List.of(report.orgName(), report.email(), report.error(), report.reportId()))
                    .allMatch(text -> text.length() <= 4096 && text.chars().noneMatch(Character::isISOControl));
        } else if (result instanceof ReadResult.Refused refused) {
            assertThat(refused.describe()).isNotEmpty().hasSizeLessThan(400).isPrintable();
        }
    }

    @Provide
    Arbitrary<byte[]> changed() {
        Arbitrary<byte[]> pieces = Arbitraries.of(
                        "<",
                        ">",
                        "&",
                        "</",
                        "/>",
                        "<!--",
                        "-->",
                        "<![CDATA[",
                        "]]>",
                        "<?",
                        "?>",
                        "'",
                        "\"",
                        "=",
                        "&#x0;",
                        "&#",
                        "<feedback>",
                        "</feedback>",
                        "<record>",
                        "</record>",
                        "<dkim>",
                        "<!DOC",
                        "TYPE",
                        "xmlns:a='b' ",
                        "a:",
                        "\u0000",
                        "\uFEFF",
                        "\uD83D\uDCE7",
                        "-1",
                        "99999999999999999999",
                        "<x>",
                        "</x>",
                        " ",
                        "encoding")
                .map(text -> text.getBytes(StandardCharsets.UTF_8))
                .edgeCases(none -> {});
        Arbitrary<byte[]> octets =
                Arbitraries.bytes().array(byte[].class).ofMinSize(1).ofMaxSize(4);
        int length = SampleReport.DOCUMENT.length();
        var change = Combinators.combine(
                        Arbitraries.integers().between(0, length - 1),
                        Arbitraries.integers().between(0, 12),
                        Arbitraries.frequencyOf(Tuple.of(3, pieces), Tuple.of(1, octets)))
                .as((at, removed, inserted) -> new Change(at, removed, inserted));
        Arbitrary<java.nio.charset.Charset> charsets = Arbitraries.frequency(
                Tuple.of(8, StandardCharsets.UTF_8),
                Tuple.of(1, StandardCharsets.UTF_16),
                Tuple.of(1, StandardCharsets.UTF_16LE));
        return Combinators.combine(change.list().ofMaxSize(6), charsets).as((changes, charset) -> {
            byte[] document = SampleReport.DOCUMENT.getBytes(charset);
            for (Change each : changes) {
                document = each.apply(document);
            }
            return document;
        });
    }

    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record Change(int at, int removed, byte[] inserted) {
        private byte[] apply(byte[] document) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            int from = Math.min(at, document.length);
            int to = Math.min(from + removed, document.length);
            out.write(document, 0, from);
            out.writeBytes(inserted);
            out.write(document, to, document.length - to);
            return out.toByteArray();
        }
    }

    @Provide
    Arbitrary<ReportMetadata> metadata() {
        return Combinators.combine(text(300), text(400), text(600), text(1200), text(120), days())
                .as((name, mail, contact, error, generator, period) -> new ReportMetadata(
                        "R" + name,
                        // A reader takes brackets off that enclose all of an address, and the length is bounded.
                        "m" + mail + "@receiver.example",
                        contact,
                        ReportId.parse("4r2s8").orElseThrow(),
                        period,
                        error,
                        generator));
    }

    private static Arbitrary<ReportPeriod> days() {
        return Arbitraries.longs().between(15_340, 20_720).map(ReportPeriod::ofDay);
    }

    @Provide
    Arbitrary<PolicyPublished> policies() {
        Arbitrary<Optional<DmarcPolicy>> policy = optional(Arbitraries.of(DmarcPolicy.class));
        Arbitrary<Optional<AlignmentMode>> mode = optional(Arbitraries.of(AlignmentMode.class));
        return Combinators.combine(
                        domains(),
                        optional(Arbitraries.of(DiscoveryMethod.class)),
                        policy,
                        policy,
                        policy,
                        mode,
                        mode,
                        optional(Arbitraries.of(true, false)))
                .as((domain, method, p, sp, np, adkim, aspf, testing) ->
                        new PolicyPublished(domain, method, p, sp, np, adkim, aspf, "1:d:s", testing));
    }

    @Provide
    Arbitrary<List<ReportRow>> rows() {
        Arbitrary<DkimAuthResult> dkim = Combinators.combine(
                        domains(), selectors(), Arbitraries.of(DkimResultType.class), text(600))
                .as((domain, selector, result, human) ->
                        new DkimAuthResult(domain.toString(), selector, result, human));
        Arbitrary<SpfAuthResult> spf = Combinators.combine(domains(), Arbitraries.of(SpfResultType.class), text(600))
                .as((domain, result, human) -> new SpfAuthResult(domain.toString(), result, human));
        Arbitrary<OverrideReason> reason = Combinators.combine(Arbitraries.of(PolicyOverrideType.class), text(1200))
                .as(OverrideReason::new);
        Arbitrary<Outcome> outcome = Combinators.combine(
                        Arbitraries.longs().between(1, Numbers.MAX_COUNT),
                        Arbitraries.of(Disposition.class),
                        Arbitraries.of(true, false),
                        Arbitraries.of(true, false),
                        reason.list().ofMaxSize(3))
                .as(Outcome::new);
        return Combinators.combine(
                        addresses(),
                        outcome,
                        domains(),
                        optional(domains()),
                        optional(domains()),
                        dkim.list().ofMaxSize(5),
                        optional(spf))
                .as((address, seen, author, from, to, signatures, result) -> new ReportRow(
                        address,
                        seen.count(),
                        seen.disposition(),
                        seen.dkim(),
                        seen.spf(),
                        seen.reasons(),
                        author,
                        from,
                        to,
                        signatures,
                        result))
                .list()
                .ofMinSize(1)
                .ofMaxSize(5);
    }

    private record Outcome(
            long count, Disposition disposition, boolean dkim, boolean spf, List<OverrideReason> reasons) {}

    private static Arbitrary<InetAddress> addresses() {
        return Arbitraries.oneOf(
                        Arbitraries.bytes().array(byte[].class).ofSize(4),
                        Arbitraries.bytes().array(byte[].class).ofSize(16))
                .map(IpAddressText::address);
    }

    private static Arbitrary<DomainName> domains() {
        return Arbitraries.strings()
                .withChars("abcxyz019-_<&'")
                .ofMinLength(1)
                .ofMaxLength(12)
                .map(label -> DomainName.parse(label + ".example.org").orElse(DomainName.of("example.org")));
    }

    private static Arbitrary<String> selectors() {
        return Arbitraries.strings().withChars("abz09._-&<").ofMinLength(1).ofMaxLength(20);
    }

    private static Arbitrary<String> text(int max) {
        return Arbitraries.oneOf(
                Arbitraries.just(""),
                Arbitraries.strings().all().ofMaxLength(30),
                Arbitraries.strings()
                        .withChars("<>&\"']\t\r\n \u0000\u0007\u0085\uFFFE\uD800a")
                        .ofMaxLength(20),
                Arbitraries.strings().ascii().ofMinLength(max - 50).ofMaxLength(max));
    }

    private static <T> Arbitrary<Optional<T>> optional(Arbitrary<T> values) {
        return values.optional(0.7);
    }
}
