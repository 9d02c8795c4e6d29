package org.countersign.james;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.commons.configuration2.ex.ConfigurationException;
import org.countersign.config.ConfigProblem;
import org.countersign.config.ConfigSection;
import org.countersign.config.Configuration;
import org.countersign.config.ConfigurationParser;
import org.countersign.config.DnsConfiguration;
import org.countersign.config.ParsedConfiguration;
import org.countersign.config.ValueType;
import org.countersign.syntax.Octets;

/** Reads the policy file, the same as that of the milter. */
final class PolicyFile {
    /**
     * The longest that a message may wait for the DNS, whatever the file says: James calls its hooks on the
     * threads that serve all connections.
     */
    static final Duration LONGEST_DEADLINE = Duration.ofSeconds(8);

    private PolicyFile() {}

    /**
     * Reads a policy file for use in James.
     *
     * @throws ConfigurationException when it cannot be read, or with one line for each thing that is wrong in it
     */
    static Configuration read(Path file) throws ConfigurationException {
        return switch (ConfigurationParser.parse(file.toString(), text(file), PolicyFile::ignoreMilterKeys)) {
            case ParsedConfiguration.Valid<List<String>> valid -> withinPatience(tried(valid.engine()));
            case ParsedConfiguration.Invalid<List<String>>(List<ConfigProblem> problems) ->
                throw new ConfigurationException(
                        problems.stream().map(ConfigProblem::toString).collect(Collectors.joining("\n")));
        };
    }

    private static Configuration tried(Configuration configuration) throws ConfigurationException {
        List<String> failed = configuration.policy().failedExamples();
        if (!failed.isEmpty()) {
            throw new ConfigurationException(String.join("\n", failed));
        }
        return configuration;
    }

    private static Octets text(Path file) throws ConfigurationException {
        // One octet more than the parser takes, so that it is the parser that says what the limit is.
        try (InputStream in = Files.newInputStream(file)) {
            return Octets.wrap(in.readNBytes(ConfigurationParser.LARGEST + 1));
        } catch (NoSuchFileException missing) {
            throw new ConfigurationException("The policy file " + file + " does not exist: check <config>", missing);
        } catch (IOException unreadable) {
            throw new ConfigurationException(
                    "The policy file " + file + " cannot be read: " + unreadable.getMessage(), unreadable);
        }
    }

    /** One file may serve a milter and James; where the milter listens does not matter here. */
    private static List<String> ignoreMilterKeys(ConfigSection root) {
        return root.list("listen", ValueType.TEXT, List.of());
    }

    private static Configuration withinPatience(Configuration configuration) {
        DnsConfiguration dns = configuration.dns();
        return dns.deadline().compareTo(LONGEST_DEADLINE) <= 0
                ? configuration
                : configuration.withDns(
                        new DnsConfiguration(dns.servers(), dns.timeout(), LONGEST_DEADLINE, dns.cache()));
    }
}
