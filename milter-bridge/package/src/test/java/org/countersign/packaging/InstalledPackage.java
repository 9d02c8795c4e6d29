package org.countersign.packaging;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.countersign.milter.client.FilterOutcome;
import org.countersign.milter.client.MilterClient;
import org.countersign.milter.client.MtaMessage;
import org.countersign.milter.client.MtaOffer;
import org.countersign.milter.client.MtaSession;
import org.countersign.milter.wire.ClientAddress;
import org.countersign.milter.wire.ListenAddress;
import org.countersign.smtp.HeaderField;
import org.countersign.syntax.Octets;
import org.countersign.systemd.SystemdNamespace;
import org.countersign.testing.FreePort;

/**
 * The Debian package on a machine without Java, with a real systemd. The service listens on a free port, because all tests
 * of a machine share its network.
 */
final class InstalledPackage implements AutoCloseable {
    static final String POLICY = "/etc/countersign/countersign.yaml";

    private static final String PACKAGE = "/root/countersign.deb";

    private final SystemdNamespace machine;
    private final EmptyDns dns;
    private final int port;

    private InstalledPackage(SystemdNamespace machine, EmptyDns dns, int port) {
        this.machine = machine;
        this.dns = dns;
        this.port = port;
    }

    /** A machine without the package; {@link #install} comes next. */
    static InstalledPackage prepare() throws IOException, InterruptedException {
        SystemdNamespace machine = SystemdNamespace.start(Path.of("/usr/lib/jvm"));
        InstalledPackage prepared = new InstalledPackage(machine, EmptyDns.start(), FreePort.find());
        machine.copy(BuiltPackages.DEBIAN, PACKAGE);
        machine.write(
                "/etc/systemd/system/countersign.socket.d/port.conf",
                "[Socket]\nListenStream=\nListenStream=127.0.0.1:" + prepared.port + "\n");
        return prepared;
    }

    SystemdNamespace machine() {
        return machine;
    }

    /** Installs the package, and returns what {@code dpkg -i} prints. */
    String install() throws IOException, InterruptedException {
        return machine.succeed("dpkg", "-i", PACKAGE);
    }

    /** Listens on the port of the service, as another program. */
    ServerSocket takePort() throws IOException {
        return new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
    }

    /**
     * Makes a package of a later version, whose policy file has one more line at its end, and installs it. The file of the
     * administrator is kept, which is the default in a terminal too.
     */
    void upgrade(String version, String line) throws IOException, InterruptedException {
        machine.shell("""
                dpkg-deb -R %s /root/next
                sed -i 's/^Version: .*/Version: %s/' /root/next/DEBIAN/control
                echo '%s' >>/root/next/etc/countersign/countersign.yaml
                dpkg-deb --root-owner-group -Znone -b /root/next /root/next.deb
                """.formatted(PACKAGE, version, line));
        machine.succeed("dpkg", "--force-confold", "-i", "/root/next.deb");
    }

    /** Settings that tests need at the end of the installed policy file: names are not looked up in the Internet. */
    String localDns() {
        return "dns: { servers: [\"127.0.0.1:" + dns.port() + "\"], timeout: 30s, deadline: 60s }";
    }

    ListenAddress address() {
        return new ListenAddress.Inet("127.0.0.1", port, false);
    }

    /** Connects and negotiates as Postfix does. */
    MilterClient connect() throws IOException {
        return MilterClient.connect(address(), MtaOffer.ofPostfix());
    }

    /** What the service makes of a message from outside. */
    FilterOutcome deliver() throws IOException {
        try (MilterClient client = connect()) {
            client.greet(new MtaSession(
                    "mail.stranger.example",
                    ClientAddress.parseIp("192.0.2.7", 0),
                    "mail.stranger.example",
                    Map.of("j", "mx.home.example")));
            return client.deliver(new MtaMessage(
                    "x@stranger.example",
                    List.of("ada@home.example"),
                    Map.of(),
                    List.of(
                            HeaderField.of("From", " X <x@stranger.example>"),
                            HeaderField.of("Date", " Mon, 23 Nov 2026 12:00:00 +0000")),
                    Octets.utf8("Hello.\r\n")));
        }
    }

    @Override
    public void close() throws IOException {
        dns.close();
        machine.close();
    }
}
