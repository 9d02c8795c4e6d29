package org.countersign.dns.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import org.countersign.domain.DomainName;
import org.xbill.DNS.Name;

class WireRecordsProperties {
    @Provide
    Arbitrary<DomainName> names() {
        return Arbitraries.strings()
                .withCharRange('!', '~')
                .excludeChars('.')
                .ofMinLength(1)
                .ofMaxLength(63)
                .list()
                .ofMinSize(1)
                .ofMaxSize(8)
                .map(labels -> String.join(".", labels))
                .filter(text -> text.length() <= 253)
                .map(DomainName::of);
    }

    @Property(tries = 500)
    void aNameIsTheSameAfterConversionToWireFormatAndBack(@ForAll("names") DomainName name) {
        Name wire = WireRecords.name(name);

        assertThat(wire.labels()).isEqualTo(name.labelCount() + 1);
        assertThat(WireRecords.domainName(wire)).contains(name);
    }

    @Property(tries = 500)
    void anyLabelsGiveTheSameLabelsOrNoName(@ForAll @Size(min = 1, max = 4) List<@Size(min = 1, max = 9) byte[]> labels)
            throws IOException {
        Name wire = new Name(wire(labels));

        WireRecords.domainName(wire)
                .ifPresent(name -> assertThat(WireRecords.name(name)).isEqualTo(wire));
    }

    private static byte[] wire(List<byte[]> labels) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] label : labels) {
            out.write(label.length);
            out.writeBytes(label);
        }
        out.write(0);
        return out.toByteArray();
    }
}
