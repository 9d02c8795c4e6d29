package org.countersign.dns.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.countersign.dns.AnswerFacts;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsAnswer.Failure;
import org.countersign.dns.DnsQuestion;
import org.countersign.dns.DnsRecord;
import org.countersign.dns.StaticZone;
import org.countersign.domain.DomainName;
import org.countersign.testing.Fault;
import org.countersign.testing.ZoneServer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;

class WireTroubleTest extends WireTestBase {
    @Nested
    class Trouble {
        @Test
        void serverFailureAndRefusalAreSaidOnceAndAreNotTheSame() {
            server.fault("broken.example.org", Fault.SERVFAIL).fault("secret.example.org", Fault.REFUSED);

            assertThat(txt("broken.example.org"))
                    .isEqualTo(new DnsAnswer.Unavailable<>(Failure.SERVER_FAILURE, AnswerFacts.NONE));
            assertThat(txt("secret.example.org"))
                    .isEqualTo(new DnsAnswer.Unavailable<>(Failure.REFUSED, AnswerFacts.NONE));
            assertThat(server.queries()).isEqualTo(2);
        }

        @ParameterizedTest
        @ValueSource(ints = {Rcode.FORMERR, Rcode.NOTIMP, Rcode.NOTAUTH})
        void otherRefusalsAreRefusals(int rcode) {
            server.fault("example.org", Fault.rcode(rcode));

            assertThat(txt("example.org")).isEqualTo(new DnsAnswer.Unavailable<>(Failure.REFUSED, AnswerFacts.NONE));
        }

        @Test
        void anUnknownResponseCodeIsABadAnswer() {
            server.fault("example.org", Fault.rcode(Rcode.YXDOMAIN));

            assertThat(txt("example.org")).isInstanceOf(DnsAnswer.BadAnswer.class);
        }

        @Test
        void aReferralIsNoAnswer() {
            server.fault("example.org", Fault.LAME);

            assertThat(txt("example.org")).isEqualTo(new DnsAnswer.Unavailable<>(Failure.REFUSED, AnswerFacts.NONE));
        }

        @Test
        void silenceIsATimeoutAfterASecondTry() {
            server.fault("example.org", Fault.DROP);

            assertThat(txt("example.org")).isEqualTo(new DnsAnswer.Unavailable<>(Failure.TIMEOUT, AnswerFacts.NONE));
            assertThat(server.queries()).isEqualTo(2);
        }

        @Test
        void aPortThatNobodyListensOnIsANetworkFailure() {
            server.close();

            assertThat(txt("example.org")).isEqualTo(new DnsAnswer.Unavailable<>(Failure.NETWORK, AnswerFacts.NONE));
        }

        @Test
        void garbageIsABadAnswerAfterASecondTry() {
            server.fault("example.org", Fault.GARBAGE);

            assertThat(txt("example.org")).isInstanceOf(DnsAnswer.BadAnswer.class);
            assertThat(server.queries()).isEqualTo(2);
        }

        @Test
        void answersUnderAnotherIdOrToAnotherQuestionAreNotAccepted() {
            server.fault("example.org", Fault.WRONG_ID).fault("host.example.org", Fault.WRONG_QUESTION);

            assertThat(txt("example.org")).isInstanceOf(DnsAnswer.BadAnswer.class);
            assertThat(txt("host.example.org")).isInstanceOf(DnsAnswer.BadAnswer.class);
        }

        @Test
        void aQueryThatIsSentBackIsNotAccepted() {
            server.fault("example.org", (query, honest, tcp) -> Optional.of(query.toWire()));

            assertThat(txt("example.org")).isInstanceOf(DnsAnswer.BadAnswer.class);
        }

        @Test
        void oneWrongAnswerIsMadeUpForByTheSecondTry() {
            AtomicBoolean first = new AtomicBoolean(true);
            server.fault("example.org", (query, honest, tcp) -> {
                Fault fault = first.getAndSet(false) ? Fault.WRONG_ID : Fault.altered((Message unchanged) -> {});
                return fault.spoil(query, honest, tcp);
            });

            assertThat(texts(txt("example.org"))).containsExactly("v=spf1 -all");
        }

        @Test
        void aPassedDeadlineSendsNothing() {
            assertThat(client.lookup(
                            DnsQuestion.txt(DomainName.of("example.org")),
                            Instant.now().minusSeconds(1)))
                    .isEqualTo(new DnsAnswer.Unavailable<>(Failure.DEADLINE, AnswerFacts.NONE));
            assertThat(server.queries()).isZero();
        }

        @Test
        void theDeadlineEndsTheWaitBeforeTheTimeoutDoes() {
            server.fault("example.org", Fault.DROP);

            assertThat(client.lookup(
                            DnsQuestion.txt(DomainName.of("example.org")),
                            Instant.now().plusMillis(150)))
                    .isEqualTo(new DnsAnswer.Unavailable<>(Failure.DEADLINE, AnswerFacts.NONE));
        }

        @Test
        void anInterruptEndsTheWaitAndStaysSet() {
            Thread.currentThread().interrupt();

            DnsAnswer<DnsRecord.Text> answer = txt("example.org");

            assertThat(Thread.interrupted()).isTrue();
            assertThat(answer).isEqualTo(new DnsAnswer.Unavailable<>(Failure.DEADLINE, AnswerFacts.NONE));
        }

        @Test
        void theFarthestDeadlineIsFine() {
            assertThat(client.lookup(DnsQuestion.txt(DomainName.of("example.org")), Instant.MAX))
                    .isInstanceOf(DnsAnswer.Found.class);
        }
    }

    @Nested
    class Truncation {
        @Test
        void anAnswerCutShortIsFetchedOverTcp() {
            server.fault("example.org", Fault.TRUNCATE);

            assertThat(texts(txt("example.org"))).containsExactly("v=spf1 -all");
            assertThat(server.asked()).extracting(ZoneServer.Query::tcp).containsExactly(false, true);
        }

        @Test
        void whatFitsOneDatagramTakesNoTcpAndWhatDoesNotComesWhole() {
            server.zone(StaticZone.builder()
                    .txt("fits.example", "x".repeat(1100))
                    .txt("large.example", "y".repeat(20_000))
                    .build());

            assertThat(texts(txt("fits.example"))).containsExactly("x".repeat(1100));
            assertThat(server.asked()).extracting(ZoneServer.Query::tcp).containsExactly(false);
            assertThat(texts(txt("large.example"))).containsExactly("y".repeat(20_000));
            assertThat(server.asked()).extracting(ZoneServer.Query::tcp).containsExactly(false, false, true);
        }

        @Test
        void anAnswerCutShortThatTcpDoesNotCompleteIsNoAnswer() {
            server.fault("example.org", (query, honest, tcp) -> {
                Optional<byte[]> cut = Fault.TRUNCATE.spoil(query, honest, tcp);
                return tcp ? Optional.empty() : cut;
            });

            assertThat(txt("example.org")).isEqualTo(new DnsAnswer.Unavailable<>(Failure.TIMEOUT, AnswerFacts.NONE));
        }
    }
}
