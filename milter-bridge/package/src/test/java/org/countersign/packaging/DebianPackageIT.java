package org.countersign.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.countersign.milter.client.FilterOutcome;
import org.countersign.milter.client.MilterClient;
import org.countersign.milter.wire.MilterReply;
import org.countersign.postfix.MtaTools;
import org.countersign.systemd.SystemdNamespace;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The life of the Debian package on a machine without Java, from dpkg -i to purge. */
class DebianPackageIT {
    private static final int CONNECTIONS_BEFORE_UPGRADE = 3;

    private InstalledPackage installed;
    private SystemdNamespace machine;

    @BeforeEach
    void prepare() throws Exception {
        SystemdNamespace.assumePossible();
        MtaTools.assumeInstalled("dpkg", "dpkg-deb");
        installed = InstalledPackage.prepare();
        machine = installed.machine();
    }

    @AfterEach
    void end() throws Exception {
        installed.close();
    }

    @Test
    void afterInstallationTheServiceRunsAndWillRunAfterABoot() throws Exception {
        assertThat(machine.run("java", "-version").status()).isNotZero();
        installed.install();

        assertThat(machine.succeed("systemctl", "is-active", "countersign.service", "countersign.socket"))
                .isEqualTo("active\nactive");
        assertThat(machine.succeed("systemctl", "is-enabled", "countersign.service", "countersign.socket"))
                .isEqualTo("enabled\nenabled");
        assertThat(machine.run("systemctl", "is-enabled", "countersign-postfix.socket")
                        .output())
                .isEqualTo("disabled\n");
        assertThat(machine.succeed("stat", "-c", "%U:%G %a", "/etc/countersign/keys"))
                .isEqualTo("root:countersign 750");
        assertThat(machine.property("countersign.service", "User")).isEqualTo("countersign");
        assertThat(machine.succeed("dpkg", "--verify", "countersign")).isEmpty();
        useLocalDns();
        assertIsMarked(installed.deliver());
    }

    /** Such as OpenDKIM on the same port: the reason is told, and nothing is tried again and again. */
    @Test
    void nextToAProgramWithTheSamePortCommandsWorkAndSayWhatToDo() throws Exception {
        try (ServerSocket other = installed.takePort()) {
            assertThat(other.isBound()).isTrue();
            assertThat(installed.install())
                    .contains("the service is installed and does not run yet")
                    .contains("systemctl enable countersign-postfix.socket")
                    .doesNotContain("Could not execute");
            assertThat(machine.property("countersign.service", "ActiveState")).isEqualTo("inactive");
            assertThat(machine.run("countersign", "config", "check", "--no-dns").output())
                    .contains("error    countersign.socket: cannot listen on " + installed.address());
        }
        assertThat(machine.shell("cd / && countersign policy test")).isEqualTo("0 examples, 0 not as expected");
        machine.shell("echo 'protect: [home.example]' >>" + InstalledPackage.POLICY);
        assertThat(machine.succeed("runuser", "-u", "nobody", "--", "countersign", "policy", "show"))
                .contains("home.example");
        machine.succeed("systemctl", "restart", "countersign.service");
        assertThat(machine.property("countersign.socket", "ActiveState")).isEqualTo("active");
    }

    @Test
    void anUpgradeKeepsTheConfigurationAndRefusesNoConnection() throws Exception {
        installed.install();
        useLocalDns();
        machine.shell("echo 'protect: [home.example]' >>" + InstalledPackage.POLICY);
        String before = machine.property("countersign.service", "MainPID");

        try (ConnectionLoop loop = ConnectionLoop.start(installed::connect)) {
            loop.awaitConnections(CONNECTIONS_BEFORE_UPGRADE);
            installed.upgrade("999", "# New in version 999.");
            loop.awaitConnections(CONNECTIONS_BEFORE_UPGRADE);
            assertThat(loop.failures()).isEmpty();
        }

        assertThat(machine.property("countersign.service", "MainPID")).isNotEqualTo(before);
        assertThat(machine.succeed("dpkg-query", "-W", "-f=${Version} ${db:Status-Status}", "countersign"))
                .isEqualTo("999 installed");
        assertThat(machine.read(InstalledPackage.POLICY))
                .contains("protect: [home.example]")
                .doesNotContain("999");
        assertThat(machine.read(InstalledPackage.POLICY + ".dpkg-dist")).contains("# New in version 999.");
        assertIsMarked(installed.deliver());
    }

