package org.countersign.reports.collect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.countersign.store.StoreLocation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each count is in the store once, whenever a host is killed. */
class KilledHostTest extends CollectDrill {
    private long sent;

    private CollectingHost killedAt(CollectStep last) {
        return new CollectingHost(spool(), 256L << 20, store(), clock, killAt(last));
    }

    private static Consumer<CollectStep> killAt(CollectStep last) {
        return step -> {
            if (step == last) {
                throw new CollectingHost.Killed();
            }
        };
    }

    /** What has no name yet is lost, a minute at most; all else is counted, and once. */
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "JOURNALED")
    void aKilledProcessLosesNothingThatHasAName(CollectStep last) throws Exception {
        CollectingHost first = host();
        first.receive(forged, 10);
        storeMinute(first);
        first.kill();

        CollectingHost killed = killedAt(last);
        Throwable end = catchThrowable(() -> {
            killed.receive(forged, 5);
            killed.minute();
            killed.receive(genuine, 2);
            killed.minute();
            killed.flush();
        });
        assertThat(end).isInstanceOf(CollectingHost.Killed.class);
        killed.kill();

        CollectingHost after = host();
        after.receive(genuine, 1);
        storeMinute(after);
        after.kill();
        long expected = switch (last) {
            case WRITTEN, SYNCED -> 10 + 1;
            // The first of the two segments had its name.
            case RENAMED, JOURNAL_REMOVED -> 10 + 5 + 1;
            default -> 10 + 5 + 2 + 1;
        };
        assertThat(CollectingHost.messages(store())).isEqualTo(expected);
        assertThat(CollectingHost.sum(store(), "SELECT sum(messages) FROM report_traffic"))
                .isEqualTo(expected);
        assertThat(files(".temporary")).isEmpty();
    }

    @Test
    void aSegmentThatIsSentAgainIsNotCountedAgain() throws Exception {
        CollectingHost host = host();
        host.receive(forged, 5);
        host.minute();
        byte[] segment = Files.readAllBytes(files(".segment").get(0));
        assertThat(host.flush()).isTrue();
        host.kill();
        Files.write(spool().resolve("000000000000999.segment"), segment);
        Files.write(spool().resolve("000000000001000.segment"), segment);
        CollectingHost again = host();
        again.receive(forged, 1);
        storeMinute(again);
        again.kill();
        assertThat(CollectingHost.messages(store())).isEqualTo(6);
        assertThat(files(".segment")).isEmpty();
    }

    /** The journal is written each second. What is in it outlives the process. */
    @Test
    void aKilledProcessLosesOneSecondAndNotAMinute() throws Exception {
        CollectingHost killed = host();
        killed.receive(forged, 5);
        killed.count();
        killed.receive(forged, 2);
        killed.receive(genuine, 3);
        killed.count();
        // Not counted yet.
        killed.receive(genuine, 100);
        killed.kill();
        assertThat(files(".segment")).isEmpty();

        CollectingHost after = host();
        after.count();
        assertThat(after.access.ifOpen().orElseThrow().recovered()).isEqualTo(5 + 2 + 3);
        assertThat(files(".journal")).isEmpty();
        assertThat(after.flush()).isTrue();
        after.kill();
        assertThat(CollectingHost.messages(store())).isEqualTo(5 + 2 + 3);
        assertThat(CollectingHost.sum(store(), "SELECT count(*) FROM report_row"))
                .isEqualTo(2);
        assertThat(CollectingHost.sum(store(), "SELECT sum(messages) FROM report_traffic WHERE verdict = 'reject'"))
                .isEqualTo(5 + 2);
    }

    @Test
    void aJournalThatTheSegmentHasToldAlreadyIsNotCountedAgain() throws Exception {
        CollectingHost first = host();
        first.receive(forged, 5);
        first.count();
        byte[] journal = Files.readAllBytes(files(".journal").get(0));
        first.receive(forged, 2);
        first.minute();
        first.kill();
        // As if the process had ended before it removed the file.
        Files.write(spool().resolve("counts.journal"), journal);
        for (int start = 0; start < 2; start++) {
            CollectingHost again = host();
            again.count();
            assertThat(again.flush()).isTrue();
            again.kill();
        }
        assertThat(CollectingHost.messages(store())).isEqualTo(5 + 2);
    }

    @Test
    void whatFollowsATornEntryOfTheJournalIsLeftOut() throws Exception {
        CollectingHost first = host();
        first.receive(forged, 5);
        first.count();
        Path file = files(".journal").get(0);
        byte[] one = Files.readAllBytes(file);
        first.receive(genuine, 2);
        first.count();
        byte[] two = Files.readAllBytes(file);
        first.kill();
        for (int cut = 0; cut < two.length; cut += 97) {
            Path spool = Files.createDirectory(directory.resolve("spool" + cut));
            StoreLocation store = new StoreLocation.File(directory.resolve("counts.db"));
            Files.write(spool.resolve("counts.journal"), Arrays.copyOf(two, cut));
            CollectingHost again = CollectingHost.of(spool, store, clock);
            again.count();
            assertThat(again.access.ifOpen().orElseThrow().recovered()).isEqualTo(cut < one.length ? 0 : 5);
            again.kill();
        }
    }

    @Test
    void aRowIsWholeInTheJournalOnce() throws Exception {
        CollectingHost host = host();
        host.receive(forged, 5);
        host.receive(genuine, 5);
        host.count();
        Path file = files(".journal").get(0);
        long first = Files.size(file);
        for (int second = 0; second < 20; second++) {
            host.receive(genuine, 1);
            host.receive(forged, 2);
            host.count();
        }
        host.kill();
        assertThat((Files.size(file) - first) / 20).isLessThan(first / 2);
        Segment sum = new Journal(spool(), CollectStep.UNOBSERVED).read().orElseThrow();
        assertThat(sum.rows().stream().map(CountedRow::messages)).containsExactlyInAnyOrder(5L + 2 * 20, 5L + 20);
        assertThat(sum.rows()).allSatisfy(row -> assertThat(row.triggers()).isEqualTo(row.messages()));
        assertThat(sum.traffic().values()).containsExactlyInAnyOrder(5L + 2 * 20, 5L + 20);
    }

    @Test
    void anEntryOfTheJournalWithAnyChangedOctetIsLeftOut() throws Exception {
        CollectingHost host = host();
        host.receive(forged, 5);
        host.count();
        Path file = files(".journal").get(0);
        int first = Math.toIntExact(Files.size(file));
        host.receive(forged, 2);
        host.count();
        host.kill();
        byte[] whole = Files.readAllBytes(file);
        for (int at = first; at < whole.length; at++) {
            byte[] changed = whole.clone();
            changed[at] ^= (byte) (1 + at % 255);
            Files.write(file, changed);
            assertThat(new Journal(spool(), CollectStep.UNOBSERVED)
                            .read()
                            .orElseThrow()
                            .messages())
                    .as("octet %d", at)
                    .isEqualTo(5);
        }
    }

    /** Each message once, whatever step a process ends at, if it was counted more than a second before. */
    @Test
    void hostsThatEndAtAnyStepLoseNoMessageOfTheJournal() throws Exception {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(20_261_128);
        for (int life = 0; life < 40; life++) {
            int steps = random.nextInt(1, 25);
            int[] reached = new int[2];
            CollectingHost host = new CollectingHost(spool(), 256L << 20, store(), clock, step -> {
                reached[1] = step == CollectStep.JOURNALED || step == CollectStep.RENAMED ? 0 : reached[1];
                if (++reached[0] == steps) {
                    throw new CollectingHost.Killed();
                }
            });
            Throwable end = catchThrowable(() -> {
                host.count();
                while (true) {
                    int messages = random.nextInt(1, 5);
                    host.receive(forged, messages);
                    reached[1] += messages;
                    sent += messages;
                    if (random.nextInt(4) == 0) {
                        host.minute();
                    } else {
                        host.count();
                    }
                    host.flush();
                }
            });
            assertThat(end).isInstanceOf(CollectingHost.Killed.class);
            host.kill();
            sent -= reached[1];
        }
        CollectingHost last = host();
        last.count();
        assertThat(last.flush()).isTrue();
        last.kill();
        assertThat(sent).isPositive();
        assertThat(CollectingHost.messages(store())).isEqualTo(sent);
        assertThat(CollectingHost.sum(store(), "SELECT sum(messages) FROM report_traffic"))
                .isEqualTo(sent);
    }
}
