package org.countersign.reports.collect;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import org.countersign.testing.PostgresqlInstance;

/**
 * Kills a database, or the network in front of it, again and again.
 *
 * @param maxPause between two failures
 * @param maxOutage how long the network is away
 */
public record StoreOutages(
        PostgresqlInstance server,
        CuttableProxy network,
        RandomGenerator random,
        Duration maxPause,
        Duration maxOutage) {
    /** Fails at least once, and goes on while a condition holds. Returns how many failures there were. */
    public int run(BooleanSupplier running) throws IOException, InterruptedException {
        int failures = 0;
        do {
            pause(maxPause);
            fail();
            failures++;
        } while (running.getAsBoolean());
        return failures;
    }

    private void fail() throws IOException, InterruptedException {
        switch (random.nextInt(6)) {
            case 0 -> {
                server.killServer();
                server.startServer();
            }
            case 1 -> {
                server.stopServer();
                server.startServer();
            }
            case 2 -> {
                network.hang(true);
                pause(maxOutage);
                network.hang(false);
                // Octets are missing in these connections.
                network.cut();
            }
            case 3 -> {
                network.refuse(true);
                network.cut();
                pause(maxOutage);
                network.refuse(false);
            }
            default -> network.cut();
        }
    }

    /** At least a tenth of a time. */
    private void pause(Duration max) throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(random.nextLong(max.toMillis() / 10, max.toMillis()));
    }
}
