package org.countersign.vectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import org.junit.jupiter.api.Test;

class VectorZoneTest {
    @Test
    void everyTypeOfRecordIsRead() {
        assertThat(records("""
            - TXT: "v=spf1 -all"
            - TXT: [v=DKIM1; p=, abc]
            - A: 192.0.2.1
            - AAAA: 2001:db8::1
            - MX: 10 mx.example.org
            - PTR: host.example.org
            - CNAME: other.example.org
            """))
                .containsExactly(
                        new ZoneRecord.Text(List.of("v=spf1 -all")),
                        new ZoneRecord.Text(List.of("v=DKIM1; p=", "abc")),
                        new ZoneRecord.Address("192.0.2.1"),
                        new ZoneRecord.Address("2001:db8::1"),
                        new ZoneRecord.MailExchange(10, "mx.example.org"),
                        new ZoneRecord.Pointer("host.example.org"),
                        new ZoneRecord.Alias("other.example.org"));
    }

    @Test
    void anyTypeCanFailAndATextCanStillBeTheWord() {
        assertThat(records("[{TXT: TIMEOUT}, {A: SERVFAIL}, {TXT: [TIMEOUT]}]"))
                .containsExactly(
                        new ZoneRecord.Failure(ZoneRecord.Type.TXT, ZoneRecord.FailureKind.TIMEOUT),
                        new ZoneRecord.Failure(ZoneRecord.Type.A, ZoneRecord.FailureKind.SERVFAIL),
                        new ZoneRecord.Text(List.of("TIMEOUT")));
    }

    @Test
    void anEmptyTextAndANameWithoutRecordsCanBeWritten() {
        assertThat(records("[{TXT: ''}]")).containsExactly(new ZoneRecord.Text(List.of("")));
        assertThat(records("[]")).isEmpty();
    }

    @Test
    void textOfSeveralStringsIsJoinedWithoutSeparator() {
        VectorZone zone = zone("[{A: 192.0.2.1}, {TXT: [v=DKIM1; p=, abc]}]");
        assertThat(zone.text("NAME.example.org")).contains("v=DKIM1; p=abc");
        assertThat(zone.text("other.example.org")).isEmpty();
    }

    @Test
    void aRecordOfAnotherFormIsNamed() {
        refused("[{SPF: v=spf1}]", "zone.name.example.org[0].SPF: unknown record type");
        refused("[{A: 192.0.2.1, TXT: x}]", "zone.name.example.org[0]: a record has exactly one key");
        refused("[{A: 2001:db8::1}]", "[0].A: '2001:db8::1' is not an address of this type");
        refused("[{AAAA: 192.0.2.1}]", "[0].AAAA: '192.0.2.1' is not an address of this type");
        refused("[{MX: mx.example.org}]", "[0].MX: must be a preference and a name");
        refused("[{A: [192.0.2.1]}]", "[0].A: must be text");
        refused("[v=spf1]", "zone.name.example.org[0]: must be a mapping");
    }

    private static List<ZoneRecord> records(String yaml) {
        return zone(yaml).records().getOrDefault("name.example.org", List.of());
    }

    private static VectorZone zone(String yaml) {
        String text = "zone:\n  name.example.org:\n" + yaml.indent(4);
        CaseNode node = CaseNode.of("x.yaml", "", VectorResources.yaml("x.yaml", text));
        VectorZone zone = node.zone();
        node.refuseUnreadKeys();
        return zone;
    }

    private static void refused(String yaml, String problem) {
        assertThatExceptionOfType(MalformedVectorException.class)
                .isThrownBy(() -> zone(yaml))
                .withMessageContaining(problem);
    }
}
