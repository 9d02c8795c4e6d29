package org.countersign.systemd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.countersign.postfix.DeliveredMessage;
import org.countersign.postfix.MtaTools;

/**
 * The mail server {@code mx.example.org} under a real systemd: Debian's Postfix with its own master.cf, the service of
 * the package, and a DNS server with all names, which is the only resolver. It has no network but its own loopback
 * interface, so documented commands run unchanged. Accepted mail for all mailboxes of {@code example.org} and {@code
 * example.net} is in one folder.
 */
final class MailHost implements AutoCloseable {
    private static final String MAIN = "/etc/postfix/main.cf";
    private static final String ZONE = "/etc/nsd/root.zone";
    private static final int PATIENCE_TENTHS = 1200;

    private final SystemdNamespace systemd;

    private MailHost(SystemdNamespace systemd) {
        this.systemd = systemd;
    }

    /** Skips the test, with the reason, where a program is missing. */
    static void assumePossible() throws IOException {
        SystemdNamespace.assumePossible();
        MtaTools.assumePostfix();
        MtaTools.assumeInstalled("nsd", "swaks", "openssl", "ip", "saslpasswd2");
    }

    /** Starts it, with the service as after the installation of the package. Call {@link #assumePossible()} before. */
    static MailHost start() throws IOException, InterruptedException {
        SystemdNamespace systemd = SystemdNamespace.startOffline();
        try {
            MailHost host = new MailHost(systemd);
            host.startDns();
            host.installService();
            host.startPostfix();
            return host;
        } catch (IOException | InterruptedException | RuntimeException | AssertionError failure) {
            systemd.close();
            throw failure;
        }
    }

    private void installService() throws IOException, InterruptedException {
        ServiceUnits.install(systemd);
        systemd.succeed("systemd-sysusers", "countersign.conf");
        InstalledService.copyProgram(systemd);
        // The launcher of the package states the policy file too.
        systemd.shell("""
                rm /usr/bin/countersign /etc/default/countersign
                cat >/usr/bin/countersign <<'EOF'
                #!/bin/sh
                export COUNTERSIGN_JAVA_HOME='%s'
                export COUNTERSIGN_JAVA_OPTS='-Xmx192m -XX:TieredStopAtLevel=1 -Dcountersign.config=/etc/countersign/countersign.yaml'
                exec /opt/countersign/countersign "$@"
                EOF
                chmod 755 /usr/bin/countersign
                install -d -o root -g countersign -m 750 /etc/countersign/keys
                echo 'mode: monitor' >/etc/countersign/countersign.yaml
                systemctl enable countersign.socket countersign.service
                systemctl start countersign.service
                """.formatted(System.getProperty("java.home")));
    }

    private void startDns() throws IOException, InterruptedException {
        systemd.write("/etc/nsd/nsd.conf", """
                server:
                    ip-address: 127.0.0.1
                    zonesdir: /etc/nsd
                    username: nsd
                    database: ""
                remote-control:
                    control-enable: no
                zone:
                    name: .
                    zonefile: root.zone
                """);
        systemd.write(ZONE, """
                $TTL 60
                . SOA ns. root. 1 3600 600 86400 60
                . NS ns.
                ns. A 127.0.0.1
                mx.example.org. A 127.0.0.1
                example.org. TXT "v=spf1 ip4:192.0.2.1 -all"
                example.org. MX 0 mx.example.org.
                example.net. MX 0 mx.example.org.
                example.com. TXT "v=spf1 -all"
                _dmarc.example.com. TXT "v=DMARC1;p=reject;sp=reject;adkim=s;aspf=s"
                shop.example. TXT "v=spf1 -all"
                _dmarc.shop.example. TXT "v=DMARC1; p=quarantine"
                """);
        systemd.shell("""
                [ ! -L /etc/resolv.conf ] || rm /etc/resolv.conf
                echo nameserver 127.0.0.1 >/etc/resolv.conf
                systemctl enable nsd
                systemctl start nsd
                """);
    }

