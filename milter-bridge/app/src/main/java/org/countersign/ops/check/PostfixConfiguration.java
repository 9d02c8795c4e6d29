package org.countersign.ops.check;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.StringTokenizer;
import org.countersign.service.HostCommand;

/**
 * What the Postfix of this machine says about milters, read with postconf(1).
 *
 * @param queueDirectory the directory that chrooted services of Postfix see as their root
 * @param owner the user that the services of Postfix run as
 * @param chrooted whether an SMTP server of {@code master.cf} runs in the queue directory
 * @param smtpdMilters the milters of all SMTP servers, as they are written
 * @param localMilters {@code non_smtpd_milters}
 */
record PostfixConfiguration(
        Path queueDirectory, String owner, boolean chrooted, List<String> smtpdMilters, List<String> localMilters) {
    private static final List<String> PROGRAMS = List.of("postconf", "/usr/sbin/postconf");
    // The columns of master.cf, see master(5).
    private static final int CHROOT = 4;
    private static final int COMMAND = 7;

    PostfixConfiguration {
        smtpdMilters = List.copyOf(smtpdMilters);
        localMilters = List.copyOf(localMilters);
    }

    /**
     * Reads the configuration.
     *
     * @param directory of main.cf; empty for the one of the system
     * @return empty if Postfix is not installed here
     */
    static Optional<PostfixConfiguration> read(Optional<Path> directory) {
        for (String program : PROGRAMS) {
            List<String> command = new ArrayList<>(List.of(program));
            directory.ifPresent(named -> command.addAll(List.of("-c", named.toString())));
            List<String> values = run(
                            command,
                            "-hx",
                            "queue_directory",
                            "mail_owner",
                            "compatibility_level",
                            "smtpd_milters",
                            "non_smtpd_milters")
                    .lines()
                    .toList();
            if (values.size() == 5) {
                List<String> milters = new ArrayList<>(milters(values.get(3)));
                milters.addAll(overrides(run(command, "-P")));
                return Optional.of(new PostfixConfiguration(
                        Path.of(values.get(0)),
                        values.get(1),
                        isChrooted(run(command, "-M"), values.get(2).equals("0")),
                        milters,
                        milters(values.get(4))));
            }
        }
        return Optional.empty();
    }

    private static String run(List<String> command, String... arguments) {
        List<String> all = new ArrayList<>(command);
        all.addAll(List.of(arguments));
        return HostCommand.run(all.toArray(String[]::new)).orElse("");
    }

    /** The addresses in a list of milters, which may have options: {@code { inet:host:port, connect_timeout=10s }}. */
    static List<String> milters(String value) {
        List<String> milters = new ArrayList<>();
        StringTokenizer words = new StringTokenizer(value, " ,{}\t");
        while (words.hasMoreTokens()) {
            String word = words.nextToken();
            if (word.indexOf(':') > 0 && word.indexOf('=') < 0) {
                milters.add(word);
            }
        }
        return milters;
    }

    /** The lists that master.cf has for single services: {@code smtp/inet/smtpd_milters = inet:127.0.0.1:8891}. */
    private static List<String> overrides(String lines) {
        List<String> milters = new ArrayList<>();
        for (String line : lines.lines().toList()) {
            int equals = line.indexOf(" = ");
            if (equals > 0 && line.substring(0, equals).endsWith("/smtpd_milters")) {
                milters.addAll(milters(line.substring(equals + 3)));
            }
        }
        return milters;
    }

    /**
     * @param byDefault whether a service without an entry in the column is chrooted, as up to Postfix 2
     */
    static boolean isChrooted(String services, boolean byDefault) {
        for (String line : services.lines().toList()) {
            List<String> columns = new ArrayList<>();
            StringTokenizer words = new StringTokenizer(line);
            while (words.hasMoreTokens()) {
                columns.add(words.nextToken());
            }
            if (columns.size() > COMMAND && columns.get(COMMAND).equals("smtpd")) {
                String chroot = columns.get(CHROOT);
                if (chroot.equals("y") || (chroot.equals("-") && byDefault)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** The file that a milter of these lists names for the services of Postfix; empty for a TCP address. */
    Optional<Path> file(String milter) {
        String path = milter.substring(milter.indexOf(':') + 1);
        if (!milter.startsWith("unix:") && !milter.startsWith("local:")) {
            return Optional.empty();
        }
        // Services change to the queue directory, chrooted or not.
        return Optional.of(
                chrooted || !path.startsWith("/")
                        ? queueDirectory.resolve(path.startsWith("/") ? path.substring(1) : path)
                        : Path.of(path));
    }
}
