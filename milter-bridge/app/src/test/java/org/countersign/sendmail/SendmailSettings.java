package org.countersign.sendmail;

import java.util.ArrayList;
import java.util.List;
import org.countersign.milter.wire.ListenAddress;

/**
 * The configuration of a {@link SendmailInstance}.
 *
 * @param host the name of its machine
 * @param daemonName the name of its daemon, {@code {daemon_name}} for filters
 * @param daemon further lines of sendmail.mc, for m4
 */
record SendmailSettings(String host, String daemonName, List<String> daemon) {

    /** The directory of {@code SendmailInstance.runDirectory()} as Sendmail sees it. */
    static final String RUN = "/run/countersign";

    SendmailSettings {
        daemon = List.copyOf(daemon);
    }

    /** Sendmail without milters. */
    static SendmailSettings of(String host) {
        return new SendmailSettings(host, "MTA", List.of());
    }

    /** With this filter for all mail that the daemon takes. */
    SendmailSettings withFilter(ListenAddress address) {
        return withDaemonLine(filter(address));
    }

    /** With a line, or several, in sendmail.mc. */
    SendmailSettings withDaemonLine(String line) {
        List<String> more = new ArrayList<>(daemon);
        more.add(line);
        return new SendmailSettings(host, daemonName, more);
    }

    /** With another name of the daemon. */
    SendmailSettings withDaemonName(String name) {
        return new SendmailSettings(host, name, daemon);
    }

    private static String filter(ListenAddress address) {
        String socket = switch (address) {
            case ListenAddress.Inet inet -> "inet:" + inet.port() + "@" + inet.host();
            case ListenAddress.Unix unix -> "unix:" + RUN + "/" + unix.path().getFileName();
        };
        return "INPUT_MAIL_FILTER(`countersign', `S=" + socket + ", F=T, T=C:30s;S:30s;R:60s;E:5m')dnl";
    }

    /** The file from which m4 makes the configuration of the daemon. */
    String sendmailMc(int port, int nextHop) {
        return """
                include(`/usr/share/sendmail/cf/m4/cf.m4')dnl
                OSTYPE(`debian')dnl
                %s
                define(`confPID_FILE', `/run/sendmail/sendmail.pid')dnl
                define(`confHOST_STATUS_DIRECTORY', `')dnl
                define(`confMILTER_LOG_LEVEL', `14')dnl
                define(`ALIAS_FILE', `')dnl
                define(`SMART_HOST', `relay:[127.0.0.1]')dnl
                define(`RELAY_MAILER_ARGS', `TCP $h %d')dnl
                define(`ESMTP_MAILER_ARGS', `TCP $h %d')dnl
                TRUST_AUTH_MECH(`PLAIN')dnl
                define(`confAUTH_MECHANISMS', `PLAIN')dnl
                FEATURE(`no_default_msa')dnl
                FEATURE(`accept_unresolvable_domains')dnl
                RELAY_DOMAIN(`receiver.example')dnl
                DAEMON_OPTIONS(`Port=%d, Addr=127.0.0.1, Name=%s')dnl
                %s
                MAILER(`smtp')dnl
                """.formatted(common(), nextHop, nextHop, port, daemonName, String.join("\n", daemon));
    }

    /** The file from which m4 makes the configuration of the submission program, sendmail(1). */
    String submitMc(int port) {
        return """
                include(`/usr/share/sendmail/cf/m4/cf.m4')dnl
                OSTYPE(`debian')dnl
                %s
                define(`confPID_FILE', `/run/sendmail/submit.pid')dnl
                define(`confHOST_STATUS_DIRECTORY', `')dnl
                define(`MSP_QUEUE_DIR', `/var/spool/mqueue-client')dnl
                define(`RELAY_MAILER_ARGS', `TCP $h %d')dnl
                FEATURE(`msp', `[127.0.0.1]', `%d')dnl
                """.formatted(common(), port, port);
    }

    private String common() {
        return """
                define(`confDOMAIN_NAME', `%s')dnl
                define(`confSERVICE_SWITCH_FILE', `/etc/mail/service.switch-nodns')dnl
                define(`confTO_IDENT', `0')dnl
                define(`confDONT_PROBE_INTERFACES', `True')dnl""".formatted(host);
    }
}
