package org.countersign.packaging;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.countersign.milter.client.MilterClient;
import org.countersign.milter.client.MtaMessage;
import org.countersign.milter.client.MtaOffer;
import org.countersign.milter.client.MtaSession;
import org.countersign.milter.wire.ClientAddress;
import org.countersign.milter.wire.ListenAddress;
import org.countersign.smtp.HeaderField;
import org.countersign.syntax.Octets;

/** Runs of the program that use the classes of its usual work: the service with mail in both directions, and commands. */
final class Training {
    // What the service does periodically has happened by then, also on a slow machine.
    private static final int PERIODIC_SECONDS = 8;
    private static final List<HeaderField> FIELDS = List.of(
            HeaderField.of("From", " Ada <ada@home.example>"),
            HeaderField.of("To", " Bob <bob@away.example>"),
            HeaderField.of("Subject", " Lunch"),
            HeaderField.of("Date", " Mon, 23 Nov 2026 12:00:00 +0000"),
            HeaderField.of("Message-ID", " <lunch@home.example>"));
    private static final String BODY = "Dear Bob,\r\n\r\nlunch at one?\r\n";

    private final ProgramRun runs;
    private final Path work;
    private final Program program;

    /** How the program is started. */
    interface Program {
        /** The words of a command that runs the program with these arguments. */
        List<String> command(List<String> arguments);
    }

    /**
     * @param work a directory for files
     */
    Training(ProgramRun runs, Path work, Program program) {
        this.runs = runs;
        this.work = work;
        this.program = program;
    }

    void run() throws IOException, InterruptedException {
        run("demo");
        run("keygen", "--domain", "home.example", "--selector", "s", "--out", file("keys"));
        try (EmptyDns dns = EmptyDns.start()) {
            int port = freePort();
            String policy = write("policy.yaml", policy(port, dns.port()));
            String message = write("message.eml", message());
            run("policy", "show", "--config", policy);
            run("policy", "test", "--config", policy);
            run("check", message, "--config", policy, "--ip", "192.0.2.7");
            run("check", message, "--config", policy, "--user", "ada@home.example", "--json");
            serve(policy, new ListenAddress.Inet("127.0.0.1", port, false));
        }
    }

    private void run(String... arguments) throws IOException, InterruptedException {
        runs.run(program.command(List.of(arguments)));
    }

    @SuppressWarnings("try") // The idle connection is opened only to be there at the end.
    private void serve(String policy, ListenAddress address) throws IOException, InterruptedException {
        List<String> command = program.command(List.of("serve", "--config", policy));
        Process service = runs.start(command);
        try (MilterClient idle = connect(service, address, command)) {
            send(address, Map.of());
            send(address, Map.of("auth_authen", "ada@home.example", "auth_type", "PLAIN"));
            TimeUnit.SECONDS.sleep(PERIODIC_SECONDS);
            // It ends the connection that is idle.
            service.destroy();
            if (!service.waitFor(ProgramRun.MAX_SECONDS, TimeUnit.SECONDS)) {
                throw runs.failure("no end after SIGTERM", command);
            }
        } finally {
            service.destroyForcibly();
        }
    }

    private static void send(ListenAddress address, Map<String, String> macros) throws IOException {
        try (MilterClient client = MilterClient.connect(address, MtaOffer.ofPostfix())) {
            client.greet(new MtaSession(
                    "mail.home.example",
                    ClientAddress.parseIp("192.0.2.7", 0),
                    "mail.home.example",
                    Map.of("j", "mx.home.example", "daemon_name", "smtpd")));
            client.deliver(
                    new MtaMessage("ada@home.example", List.of("bob@away.example"), macros, FIELDS, Octets.utf8(BODY)));
        }
    }

    private MilterClient connect(Process service, ListenAddress address, List<String> command)
            throws IOException, InterruptedException {
        for (int tenths = 0; tenths < 10 * ProgramRun.MAX_SECONDS && service.isAlive(); tenths++) {
            try {
                return MilterClient.connect(address, MtaOffer.ofPostfix());
            } catch (IOException notYet) {
                TimeUnit.MILLISECONDS.sleep(100);
            }
        }
        throw runs.failure("the service does not listen on " + address, command);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private String policy(int port, int dnsPort) {
        return """
            authserv-id: mx.home.example
            mode: enforce
            listen: ["inet:127.0.0.1:%s"]
            dns: { servers: ["127.0.0.1:%s"], timeout: 30s, deadline: 60s }
            rules:
              - { name: partner, when: { author: partner.example }, then: accept }
            examples:
              - { name: a stranger, author: x@stranger.example, expect: accept }
            signing:
              when: { authenticated: true }
              keys:
                - { domain: home.example, selector: s, key-file: keys/home.example.s.pem }
            """.formatted(port, dnsPort);
    }

    private static String message() {
        StringBuilder message = new StringBuilder();
        FIELDS.forEach(field -> message.append(field.raw().latin1()).append("\r\n"));
        return message.append("\r\n").append(BODY).toString();
    }

    private String write(String name, String text) throws IOException {
        return Files.writeString(work.resolve(name), text).toString();
    }

    private String file(String name) {
        return work.resolve(name).toString();
    }
}
