package org.countersign.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.countersign.domain.IpNetwork;
import org.countersign.syntax.Octets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The Received fields of mail servers, and what clients try to make of them. */
class ReceivedFieldTest {
    private static final String REST = "\r\n\tby mx.home.example (Postfix) with ESMTPS id 4c1f\r\n"
            + "\tfor <bob@home.example>; Mon, 23 Nov 2026 12:00:00 +0000 (UTC)";

    private static Optional<Hop> parse(String from) {
        return ReceivedField.parse(Octets.latin1(" " + from + REST));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        from mail.a.example (mail.a.example [192.0.2.1]) | 192.0.2.1 | mail.a.example
        from [10.0.0.1] (unknown [192.0.2.1]) | 192.0.2.1 | [10.0.0.1]
        from a.example (a.example [IPv6:2001:db8::1]) (using TLSv1.3 with cipher X (256/256 bits)) | 2001:db8::1 | a.example
        from a.example (rdns.a.example [192.0.2.1] (may be forged)) | 192.0.2.1 | a.example
        from rdns.a.example (EHLO helo.a.example) ([192.0.2.1]) | 192.0.2.1 | helo.a.example
        from 192.0.2.1 (EHLO [10.0.0.1]) ([192.0.2.1]) | 192.0.2.1 | [10.0.0.1]
        from rdns.a.example ([192.0.2.1]:4711 helo=helo.a.example) | 192.0.2.1 | helo.a.example
        from rdns.a.example ([192.0.2.1] helo=[10.0.0.1]) | 192.0.2.1 | [10.0.0.1]
        from [192.0.2.1] (helo=helo.a.example) | 192.0.2.1 | helo.a.example
        from [192.0.2.1] (port=4711 helo=helo.a.example) | 192.0.2.1 | helo.a.example
        from EX01.a.example (192.0.2.1) | 192.0.2.1 | EX01.a.example
        from unknown (HELO helo.a.example) (192.0.2.1) | 192.0.2.1 | helo.a.example
        from a.example ([IPv6:::ffff:192.0.2.1]) | 192.0.2.1 | a.example
        """)
    void parsesTheFormsOfCommonServers(String from, String address, String helo) {
        assertThat(parse(from)).contains(new Hop(IpNetwork.parseAddress(address).orElseThrow(), helo));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "by localhost",
                "from a.example",
                "from [192.0.2.1]",
                "from [192.0.2.1] (no address)",
                "from [192.0.2.1] (xhelo=y)",
                "from [192.0.2.1] (EHLO helo=y)",
                "from a.example (a.example [192.0.2.1]) and more",
                "from a.example (a.example [192.0.2.1]) ([192.0.2.2])",
                "from a.example (a.example [192.0.2.1]",
                "from a.example (a.example [192.0.2.1])) ",
                "from a.example (a.example [192.0.2.1\\])",
                "from \"a.example\" (a.example [192.0.2.1])",
                "from a b (a.example [192.0.2.1])",
                "from caf\u00E9 (a.example [192.0.2.1])",
                "from a.example (a\u0000 [192.0.2.1])",
                "from a.example ((((((a [192.0.2.1]))))))",
                "from a.example (HELO x) (HELO y) ([192.0.2.1])",
            })
    void anAmbiguousFieldHasNoResult(String from) {
        assertThat(parse(from)).isEmpty();
    }

    /** James writes down what its client said with EHLO, as it came. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "x) ([198.51.100.9]",
                "x) ([198.51.100.9]) (EHLO y",
                "x) ([198.51.100.9]) (y",
                "x) ([198.51.100.9]) by y (",
                "x) ([198.51.100.9]) by y; Mon, 23 Nov 2026 12:00:00 +0000 (",
                "x) ([198.51.100.9]) by y; Mon, 23 Nov 2026 12:00:00 +0000 ((",
                "x) ([198.51.100.9]) by y with SMTP id z; Mon, 23 Nov 2026 12:00:00 +0000 (\\",
                "x) ([198.51.100.9]) by y with \"z",
                "x) ([198.51.100.9]) by y; (",
                "[198.51.100.9]",
                "helo=[198.51.100.9]",
                "x ([198.51.100.9])",
                "x)\t(198.51.100.9",
            })
    void noHeloNameCanReplaceTheAddressOfTheClient(String helo) {
        Optional<Hop> hop = parse("from host.example (EHLO " + helo + ") ([192.0.2.66])");
        assertThat(hop.map(Hop::address))
                .matches(address -> address.isEmpty()
                        || address.get()
                                .equals(IpNetwork.parseAddress("192.0.2.66").orElseThrow()));
    }

    @Test
    void aFieldWithoutExactlyOneDateHasNoResult() {
        String from = " from a.example (a.example [192.0.2.1]) by b.example with SMTP";
        String date = "; Mon, 23 Nov 2026 12:00:00 +0000";
        assertThat(ReceivedField.parse(Octets.latin1(from + date))).isPresent();
        assertThat(ReceivedField.parse(Octets.latin1(from + "; 23 Nov 2026 12:00 GMT")))
                .isPresent();
        assertThat(ReceivedField.parse(Octets.latin1(from))).isEmpty();
        assertThat(ReceivedField.parse(Octets.latin1(from + date + date))).isEmpty();
        assertThat(ReceivedField.parse(Octets.latin1(from + "; yesterday"))).isEmpty();
    }

    @Test
    void aFieldThatIsTooLongHasNoResult() {
        assertThat(parse("from " + "a".repeat(5000) + " ([192.0.2.1])")).isEmpty();
    }
}
