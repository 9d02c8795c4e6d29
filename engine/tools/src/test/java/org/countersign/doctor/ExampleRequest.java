package org.countersign.doctor;

import static org.countersign.doctor.ExampleDomain.REQUEST;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.countersign.config.Configuration;
import org.countersign.config.ConfigurationParser;
import org.countersign.config.FrontEnd;
import org.countersign.config.KeyEntry;
import org.countersign.config.ParsedConfiguration;
import org.countersign.domain.DomainName;
import org.countersign.domain.IpNetwork;
import org.countersign.keys.SigningKey;
import org.countersign.syntax.Octets;
import org.countersign.testing.TestKeys;

/** Requests to examine {@link ExampleDomain}, which tell a doctor something else about it. */
final class ExampleRequest {
    /** A policy file that signs with the key of the domain. */
    static final String SIGNING = signing("example.org", "");
    /** Follows the key: mail of the domain is signed for another one. */
    static final String TABLE = """
            #
              table:
                - author: [example.org]
                  keys: [news.example.org]
            """;

    /** Follows the key: another one, which retired two months ago. */
    static final String RETIRED = """
            #
                - domain: example.org
                  selector: old
                  key-file: old.pem
                  retire-after: 2026-10-01
            """;

    private ExampleRequest() {}

    /** A request with these facts and no others. */
    private static DoctorRequest request(
            List<String> selectors,
            List<InetAddress> addresses,
            Optional<String> helo,
            List<DomainName> also,
            boolean parked,
            Optional<OwnConfiguration> own) {
        return new DoctorRequest(selectors, List.of(), addresses, helo, also, parked, own, ExampleDomain.NOW);
    }

    private static DoctorRequest senders(Optional<String> helo, String... addresses) {
        return request(
                REQUEST.selectors(),
                List.of(addresses).stream().map(ExampleRequest::address).toList(),
                helo,
                List.of(),
                false,
                Optional.empty());
    }

    private static InetAddress address(String text) {
        return IpNetwork.parseAddress(text).orElseThrow();
    }

    /** With servers that send. */
    static DoctorRequest from(String... addresses) {
        return senders(Optional.empty(), addresses);
    }

    /** With servers that send, and the name that they say. */
    static DoctorRequest helo(String name, String... addresses) {
        return senders(Optional.of(name), addresses);
    }

    static DoctorRequest selectors(String... selectors) {
        return request(List.of(selectors), List.of(), Optional.empty(), List.of(), false, Optional.empty());
    }

    /** With a name that sends nothing. */
    static DoctorRequest also(String name) {
        return request(
                REQUEST.selectors(),
                List.of(),
                Optional.empty(),
                List.of(DomainName.of(name)),
                false,
                Optional.empty());
    }

    /** The domain neither sends nor receives. */
    static DoctorRequest parked() {
        return request(List.of(), List.of(), Optional.empty(), List.of(), true, Optional.empty());
    }

    /** With this policy file, whose keys are all the test key. */
    static DoctorRequest own(String yaml, String... problems) {
        return request(
                List.of(), List.of(), Optional.empty(), List.of(), false, Optional.of(configuration(yaml, problems)));
    }

    static OwnConfiguration configuration(String yaml, String... problems) {
        ParsedConfiguration parsed = ConfigurationParser.parse("policy.yaml", Octets.utf8(yaml), FrontEnd.NONE);
        if (!(parsed instanceof ParsedConfiguration.Valid valid)) {
            throw new AssertionError(parsed);
        }
        Configuration configuration = valid.configuration();
        Map<KeyEntry, SigningKey> keys = new LinkedHashMap<>();
        configuration.signing().keys().forEach(entry -> keys.put(entry, TestKeys.RSA));
        List<InetSocketAddress> resolvers = configuration.dns().servers().isEmpty()
                ? List.of(new InetSocketAddress(address("127.0.0.1"), 53))
                : configuration.dns().servers();
        return new OwnConfiguration(
                configuration, List.of(), configuration.signing().keys(), keys, List.of(problems), resolvers);
    }

    /** A policy file with one key. */
    static String signing(String domain, String more) {
        return """
            protect: [example.org, example.net]
            signing:
              keys:
                - domain: %s
                  selector: s1
                  key-file: s1.pem
            """.formatted(domain) + more;
    }
}
