package org.countersign.reports.source;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.countersign.domain.DomainName;

/**
 * Names of mail services by the domains that they use. A name is a hint for people and no proof: anybody may send through
 * such a service.
 */
public final class MailServices {
    private static final String RESOURCE = "mail-services.txt";

    private final Map<DomainName, String> names = new HashMap<>();

    private MailServices() {}

    /** The table of this library. */
    public static MailServices bundled() {
        try (InputStream in = Objects.requireNonNull(MailServices.class.getResourceAsStream(RESOURCE), RESOURCE)) {
            return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException broken) {
            throw new UncheckedIOException(RESOURCE, broken);
        }
    }

    /**
     * Reads a table: a domain and a name in each line. A line that is empty, begins with {@code #} or has no such form is
     * left out.
     */
    public static MailServices parse(String text) {
        MailServices services = new MailServices();
        text.lines().map(String::strip).forEach(services::readLine);
        return services;
    }

    /** This table with the lines of another one, which take precedence. */
    public MailServices with(String text) {
        MailServices all = new MailServices();
        all.names.putAll(names);
        text.lines().map(String::strip).forEach(all::readLine);
        return all;
    }

    private void readLine(String line) {
        int space = line.indexOf(' ');
        if (!line.startsWith("#") && space > 0) {
            String name = line.substring(space + 1).strip();
            DomainName.parse(line.substring(0, space)).ifPresent(domain -> names.put(domain, name));
        }
    }

    /** How many domains the table has. */
    int size() {
        return names.size();
    }

    /** The domain of the table that a name is in. */
    Optional<DomainName> suffix(DomainName name) {
        for (int labels = name.labelCount(); labels > 0; labels--) {
            DomainName candidate = name.rightmost(labels);
            if (names.containsKey(candidate)) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }

    /** The domains that have a name. */
    public List<String> domains(String title) {
        return names.entrySet().stream()
                .filter(entry -> entry.getValue().equals(title))
                .map(entry -> entry.getKey().toString())
                .toList();
    }

    /** The name of a source for people: that of the service, else the source as it is. */
    public String title(String source) {
        return DomainName.parse(source)
                .flatMap(this::suffix)
                .map(domain -> names.getOrDefault(domain, source))
                .orElse(source);
    }
}
