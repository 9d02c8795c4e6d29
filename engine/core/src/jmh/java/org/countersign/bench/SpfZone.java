package org.countersign.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.countersign.dns.StaticZone;
import org.countersign.testing.NameServerProcess;

/**
 * The domain that every contender is asked about: a record with three includes, each of them twelve networks, of
 * which the last but one of the third holds the client. Four TXT questions are enough to find that out.
 */
final class SpfZone {
    static final String DOMAIN = "bench.example";
    static final String CLIENT = "198.51.100.77";
    static final String HELO = "mx.bench.example";
    static final String SENDER = "someone@" + DOMAIN;

    private static final int INCLUDES = 3;

    private SpfZone() {}

    /** The same records in memory. */
    static StaticZone inMemory() {
        StaticZone.Builder zone = StaticZone.builder().txt(DOMAIN, record());
        IntStream.rangeClosed(1, INCLUDES).forEach(number -> zone.txt(included(number), includedRecord(number)));
        return zone.build();
    }

    /** An nsd that serves them on this port of 127.0.0.1; its files go into the folder. */
    static NameServerProcess serve(InetSocketAddress address, Path folder) throws InterruptedException {
        Path program = NameServerProcess.find("nsd")
                .orElseThrow(() -> new IllegalStateException("this benchmark needs nsd: apt-get install nsd"));
        try {
            Files.writeString(folder.resolve("bench.zone"), zoneFile(), StandardCharsets.US_ASCII);
            Path configuration = folder.resolve("nsd.conf");
            Files.writeString(configuration, configuration(address, folder), StandardCharsets.US_ASCII);
            return NameServerProcess.nsd(program, configuration);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Removes what {@link #serve} left in the folder, and the folder. */
    static void remove(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static String included(int number) {
        return "_spf" + number + "." + DOMAIN;
    }

    private static String record() {
        StringBuilder text = new StringBuilder("v=spf1");
        IntStream.rangeClosed(1, INCLUDES)
                .forEach(number -> text.append(" include:").append(included(number)));
        return text.append(" -all").toString();
    }

    private static String includedRecord(int number) {
        StringBuilder text = new StringBuilder("v=spf1");
        for (int network = 0; network < 8; network++) {
            text.append(" ip4:10.").append(number).append('.').append(network).append(".0/24");
        }
        text.append(" ip6:2001:db8:")
                .append(number)
                .append("::/48 ip6:2001:db8:f")
                .append(number);
        text.append("::/48 ip4:").append(number == INCLUDES ? "198.51.100.0/24" : "203.0.113." + number);
        return text.append(" ip4:192.0.2.").append(number).append(" ~all").toString();
    }

    // A string of a TXT record is at most 255 octets long.
    private static String zoneFile() {
        StringBuilder file = new StringBuilder("$TTL 3600\n@ IN SOA ns admin 1 7200 3600 86400 120\n");
        file.append("@ IN NS ns\nns IN A 127.0.0.1\nmx IN A ").append(CLIENT).append('\n');
        file.append("@ IN TXT ").append(strings(record())).append('\n');
        for (int number = 1; number <= INCLUDES; number++) {
            file.append(included(number)).append(". IN TXT ");
            file.append(strings(includedRecord(number))).append('\n');
        }
        return file.toString();
    }

    private static String strings(String text) {
        List<String> pieces = IntStream.iterate(0, from -> from < text.length(), from -> from + 255)
                .mapToObj(from -> text.substring(from, Math.min(from + 255, text.length())))
                .toList();
        return "\"" + String.join("\" \"", pieces) + "\"";
    }

    // Without rrl-ratelimit: 0 an nsd drops what exceeds 200 answers a second.
    private static String configuration(InetSocketAddress address, Path folder) {
        return """
            server:
              ip-address: 127.0.0.1@%PORT%
              server-count: 1
              rrl-ratelimit: 0
              username: ""
              zonesdir: "%FOLDER%"
              pidfile: "%FOLDER%/nsd.pid"
              xfrdir: "%FOLDER%"
              xfrdfile: "%FOLDER%/xfrd.state"
              zonelistfile: "%FOLDER%/zone.list"
            remote-control:
              control-enable: no
            zone:
              name: %DOMAIN%
              zonefile: bench.zone
            """.replace("%PORT%", Integer.toString(address.getPort()))
                .replace("%FOLDER%", folder.toString())
                .replace("%DOMAIN%", DOMAIN);
    }
}
