package org.countersign.dns.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.countersign.dns.AnswerMetadata;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.DnsRecord;
import org.countersign.dns.StaticZone;
import org.countersign.domain.DomainName;
import org.countersign.syntax.Octets;
import org.countersign.testing.ServerFault;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.MXRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.PTRRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.TXTRecord;

class WireDnsClientTest extends WireTestBase {
    @Nested
    class Records {
        @Test
        void readsText() {
            assertThat(texts(txt("example.org"))).containsExactly("v=spf1 -all");
        }

        @Test
        void keepsTheOctetsAndTheStringsOfText() {
            Octets bytes = Octets.copyOf(new byte[] {'"', '\\', 0, (byte) 0xC3, (byte) 0xFF, ';'});
            server.zone(StaticZone.builder()
                    .txt("example.org", List.of(bytes, Octets.EMPTY, Octets.utf8("end")))
                    .build());

            assertThat(records(txt("example.org")))
                    .containsExactly(new DnsRecord.Text(List.of(bytes, Octets.EMPTY, Octets.utf8("end"))));
        }

        @Test
        void readsAddressesOfBothFamilies() throws Exception {
            DomainName host = DomainName.of("host.example.org");

            assertThat(ask(DnsQuery.a(host)))
                    .isEqualTo(new DnsAnswer.Found<>(
                            List.of(new DnsRecord.Address(InetAddress.getByName("192.0.2.7"))),
                            AnswerMetadata.ttl(Duration.ofHours(1))));
            assertThat(ask(DnsQuery.aaaa(host)))
                    .isEqualTo(new DnsAnswer.Found<>(
                            List.of(new DnsRecord.Address(InetAddress.getByName("2001:db8::7"))),
                            AnswerMetadata.ttl(Duration.ofHours(1))));
        }

        @Test
        void anAaaaRecordStaysAnIpv6AddressEvenWhereItMapsAnIpv4One() {
            byte[] mapped = new byte[16];
            mapped[10] = mapped[11] = (byte) 0xFF;
            mapped[12] = (byte) 192;
            answerSection("host.example.org", new AAAARecord(name("host.example.org."), DClass.IN, 60, mapped));

            InetAddress address = records(ask(DnsQuery.aaaa(DomainName.of("host.example.org"))))
                    .get(0)
                    .address();

            assertThat(address).isInstanceOf(Inet6Address.class);
            assertThat(address.getAddress()).isEqualTo(mapped);
        }

        @Test
        void readsMailExchangesAndPointers() {
            assertThat(ask(DnsQuery.mx(DomainName.of("example.org"))))
                    .isEqualTo(new DnsAnswer.Found<>(
                            List.of(
                                    new DnsRecord.MailExchange(10, DomainName.of("host.example.org")),
                                    new DnsRecord.MailExchange(20, DomainName.of("backup.example.org"))),
                            AnswerMetadata.ttl(Duration.ofHours(1))));
            assertThat(ask(DnsQuery.ptr(DomainName.of("7.2.0.192.in-addr.arpa"))))
                    .isEqualTo(new DnsAnswer.Found<>(
                            List.of(new DnsRecord.Pointer(DomainName.of("host.example.org"))),
                            AnswerMetadata.ttl(Duration.ofHours(1))));
        }

        @Test
        @DisplayName("RFC 7505: a null MX is found, and names no host")
        void aNullMxIsFoundAndNamesNoHost() {
            answerSection("example.org", new MXRecord(name("example.org."), DClass.IN, 60, 0, Name.root));

            assertThat(ask(DnsQuery.mx(DomainName.of("example.org"))))
                    .isEqualTo(new DnsAnswer.Found<>(List.of(), AnswerMetadata.ttl(Duration.ofSeconds(60))));
        }

        @Test
        void dropsTargetsThatAreNoDomainNames() {
            Name owner = name("7.2.0.192.in-addr.arpa.");
            answerSection(
                    "7.2.0.192.in-addr.arpa",
                    new PTRRecord(owner, DClass.IN, 60, name("a\\032b.example.")),
                    new PTRRecord(owner, DClass.IN, 60, name("a\\.b.example.")),
                    new PTRRecord(owner, DClass.IN, 60, name("\\200.example.")),
                    new PTRRecord(owner, DClass.IN, 60, name("GOOD.Example.")));

            assertThat(ask(DnsQuery.ptr(DomainName.of("7.2.0.192.in-addr.arpa"))))
                    .isEqualTo(new DnsAnswer.Found<>(
                            List.of(new DnsRecord.Pointer(DomainName.of("good.example"))),
                            AnswerMetadata.ttl(Duration.ofSeconds(60))));
        }

        @Test
        void leavesOutRecordsOfOtherNamesAndTypes() {
            answerSection(
                    "example.org",
                    new TXTRecord(name("elsewhere.example."), DClass.IN, 60, "planted"),
                    new TXTRecord(name("example.org."), DClass.CH, 60, "chaos"),
                    new MXRecord(name("example.org."), DClass.IN, 60, 1, name("mx.example.")),
                    new TXTRecord(name("EXAMPLE.org."), DClass.IN, 60, "own"));

            assertThat(texts(txt("example.org"))).containsExactly("own");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {"a@b.example.org", "back\\slash.example.org", "\\065.example.org", "(x;\"$.example.org"})
        void queriesNamesWithCharactersThatAreSyntaxInZoneFiles(String odd) {
            server.zone(StaticZone.builder().txt(odd, "odd").build());

            assertThat(texts(txt(odd))).containsExactly("odd");
            assertThat(server.queries(odd)).isEqualTo(1);
        }

