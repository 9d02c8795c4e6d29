package org.countersign.inbound;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.countersign.dmarc.DmarcPolicy;
import org.countersign.domain.DomainName;
import org.countersign.domain.IpNetwork;
import org.countersign.testing.ManualClock;

/** No sender can make the table grow beyond its capacity, or displace the entries of other senders. */
class TemperrorTableProperties {
    private static final Duration DEFER_FOR = Duration.ofHours(12);
    private static final Optional<DmarcPolicy> REJECT = Optional.of(DmarcPolicy.REJECT);
    private static final int CAPACITY = 64;
    private static final int HOSTILE_BLOCKS = 5;

    private static Optional<InetAddress> address(String text) {
        return IpNetwork.parseAddress(text);
    }

    /** An address in a hostile block: many networks of IPv4 in a /16, or of IPv6 in a /32. */
    private static Optional<InetAddress> hostile(int choice) {
        int block = Math.floorMod(choice, HOSTILE_BLOCKS);
        int network = Math.floorMod(choice / HOSTILE_BLOCKS, 250);
        return address(block < 2 ? "203." + block + "." + network + ".9" : "2001:db" + block + ":" + network + "::9");
    }

    @Property(tries = 200)
    void hostileNamesDoNotDisplaceAGenuineDomainWithRepeatedErrors(
            @ForAll @Size(min = 100, max = 600) List<Integer> choices,
            @ForAll @IntRange(min = 1, max = 5) int genuine) {
        ManualClock clock = ManualClock.started();
        TemperrorTable table = new TemperrorTable(clock, found -> {}, CAPACITY);
        boolean persistent = false;
        for (int i = 0; i < choices.size(); i++) {
            table.temperror(DomainName.of("n" + i + ".hostile.example"), hostile(choices.get(i)), REJECT, DEFER_FOR);
            assertThat(table.size()).isLessThanOrEqualTo(CAPACITY);
            // Before the table is full and afterwards, each genuine domain uses its own network of one provider.
            if (i % 25 == 0) {
                for (int domain = 0; domain < genuine; domain++) {
                    persistent = table.temperror(
                            DomainName.of("g" + domain + ".genuine.example"),
                            address("198.51." + domain + ".1"),
                            REJECT,
                            DEFER_FOR);
                }
            }
            clock.advance(DEFER_FOR.dividedBy(choices.size() - 26L > 0 ? choices.size() - 26L : 1));
        }
        clock.advance(DEFER_FOR.dividedBy(4));
        for (int domain = 0; domain < genuine; domain++) {
            persistent = table.temperror(
                    DomainName.of("g" + domain + ".genuine.example"),
                    address("198.51." + domain + ".1"),
                    REJECT,
                    DEFER_FOR);
            assertThat(persistent).as("of g%d", domain).isTrue();
        }
    }

    /** One step: a temporary error or a result, of one of a few domains, from one of a few networks, after a while. */
    record Step(int domain, int network, boolean result, boolean passes, int minutes) {}

    @Property(tries = 500)
    void noMailIsDecidedBeforeItsNetworkHasWaited(
            @ForAll @Size(max = 200) List<@IntRange(max = 1_000_000) Integer> seeds) {
        ManualClock clock = ManualClock.started();
        List<DomainName> reported = new ArrayList<>();
        TemperrorTable table = new TemperrorTable(clock, found -> reported.add(found.author()));
        Map<String, Instant> first = new HashMap<>();
        for (int seed : seeds) {
            Step step = new Step(seed % 3, seed / 3 % 3, seed / 9 % 10 == 0, seed / 9 % 20 == 0, seed / 90 % 300);
            clock.advance(Duration.ofMinutes(step.minutes()));
            DomainName author = DomainName.of("d" + step.domain() + ".example");
            if (step.result()) {
                if (step.passes()) {
                    table.passed(author);
                    first.keySet().removeIf(key -> key.startsWith(step.domain() + "/"));
                } else {
                    table.evaluated(author, address("192.0." + step.network() + ".1"));
                    first.remove(step.domain() + "/" + step.network());
                }
            } else {
                Instant own = first.computeIfAbsent(step.domain() + "/" + step.network(), key -> clock.instant());
                boolean persistent =
                        table.temperror(author, address("192.0." + step.network() + ".1"), REJECT, DEFER_FOR);
                Instant any = first.entrySet().stream()
                        .filter(entry -> entry.getKey().startsWith(step.domain() + "/"))
                        .map(Map.Entry::getValue)
                        .min(Comparator.naturalOrder())
                        .orElseThrow();
                if (persistent) {
                    assertThat(!own.plus(DEFER_FOR).isAfter(clock.instant())
                                    || !any.plus(DEFER_FOR.multipliedBy(TemperrorTable.ANY_NETWORK_FACTOR))
                                            .isAfter(clock.instant()))
                            .isTrue();
                    assertThat(reported).contains(author);
                }
            }
        }
    }

    @Property(tries = 100)
    void mailOfAForgerThatFailsDoesNotClearOtherNetworks(@ForAll @IntRange(min = 1, max = 40) int forgeries) {
        ManualClock clock = ManualClock.started();
        TemperrorTable table = new TemperrorTable(clock, found -> {});
        DomainName author = DomainName.of("bank.example");
        table.temperror(author, address("192.0.2.1"), REJECT, DEFER_FOR);
        for (int i = 0; i < forgeries; i++) {
            clock.advance(DEFER_FOR.dividedBy(forgeries));
            table.evaluated(author, hostile(i));
        }
        clock.advance(Duration.ofMinutes(1));

        assertThat(table.temperror(author, address("192.0.2.1"), REJECT, DEFER_FOR))
                .isTrue();
    }

    @Property(tries = 200)
    void noSequenceOfErrorsExceedsTheCapacity(@ForAll @Size(max = 400) List<Integer> choices) {
        TemperrorTable table = new TemperrorTable(ManualClock.started(), found -> {}, CAPACITY);
        for (int choice : choices) {
            table.temperror(
                    DomainName.of("n" + Math.floorMod(choice, 1000) + ".example"),
                    choice % 7 == 0 ? Optional.empty() : hostile(choice / 7),
                    Optional.empty(),
                    DEFER_FOR);
            assertThat(table.size()).isLessThanOrEqualTo(CAPACITY);
        }
        choices.forEach(choice -> table.passed(DomainName.of("n" + Math.floorMod(choice, 1000) + ".example")));
        assertThat(table.size()).isZero();
    }
}
