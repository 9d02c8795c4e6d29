package org.countersign.systemd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** That systemd has nothing to say against the unit files of the package. */
class UnitFilesIT {
    /** In tenths, as systemd-analyze has it. */
    private static final int MAX_EXPOSURE = 15;

    @BeforeEach
    void assumePossible() throws IOException {
        SystemdNamespace.assumePossible();
    }

    @Test
    void areVerifiedWithoutAWarning() throws IOException, InterruptedException {
        try (SystemdNamespace namespace = SystemdNamespace.start()) {
            ServiceUnits.install(namespace);
            namespace.write(ServiceUnits.PROGRAM, "#!/bin/sh\n");
            namespace.succeed("chmod", "755", ServiceUnits.PROGRAM);
            namespace.write("/usr/share/man/man1/countersign.1", ".TH COUNTERSIGN 1\n.SH NAME\ncountersign \\- test\n");
            for (String unit : ServiceUnits.NAMES) {
                SystemdNamespace.CommandResult result =
                        namespace.run("systemd-analyze", "verify", ServiceUnits.DIRECTORY + "/" + unit);
                assertThat(result.output()).as(unit).isEmpty();
                assertThat(result.status()).as(unit).isZero();
            }
        }
    }

    @Test
    void giveTheServiceFewRights() throws IOException, InterruptedException {
        try (SystemdNamespace namespace = SystemdNamespace.start()) {
            ServiceUnits.install(namespace);
            SystemdNamespace.CommandResult result = namespace.run(
                    "systemd-analyze",
                    "security",
                    "--offline=true",
                    "--threshold=" + MAX_EXPOSURE,
                    ServiceUnits.DIRECTORY + "/countersign.service");
            assertThat(result.status()).as(result.output()).isZero();
            assertThat(result.output()).contains("Overall exposure level");
        }
    }

    @Test
    void theUserIsMadeOnce() throws IOException, InterruptedException {
        try (SystemdNamespace namespace = SystemdNamespace.start()) {
            ServiceUnits.install(namespace);
            for (int times = 0; times < 2; times++) {
                namespace.succeed("systemd-sysusers", "countersign.conf");
            }
            List<String> fields =
                    List.of(namespace.succeed("getent", "passwd", "countersign").split(":", -1));
            assertThat(fields.getFirst()).isEqualTo("countersign");
            assertThat(fields.getLast()).isEqualTo("/usr/sbin/nologin");
            assertThat(namespace.succeed("id", "-gn", "countersign")).isEqualTo("countersign");
        }
    }

    @Test
    void enablingASocketMakesARestartOfTheServiceOpenIt() throws IOException, InterruptedException {
        try (SystemdNamespace namespace = SystemdNamespace.start()) {
            ServiceUnits.install(namespace);
            namespace.succeed("systemctl", "enable", "countersign.service", "countersign-postfix.socket");
            assertThat(namespace.property("countersign.service", "Wants"))
                    .contains("countersign-postfix.socket")
                    .doesNotContain("countersign.socket");
            assertThat(namespace.property("countersign.service", "TriggeredBy")).contains("countersign-postfix.socket");
        }
    }
}
