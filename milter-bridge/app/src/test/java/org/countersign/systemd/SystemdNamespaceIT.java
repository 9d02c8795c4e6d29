package org.countersign.systemd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Optional;
import org.countersign.testing.FreePort;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** That the namespace is as private as tests expect. */
class SystemdNamespaceIT {
    @BeforeEach
    void assumePossible() throws IOException {
        SystemdNamespace.assumePossible();
    }

    @Test
    void servicesOfAllKindsOfIsolationRunAndTheMachineDoesNotChange() throws IOException, InterruptedException {
        Path outside = Path.of("/etc/systemd/system/countersign-namespace-test.service");
        try (SystemdNamespace namespace = SystemdNamespace.start()) {
            namespace.write(outside.toString(), """
                    [Service]
                    Type=oneshot
                    RemainAfterExit=yes
                    User=nobody
                    PrivateDevices=yes
                    PrivateUsers=yes
                    PrivateTmp=yes
                    ProtectSystem=strict
                    StateDirectory=namespace-test
                    MemoryMax=32M
                    ExecStart=/bin/sh -c 'echo said by $$(id -un) >/var/lib/namespace-test/said; cat /var/lib/namespace-test/said'
                    """);
            namespace.succeed("systemctl", "daemon-reload");
            namespace.succeed("systemctl", "start", "countersign-namespace-test");

            assertThat(namespace.read("/var/lib/namespace-test/said")).isEqualTo("said by nobody\n");
            assertThat(namespace.journal("countersign-namespace-test")).contains("said by nobody");
            assertThat(namespace.property("countersign-namespace-test", "ActiveState"))
                    .isEqualTo("active");
            assertThat(namespace.succeed("hostname")).isEqualTo("countersign-test");
        }
        assertThat(outside).doesNotExist();
        assertThat(Path.of("/var/lib/namespace-test")).doesNotExist();
    }

    @Test
    void socketsInsideAreReachedByThePathOfTheirProcessAndPortsByLoopback() throws IOException, InterruptedException {
        int port = FreePort.find();
        try (SystemdNamespace namespace = SystemdNamespace.start()) {
            namespace.write("/etc/systemd/system/reached.socket", """
                    [Socket]
                    ListenStream=/run/reached/socket
                    ListenStream=127.0.0.1:%d
                    """.formatted(port));
            namespace.write("/etc/systemd/system/reached.service", "[Service]\nExecStart=/bin/sleep 60\n");
            namespace.succeed("systemctl", "start", "reached.socket");

            try (SocketChannel local = SocketChannel.open(StandardProtocolFamily.UNIX);
                    SocketChannel tcp = SocketChannel.open()) {
                assertThat(local.connect(UnixDomainSocketAddress.of(namespace.path("/run/reached/socket"))))
                        .isTrue();
                assertThat(tcp.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)))
                        .isTrue();
            }
        }
    }

    @Test
    void hiddenDirectoriesAreEmpty() throws IOException, InterruptedException {
        try (SystemdNamespace namespace = SystemdNamespace.start(Path.of("/usr/lib/systemd/user"))) {
            assertThat(namespace.succeed("ls", "/usr/lib/systemd/user")).isEmpty();
        }
        assertThat(Path.of("/usr/lib/systemd/user")).isNotEmptyDirectory();
    }

    @Test
    void nothingIsLeftAtTheEndEvenOfTwoAtATime() throws IOException, InterruptedException {
        long first;
        long second;
        try (SystemdNamespace one = SystemdNamespace.start();
                SystemdNamespace other = SystemdNamespace.start()) {
            first = one.pid();
            second = other.pid();
            one.write("/etc/systemd/system/stubborn.service", """
                    [Service]
                    ExecStart=/bin/sh -c 'trap "" TERM; sleep 600'
                    """);
            one.succeed("systemctl", "start", "stubborn");
            assertThat(other.run("systemctl", "is-active", "stubborn").output()).contains("inactive");
        }
        assertThat(ProcessHandle.of(first)).isEqualTo(Optional.empty());
        assertThat(ProcessHandle.of(second)).isEqualTo(Optional.empty());
    }
}
