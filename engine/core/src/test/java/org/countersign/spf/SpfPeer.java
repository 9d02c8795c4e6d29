package org.countersign.spf;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.DnsRecord;
import org.countersign.dns.RecordType;
import org.countersign.dns.StaticZone;
import org.countersign.domain.DomainName;
import org.countersign.syntax.Octets;

/**
 * Another implementation of SPF. A script of the test resources runs it in one process for all cases. Each line has
 * fields separated by tabs; H(x) is the UTF-8 of x in hexadecimal.
 *
 * <pre>
 * peer: READY version                                       or MISSING if the module is not installed
 * case: receiver, time, client, MAIL_FROM or HELO, H(local part), H(domain), H(helo)
 * peer: ASK type H(name)                                    any number of times
 * zone: FOUND|NODATA|NXDOMAIN|SERVFAIL|TIMEOUT, aliases separated by commas, then one field for each record
 * peer: SAYS keyword                                        crash if it threw any other exception
 * </pre>
 *
 * A TXT record is H() of each string, separated by commas; an MX record is preference, space, exchange.
 */
final class SpfPeer implements AutoCloseable {
    private static final HexFormat HEX = HexFormat.of();

    private final Process process;
    private final BufferedReader from;
    private final Writer to;
    private final Path complaints;
    private final String version;

    private SpfPeer(Process process, Path complaints) throws IOException {
        this.process = process;
        this.complaints = complaints;
        this.from = process.inputReader(StandardCharsets.UTF_8);
        this.to = process.outputWriter(StandardCharsets.UTF_8);
        String[] greeting = read();
        this.version = greeting[0].equals("READY") ? greeting[1] : "";
    }

    /**
     * Starts a peer.
     *
     * @param interpreter the program that runs the script
     * @param complaints the file for its error output
     * @return empty if its interpreter or its module is not installed
     */
    static Optional<SpfPeer> start(Path interpreter, String script, Path complaints) throws IOException {
        if (!Files.isExecutable(interpreter)) {
            return Optional.empty();
        }
        SpfPeer peer = new SpfPeer(
                new ProcessBuilder(interpreter.toString(), resource(script).toString())
                        .redirectError(complaints.toFile())
                        .start(),
                complaints);
        if (peer.version.isEmpty()) {
            peer.close();
            return Optional.empty();
        }
        return Optional.of(peer);
    }

    private static Path resource(String name) {
        try {
            return Path.of(Objects.requireNonNull(SpfPeer.class.getResource(name), name)
                    .toURI());
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    String version() {
        return version;
    }

    /** The result of the peer for a request in a zone: a keyword of RFC 7208 §2.6, or {@code crash}. */
    String verify(SpfRequest request, StaticZone zone, DomainName receiver, Instant time) throws IOException {
        // The peers do not support U-labels. They are no arguments of check_host() either (RFC 7208 §4.3).
        String domain = request.domain().map(DomainName::toString).orElse(request.domainText());
        write(
                receiver.toString(),
                Long.toString(time.getEpochSecond()),
                request.client().getHostAddress(),
                request.identity().name(),
                hex(request.localPart()),
                hex(domain),
                hex(request.helo()));
        String[] line = read();
        while (line[0].equals("ASK")) {
            write(answer(RecordType.valueOf(line[1]), text(line[2]), zone));
            line = read();
        }
        return line[1];
    }

    private static String[] answer(RecordType type, String name, StaticZone zone) {
        Optional<DomainName> target = DomainName.parseQueryName(name);
        if (target.isEmpty()) {
            return new String[] {"NXDOMAIN", ""};
        }
        DnsAnswer<?> answer = zone.lookup(new DnsQuery<>(target.get(), type), Instant.MAX);
        List<String> records = switch (answer) {
            // The null MX of RFC 7505, which the engine omits.
            case DnsAnswer.Found<?> found when found.records().isEmpty() -> List.of("0 .");
            case DnsAnswer.Found<?> found ->
                found.records().stream().map(SpfPeer::record).toList();
            case DnsAnswer.NoData<?> none -> List.of();
            case DnsAnswer.NoSuchName<?> none -> List.of();
            case DnsAnswer.BadAnswer<?> bad -> List.of();
            case DnsAnswer.Unavailable<?> none -> List.of();
        };
        String aliases =
                answer.metadata().aliases().stream().map(DomainName::toString).collect(Collectors.joining(","));
        return Stream.concat(Stream.of(kind(answer), aliases), records.stream()).toArray(String[]::new);
    }

    private static String kind(DnsAnswer<?> answer) {
        return switch (answer) {
            case DnsAnswer.Found<?> found -> "FOUND";
            case DnsAnswer.NoData<?> none -> "NODATA";
            case DnsAnswer.NoSuchName<?> none -> "NXDOMAIN";
            case DnsAnswer.BadAnswer<?> bad -> "SERVFAIL";
            case DnsAnswer.Unavailable<?> none -> none.failure() == DnsAnswer.Failure.TIMEOUT ? "TIMEOUT" : "SERVFAIL";
        };
    }

    private static String record(DnsRecord data) {
        return switch (data) {
            case DnsRecord.Address address -> address.address().getHostAddress();
            case DnsRecord.MailExchange mx -> mx.preference() + " " + mx.exchange();
            case DnsRecord.Pointer pointer -> pointer.target().toString();
            case DnsRecord.Text text ->
                text.strings().stream()
                        .map(string -> HEX.formatHex(string.toByteArray()))
                        .collect(Collectors.joining(","));
        };
    }

    private static String hex(String text) {
        return HEX.formatHex(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(String hex) {
        return Octets.wrap(HEX.parseHex(hex)).utf8();
    }

    private void write(String... fields) throws IOException {
        to.write(String.join("\t", fields) + "\n");
        to.flush();
    }

    private String[] read() throws IOException {
        String line = from.readLine();
        if (line == null) {
            throw new IOException("the peer ended: " + complaints());
        }
        return line.split("\t", -1);
    }

    /** The error output of the peer so far. */
    String complaints() {
        try {
            return Files.readString(complaints);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    @Override
    public void close() {
        process.destroy();
    }
}
