package org.countersign.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

class TransportScanProperties {
    @Provide
    Arbitrary<byte[]> bodies() {
        Arbitrary<byte[]> pieces = Arbitraries.frequencyOf(
                net.jqwik.api.Tuple.of(
                        6,
                        Arbitraries.of("\r\n", "a", "text, ", " \r\n", "12345678")
                                .map(String::getBytes)),
                net.jqwik.api.Tuple.of(
                        1, Arbitraries.of("\r", "\n", "\r\r\n", "\n\r").map(String::getBytes)),
                net.jqwik.api.Tuple.of(
                        1,
                        Arbitraries.of("x".repeat(998), "x".repeat(999), "x".repeat(500))
                                .map(String::getBytes)),
                net.jqwik.api.Tuple.of(
                        1, Arbitraries.of(new byte[] {(byte) 0x80}, new byte[] {(byte) 0xFF}, new byte[] {0})));
        return pieces.list().ofMaxSize(40).map(TransportScanProperties::join);
    }

    private static byte[] join(List<byte[]> pieces) {
        java.io.ByteArrayOutputStream joined = new java.io.ByteArrayOutputStream();
        pieces.forEach(joined::writeBytes);
        return joined.toByteArray();
    }

    @Property
    void theScanFindsTheSameHazardsAsAnOctetByOctetScanForAnyChunks(
            @ForAll("bodies") byte[] body, @ForAll @IntRange(min = 1, max = 50) int chunk) {
        TransportScan scan = new TransportScan(false);
        for (int from = 0; from < body.length; from += chunk) {
            scan.body(body, from, Math.min(chunk, body.length - from));
        }
        assertThat(scan.finish()).isEqualTo(oneByOne(body));
    }

    private static Set<TransportHazard> oneByOne(byte[] body) {
        EnumSet<TransportHazard> found = EnumSet.noneOf(TransportHazard.class);
        int start = 0;
        for (int i = 0; i <= body.length; i++) {
            if (i == body.length || body[i] == '\n') {
                boolean pair = i < body.length && i > 0 && body[i - 1] == '\r';
                if ((pair ? i - 1 : i) - start > 998) {
                    found.add(TransportHazard.LONG_LINE);
                }
                if (i < body.length && !pair) {
                    found.add(TransportHazard.BARE_LF);
                }
                start = i + 1;
            } else if (body[i] == '\r' && (i + 1 == body.length || body[i + 1] != '\n')) {
                found.add(TransportHazard.BARE_CR);
            }
            if (i < body.length && body[i] < 0) {
                found.add(TransportHazard.EIGHT_BIT_BODY);
            }
        }
        return found;
    }
}