        @Test
        void queriesTheLongestName() {
            String longest = "a".repeat(63) + "." + "b".repeat(63) + "." + "c".repeat(63) + "." + "d".repeat(61);
            server.zone(StaticZone.builder().txt(longest, "long").build());

            assertThat(texts(txt(longest))).containsExactly("long");
        }
    }

    @Nested
    class Absence {
        @Test
        void nxdomainAndNodataAreDifferentAnswers() {
            assertThat(txt("nothing.example.org")).isInstanceOf(DnsAnswer.NoSuchName.class);
            assertThat(txt("host.example.org")).isInstanceOf(DnsAnswer.NoData.class);
        }

        @Test
        @DisplayName("RFC 2308 §5: a negative answer has the minimum of the SOA's TTL and its MINIMUM field")
        void aNegativeAnswerHasTheMinimumOfTheSoasTtlAndItsMinimumField() {
            assertThat(txt("nothing.example.org").metadata().ttl()).isEqualTo(Duration.ofMinutes(30));
            assertThat(txt("host.example.org").metadata().ttl()).isEqualTo(Duration.ofMinutes(30));
        }

        @Test
        @DisplayName("RFC 2308 §5: a negative answer without an SOA has a TTL of zero")
        void aNegativeAnswerWithoutAnSoaHasATtlOfZero() {
            server.faultForAll(ServerFault.altered(message -> message.removeAllRecords(Section.AUTHORITY)));

            assertThat(txt("nothing.example.org"))
                    .isEqualTo(new DnsAnswer.NoSuchName<>(AnswerMetadata.ttl(Duration.ZERO)));
            assertThat(txt("host.example.org")).isEqualTo(new DnsAnswer.NoData<>(AnswerMetadata.ttl(Duration.ZERO)));
        }

        @Test
        void anAnswerWithRecordsOfOtherNamesOrClassesOnlyIsABadAnswer() {
            answerSection("_dmarc.example.org", new TXTRecord(name("elsewhere.example."), DClass.IN, 60, "x"));
            answerSection("example.org", new TXTRecord(name("example.org."), DClass.CH, 60, "x"));

            assertThat(problem(txt("_dmarc.example.org")))
                    .isEqualTo("the answer section has no record of _dmarc.example.org");
            assertThat(problem(txt("example.org"))).isEqualTo("the answer section has no record of example.org");
        }

        @Test
        void anAnswerWithRecordsOfOtherTypesOnlyIsNoData() {
            answerSection("example.org", new MXRecord(name("EXAMPLE.org."), DClass.IN, 60, 1, name("mx.example.")));

            assertThat(txt("example.org")).isInstanceOf(DnsAnswer.NoData.class);
        }

        @Test
        void anSoaOfAnUnrelatedZoneDoesNotCount() {
            server.fault("nothing.example.org", ServerFault.altered(message -> {
                Record soa = message.getSection(Section.AUTHORITY).get(0);
                message.removeAllRecords(Section.AUTHORITY);
                message.addRecord(
                        Record.newRecord(
                                name("unrelated."), soa.getType(), soa.getDClass(), 3600, soa.rdataToWireCanonical()),
                        Section.AUTHORITY);
            }));

            assertThat(txt("nothing.example.org").metadata().ttl()).isEqualTo(Duration.ZERO);
        }
    }

    @Nested
    class Facts {
        @Test
        void theAdBitCountsOnlyIfTrusted() {
            server.fault(
                    "example.org",
                    ServerFault.altered(message -> message.getHeader().setFlag(Flags.AD)));

            assertThat(txt("example.org").metadata().authentic()).isFalse();
            client = client(true);
            assertThat(txt("example.org").metadata().authentic()).isTrue();
        }

        @Test
        @DisplayName("RFC 6840 §5.7: a query has the AD bit only if it is trusted")
        void aQueryHasTheAdBitOnlyIfTrusted() {
            server.faultForAll((query, honest, tcp) -> {
                if (query.getHeader().getFlag(Flags.AD)) {
                    honest.getHeader().setFlag(Flags.AD);
                }
                return Optional.of(honest.toWire());
            });

            client = client(true);
            assertThat(txt("example.org").metadata().authentic()).isTrue();
        }

        @Test
        void anAnswerIsAuthenticOnlyWhenAllOfItsMessagesAre() {
            client = client(true);
            answerSection(
                    "alias.example.org",
                    new CNAMERecord(name("alias.example.org."), DClass.IN, 300, name("example.org.")));
            server.fault(
                    "example.org",
                    ServerFault.altered(message -> message.getHeader().setFlag(Flags.AD)));

            assertThat(txt("alias.example.org").metadata().authentic()).isFalse();
        }

        @Test
        @DisplayName("RFC 2181 §8: a TTL above 2^31-1 is zero")
        void aTtlOfMoreThanThirtyOneBitsIsZero() {
            server.fault("example.org", (query, honest, tcp) -> {
                byte[] octets = honest.toWire();
                // The TTL of the one record stands before its length and its data; 3600 is 0x0E10.
                int ttlAt = new String(octets, StandardCharsets.ISO_8859_1).indexOf("\0\0\16\20");
                octets[ttlAt] = (byte) 0x80;
                return Optional.of(octets);
            });

            assertThat(txt("example.org").metadata().ttl()).isEqualTo(Duration.ZERO);
        }
    }
}
