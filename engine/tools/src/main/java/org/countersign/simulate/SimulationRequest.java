package org.countersign.simulate;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.countersign.config.Configuration;
import org.countersign.domain.IpNetwork;

/**
 * What to simulate.
 *
 * @param policies one or two
 * @param settings of the first policy file: the names of this site, its networks, and how messages are evaluated again
 * @param trusted networks of this site, besides the loopback and private networks
 * @param results the only source of results; empty for recorded ones where there are any
 * @param since messages that arrived earlier are not judged
 * @param sample how many messages are judged, spread over the archive
 */
public record SimulationRequest(
        List<SimulatedPolicy> policies,
        Configuration settings,
        List<IpNetwork> trusted,
        Optional<ResultsSource> results,
        Optional<Instant> since,
        OptionalInt sample) {
    public SimulationRequest {
        policies = List.copyOf(policies);
        trusted = List.copyOf(trusted);
    }
}