    @Test
    void anUpgradeStartsNothingThatTheAdministratorHasDisabled() throws Exception {
        installed.install();
        machine.succeed("systemctl", "disable", "--now", "countersign.socket", "countersign.service");
        installed.upgrade("999", "# New in version 999.");
        assertThat(machine.run("systemctl", "is-active", "countersign.service", "countersign.socket")
                        .output())
                .isEqualTo("inactive\ninactive\n");
        assertThat(machine.run("systemctl", "is-enabled", "countersign.service", "countersign.socket")
                        .output())
                .isEqualTo("disabled\ndisabled\n");
    }

    @Test
    void removalStopsTheServiceAndPurgeDeletesWhatItKept() throws Exception {
        installed.install();
        machine.shell("echo kept >/var/lib/countersign/state; echo key >/etc/countersign/keys/a.pem");
        machine.succeed("mkdir", "-p", "/var/spool/postfix/countersign");

        machine.succeed("dpkg", "-r", "countersign");
        assertThat(machine.run("systemctl", "is-active", "countersign.service", "countersign.socket")
                        .output())
                .isEqualTo("inactive\ninactive\n");
        assertThatThrownBy(installed::connect).isInstanceOf(IOException.class);
        assertThat(machine.path("/usr/lib/countersign")).doesNotExist();
        assertThat(machine.path(InstalledPackage.POLICY)).exists();
        assertThat(machine.path("/var/lib/countersign/state")).exists();

        machine.succeed("dpkg", "-P", "countersign");
        assertThat(machine.path(InstalledPackage.POLICY)).doesNotExist();
        assertThat(machine.path("/var/lib/countersign")).doesNotExist();
        assertThat(machine.path("/etc/default/countersign")).doesNotExist();
        assertThat(machine.path("/var/spool/postfix/countersign")).doesNotExist();
        assertThat(machine.succeed("find", "/etc/systemd/system", "-name", "countersign*", "-type", "l"))
                .isEmpty();
        // Lost keys cannot be made again.
        assertThat(machine.read("/etc/countersign/keys/a.pem")).isEqualTo("key\n");
    }

    /** As in a container or a chroot: systemd is installed, but does not run. */
    @Test
    void allStepsWorkWithoutARunningSystemd() throws Exception {
        machine.shell("""
                unshare --mount sh -euc '
                mount -t tmpfs tmpfs /run
                test ! -d /run/systemd/system
                dpkg -i /root/countersign.deb
                countersign --version
                countersign policy test
                dpkg -i /root/countersign.deb
                dpkg -r countersign
                dpkg -P countersign'
                """);
        assertThat(machine.path("/usr/lib/countersign")).doesNotExist();
        assertThat(machine.path(InstalledPackage.POLICY)).doesNotExist();
        assertThat(machine.run("systemctl", "is-active", "countersign.service").output())
                .isEqualTo("inactive\n");
    }

    private void useLocalDns() throws IOException, InterruptedException {
        machine.shell("echo '" + installed.localDns() + "' >>" + InstalledPackage.POLICY);
        machine.succeed("systemctl", "reload", "countersign.service");
    }

    private static void assertIsMarked(FilterOutcome outcome) {
        assertThat(outcome.isAccepted()).isTrue();
        assertThat(outcome.modifications())
                .filteredOn(MilterReply.InsertHeader.class::isInstance)
                .extracting(change -> ((MilterReply.InsertHeader) change).name().latin1())
                .contains("Authentication-Results");
    }

    /** Connects again and again from a thread of its own, and keeps what failed. */
    private static final class ConnectionLoop implements AutoCloseable {
        private final Connection connection;
        private final AtomicInteger connections = new AtomicInteger();
        private final List<String> failures = new CopyOnWriteArrayList<>();
        private final Thread thread;
        private volatile boolean ended;

        interface Connection {
            MilterClient open() throws IOException;
        }

        private ConnectionLoop(Connection connection) {
            this.connection = connection;
            this.thread = Thread.ofPlatform().name("connections").unstarted(this::run);
        }

        static ConnectionLoop start(Connection connection) {
            ConnectionLoop loop = new ConnectionLoop(connection);
            loop.thread.start();
            return loop;
        }

        private void run() {
            while (!ended) {
                try (MilterClient client = connection.open()) {
                    assertThat(client.agreed()).isNotNull();
                    connections.incrementAndGet();
                } catch (IOException refused) {
                    failures.add(refused.toString());
                }
            }
        }

        /** Waits until so many more connections have been made, or one has failed. */
        void awaitConnections(int more) throws InterruptedException {
            int goal = connections.get() + more;
            while (connections.get() < goal && failures.isEmpty()) {
                TimeUnit.MILLISECONDS.sleep(10);
            }
        }

        List<String> failures() {
            return failures;
        }

        @Override
        public void close() {
            ended = true;
            try {
                thread.join();
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