    private void startPostfix() throws IOException, InterruptedException {
        systemd.write(MAIN, """
                compatibility_level = 3.6
                myhostname = mx.example.org
                myorigin = example.org
                mydestination =
                mynetworks = 127.0.0.0/8 [::1]/128
                virtual_mailbox_domains = example.org, example.net
                virtual_mailbox_maps = static:all/
                virtual_mailbox_base = /var/vmail
                virtual_uid_maps = static:65534
                virtual_gid_maps = static:65534
                smtpd_tls_cert_file = /etc/postfix/test.pem
                smtpd_tls_key_file = /etc/postfix/test.pem
                smtpd_sasl_local_domain = example.org
                """);
        systemd.write("/etc/postfix/sasl/smtpd.conf", """
                pwcheck_method: auxprop
                auxprop_plugin: sasldb
                mech_list: PLAIN
                """);
        // The link in postfix.service.wants is otherwise made by the generator of Debian's Postfix, which is not there.
        systemd.shell("""
                cp /usr/share/postfix/master.cf.dist /etc/postfix/master.cf
                openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=mx.example.org -days 2 \
                    -keyout /etc/postfix/test.key -out /etc/postfix/test.crt 2>&1
                cat /etc/postfix/test.key /etc/postfix/test.crt >/etc/postfix/test.pem
                install -d -o nobody /var/vmail
                printf secret | saslpasswd2 -p -c -u example.org alice
                install -d /var/spool/postfix/etc
                install -o postfix -m 600 /etc/sasldb2 /var/spool/postfix/etc/sasldb2
                mkdir -p /etc/systemd/system/postfix.service.wants
                ln -sf /lib/systemd/system/postfix@.service \
                    /etc/systemd/system/postfix.service.wants/postfix@-.service
                systemctl daemon-reload
                systemctl enable postfix
                systemctl start postfix
                """);
    }

    SystemdNamespace systemd() {
        return systemd;
    }

    /** Runs one line of the shell as root, which must succeed, and returns its output. */
    String run(String command) throws IOException, InterruptedException {
        return systemd.succeed("sh", "-c", command);
    }

    /** Adds the record of a file that keygen has written to the DNS. */
    void publish(String zoneFile) throws IOException, InterruptedException {
        systemd.shell("cat '%s' >>%s; systemctl restart nsd".formatted(zoneFile, ZONE));
    }

    /** Adds lines to a file of Postfix's configuration. */
    void addToPostfix(String file, String lines) throws IOException {
        Path path = systemd.path("/etc/postfix/" + file);
        Files.writeString(path, Files.readString(path) + lines);
    }

    /** Waits until a command prints a text, and returns what it prints. */
    String awaitOutput(String command, String text) throws IOException, InterruptedException {
        String output = "";
        for (int tenths = 0; tenths < PATIENCE_TENTHS; tenths++) {
            output = systemd.run("sh", "-c", command).output();
            if (output.contains(text)) {
                return output;
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
        throw new AssertionError("%s does not print %s: %s%n%s".formatted(command, text, output, log()));
    }

    /** What Postfix and the service have logged. */
    String log() throws IOException, InterruptedException {
        return systemd.journal("postfix@-.service") + systemd.journal("countersign.service");
    }

    /** Waits for the only message to a recipient, and takes it out. */
    DeliveredMessage takeOnlyMessage(String recipient) throws IOException, InterruptedException {
        String search = "grep -l '^Delivered-To: " + recipient + "' /var/vmail/all/new/* 2>/dev/null";
        awaitOutput(search, "/var/vmail/all/new/");
        List<Path> files = run(search).lines().map(systemd::path).toList();
        assertThat(files).hasSize(1);
        DeliveredMessage message = DeliveredMessage.overSmtp(
                Files.readString(files.getFirst(), StandardCharsets.ISO_8859_1).replace("\n", "\r\n"));
        Files.delete(files.getFirst());
        return message;
    }

    /** Stops what the machine has started, then starts what it starts after a boot. */
    void restartServices() throws IOException, InterruptedException {
        systemd.shell("""
                systemctl stop countersign.socket countersign-postfix.socket countersign postfix nsd
                systemctl start sockets.target multi-user.target
                """);
    }

    @Override
    public void close() throws IOException {
        systemd.close();
    }
}
