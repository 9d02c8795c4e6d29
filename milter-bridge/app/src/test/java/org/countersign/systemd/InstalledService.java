package org.countersign.systemd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.countersign.milter.client.FilterOutcome;
import org.countersign.milter.client.MilterClient;
import org.countersign.milter.client.MtaMessage;
import org.countersign.milter.client.MtaOffer;
import org.countersign.milter.client.MtaSession;
import org.countersign.milter.wire.ClientAddress;
import org.countersign.milter.wire.ListenAddress;
import org.countersign.smtp.HeaderField;
import org.countersign.syntax.Octets;
import org.countersign.testing.FreePort;

/** The program of the class path as the service {@code countersign} of a systemd, with the units of the package. */
final class InstalledService implements AutoCloseable {
    static final String UNIT = "countersign.service";
    static final String POLICY = "/etc/countersign/countersign.yaml";

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    // What only tests need is not copied.
    private static final List<String> TEST_TOOLS = List.of(
            "junit", "jqwik", "archunit", "assertj", "palantir", "errorprone", "jmh", "google-java-format", "logback");

    private final SystemdNamespace systemd;
    private final int port;

    private InstalledService(SystemdNamespace systemd, int port) {
        this.systemd = systemd;
        this.port = port;
    }

    /** Starts a systemd with the program, its user and its units in it. The service does not run, and has no policy file. */
    static InstalledService install() throws IOException, InterruptedException {
        SystemdNamespace systemd = SystemdNamespace.start();
        try {
            ServiceUnits.install(systemd);
            systemd.succeed("systemd-sysusers", "countersign.conf");
            copyProgram(systemd);
            InstalledService service = new InstalledService(systemd, FreePort.find());
            // The port of the package may be in use on the machine of the test.
            service.dropIn(
                    "countersign.socket",
                    "[Socket]\nListenStream=\nListenStream=127.0.0.1:%d\n".formatted(service.port));
            return service;
        } catch (IOException | InterruptedException | RuntimeException | AssertionError failure) {
            systemd.close();
            throw failure;
        }
    }

    static void copyProgram(SystemdNamespace systemd) throws IOException, InterruptedException {
        int number = 0;
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            Path source = Path.of(entry).toAbsolutePath();
            String name = source.getFileName().toString();
            if (entry.isEmpty()) {
                // The working directory, which has no classes.
                continue;
            }
            if (Files.isDirectory(source)) {
                Path jar = systemd.path("/opt/countersign/lib/classes-" + number++ + ".jar");
                Files.createDirectories(jar.getParent());
                int status = ToolProvider.findFirst("jar")
                        .orElseThrow()
                        .run(System.out, System.err, "-c", "-0", "-f", jar.toString(), "-C", entry, ".");
                assertThat(status).as(entry).isZero();
            } else if (Files.exists(source) && TEST_TOOLS.stream().noneMatch(name::contains)) {
                systemd.copy(source, "/opt/countersign/lib/" + name);
            }
        }
        systemd.copy(Path.of(System.getProperty("countersign.root"), "countersign"), "/opt/countersign/countersign");
        systemd.succeed("ln", "-s", "/opt/countersign/countersign", ServiceUnits.PROGRAM);
        systemd.write("/etc/default/countersign", """
                COUNTERSIGN_JAVA_HOME=%s
                COUNTERSIGN_JAVA_OPTS=-Xmx192m -XX:TieredStopAtLevel=1
                """.formatted(System.getProperty("java.home")));
    }

    SystemdNamespace systemd() {
        return systemd;
    }

    int port() {
        return port;
    }

    ListenAddress address() {
        return new ListenAddress.Inet("127.0.0.1", port, false);
    }

    /** Writes the policy file. The service listens on the address of the socket unit, and asks a DNS server that is silent. */
    void policy(String... lines) throws IOException {
        systemd.write(
                POLICY,
                "listen: [\"inet:127.0.0.1:" + port + "\"]\n"
                        + "dns: { servers: [\"127.0.0.1:9\"], timeout: 100ms, deadline: 500ms }\n"
                        + String.join("\n", lines) + "\n");
    }

    /** Adds settings to a unit, as "systemctl edit" does. */
    void dropIn(String unit, String text) throws IOException, InterruptedException {
        systemd.write("/etc/systemd/system/" + unit + ".d/test.conf", text);
        systemd.succeed("systemctl", "daemon-reload");
    }

    void start() throws IOException, InterruptedException {
        SystemdNamespace.CommandResult result = systemd.run("systemctl", "start", UNIT);
        assertThat(result.status()).as("%s%n%s", result.output(), diagnosis()).isZero();
    }

    String property(String name) throws IOException, InterruptedException {
        return systemd.property(UNIT, name);
    }

    String journal() throws IOException, InterruptedException {
        return systemd.journal(UNIT);
    }

    /** What systemd and the service have to say, for the message of a failed test. */
    String diagnosis() throws IOException, InterruptedException {
        return systemd.run("systemctl", "status", "--no-pager", "-l", UNIT).output() + journal();
    }

    /** Waits until a property has a value. */
    void await(String property, Predicate<String> wanted) throws IOException, InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        String value = property(property);
        while (!wanted.test(value)) {
            assertThat(System.nanoTime())
                    .as("%s is %s: %s", property, value, diagnosis())
                    .isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(50);
            value = property(property);
        }
    }

    /** Sends a message of a local author through the service, as a mail server that has accepted it for sending. */
    FilterOutcome submit() throws IOException {
        return submit(address());
    }

    static FilterOutcome submit(ListenAddress address) throws IOException {
        try (MilterClient client = MilterClient.connect(address, MtaOffer.ofPostfix())) {
            client.greet(new MtaSession(
                    "localhost",
                    ClientAddress.parseIp("127.0.0.1", 25),
                    "client.example.org",
                    Map.of("j", "mail.example.org", "{daemon_name}", "ORIGINATING")));
            return client.deliver(new MtaMessage(
                    "alice@example.org",
                    List.of("bob@receiver.example"),
                    Map.of("i", "4XYZ", "{auth_authen}", "alice"),
                    List.of(HeaderField.of("From", " alice@example.org")),
                    Octets.latin1("hi\r\n")));
        }
    }

    static Optional<String> signature(FilterOutcome outcome) {
        return outcome.header().stream()
                .filter(field -> field.is("DKIM-Signature"))
                .map(field -> field.raw().latin1())
                .findFirst();
    }

    /** Connections by UNIX sockets from outside. */
    ListenAddress unix(String absolute) {
        return new ListenAddress.Unix(systemd.path(absolute));
    }

    @Override
    public void close() throws IOException {
        systemd.close();
    }

    /** Lines that contain a text. */
    static List<String> lines(String text, String part) {
        List<String> found = new ArrayList<>();
        try (Stream<String> lines = text.lines()) {
            lines.filter(line -> line.contains(part)).forEach(found::add);
        }
        return found;
    }
}
