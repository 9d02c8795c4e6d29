package org.countersign.doctor;

import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.countersign.domain.DomainName;

/**
 * What is known of the mail of the domains, in addition to their names.
 *
 * @param selectors to look for in each domain
 * @param guesses selectors that are examined where they exist, and whose absence proves nothing
 * @param addresses from which mail is sent
 * @param helo the name that the sending server says, as it says it
 * @param also names below the domains that send nothing
 * @param parked whether the domains neither send nor receive mail
 * @param own the own configuration
 * @param now the time of the examination
 */
public record DoctorRequest(
        List<String> selectors,
        List<String> guesses,
        List<InetAddress> addresses,
        Optional<String> helo,
        List<DomainName> also,
        boolean parked,
        Optional<OwnConfiguration> own,
        Instant now) {
    public DoctorRequest {
        selectors = List.copyOf(selectors);
        guesses = List.copyOf(guesses);
        addresses = List.copyOf(addresses);
        also = List.copyOf(also);
    }
}
