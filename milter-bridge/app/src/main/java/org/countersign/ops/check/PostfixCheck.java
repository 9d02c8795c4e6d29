package org.countersign.ops.check;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.milter.server.SocketPermissions;
import org.countersign.milter.wire.ListenAddress;
import org.countersign.service.FileAccess;
import org.countersign.service.FileAccess.Permission;
import org.countersign.service.ProcessIdentity;
import org.countersign.service.check.Findings;

/** Checks whether the Postfix of this machine reaches the service. */
public final class PostfixCheck {
    private static final int SETGID = 02000;
    private static final String GROUP_ADVICE =
            "use the socket unit countersign-postfix.socket, or set sockets.group and run the service without a unit";

    private final List<ListenAddress> addresses;
    private final SocketPermissions permissions;
    private final Findings findings;

    /**
     * @param addresses where the service listens
     * @param permissions of the UNIX-domain sockets that the service opens
     */
    public PostfixCheck(List<ListenAddress> addresses, SocketPermissions permissions, Findings findings) {
        this.addresses = List.copyOf(addresses);
        this.permissions = permissions;
        this.findings = findings;
    }

    /**
     * Compares the addresses with the configuration of Postfix.
     *
     * @param directory of main.cf; empty for that of the system
     */
    public void run(Optional<Path> directory) {
        Optional<PostfixConfiguration> read = PostfixConfiguration.read(directory);
        if (read.isEmpty()) {
            findings.note("there is no Postfix on this machine (postconf), so its way to the service is not checked");
            return;
        }
        PostfixConfiguration postfix = read.get();
        List<String> lines = new ArrayList<>();
        for (ListenAddress address : addresses) {
            switch (address) {
                case ListenAddress.Inet inet -> lines.add(inet.toString());
                case ListenAddress.Unix(Path path) -> reachable(path, postfix).ifPresent(lines::add);
            }
        }
        boolean named = postfix.smtpdMilters().stream().anyMatch(milter -> leadsHere(milter, postfix));
        if (named) {
            findings.note("Postfix sends its mail here (smtpd_milters)");
            if (postfix.localMilters().stream().noneMatch(milter -> leadsHere(milter, postfix))) {
                findings.note("mail of programs of this machine does not come here: add non_smtpd_milters ="
                        + " $smtpd_milters to main.cf to have it signed");
            }
        } else if (!lines.isEmpty()) {
            findings.warning("main.cf of Postfix does not name this service: add smtpd_milters = " + lines.getFirst()
                    + " and non_smtpd_milters = $smtpd_milters");
        }
    }

    /** Checks the way to a socket. Returns how main.cf names it; empty if Postfix cannot reach it. */
    private Optional<String> reachable(Path path, PostfixConfiguration postfix) {
        Path queue = postfix.queueDirectory();
        boolean inside = path.startsWith(queue);
        if (postfix.chrooted() && !inside) {
            String advice = ": use the socket unit countersign-postfix.socket, or listen on unix:"
                    + queue.resolve("countersign/milter.sock")
                    + ", and write smtpd_milters = unix:countersign/milter.sock; or use a TCP address";
            String chroot = "Postfix's smtpd runs in the chroot directory " + queue + " (master.cf)";
            if (postfix.smtpdMilters().contains("unix:" + path)) {
                findings.error("smtpd_milters = unix:" + path + ": " + chroot + " and looks for the socket "
                        + queue.resolve(path.toString().substring(1)) + advice);
            } else {
                findings.warning(chroot + " and cannot reach unix:" + path + advice);
            }
            return Optional.empty();
        }
        ProcessIdentity.of(postfix.owner()).ifPresent(user -> connectable(path, user));
        return Optional.of("unix:" + (inside ? queue.relativize(path) : path));
    }

    private void connectable(Path path, ProcessIdentity postfix) {
        Path directory = path.toAbsolutePath().getParent();
        if (directory == null || !Files.isDirectory(directory)) {
            return;
        }
        try {
            FileAccess access = FileAccess.of(postfix);
            Optional<String> refusal = access.refusal(directory, Permission.ENTER);
            if (refusal.isEmpty() && Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
                refusal = access.refusal(path, Permission.WRITE);
            }
            if (refusal.isPresent()) {
                findings.error("unix:" + path + ": " + refusal.get() + ", so Postfix cannot connect: " + GROUP_ADVICE
                        + ", and give the directory to the group " + postfix.name());
            } else if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS) && !willBeOpenTo(postfix, directory)) {
                findings.warning("unix:" + path + ": the socket will belong to the group of the service, so Postfix"
                        + " cannot connect: " + GROUP_ADVICE);
            }
        } catch (IOException unreadable) {
            findings.note("unix:" + path + ": the permissions cannot be read: " + unreadable.getMessage());
        }
    }

    /** Whether a user may connect to a socket that the service will open. */
    private boolean willBeOpenTo(ProcessIdentity user, Path directory) throws IOException {
        if (permissions.group().isPresent() || permissions.mode().contains(PosixFilePermission.OTHERS_WRITE)) {
            return true;
        }
        // In such a directory, files get the group of the directory.
        int mode = (Integer) Files.getAttribute(directory, "unix:mode");
        int group = (Integer) Files.getAttribute(directory, "unix:gid");
        return (mode & SETGID) != 0 && user.groups().contains(group);
    }

    private boolean leadsHere(String milter, PostfixConfiguration postfix) {
        Optional<Path> file = postfix.file(milter);
        if (file.isPresent()) {
            return addresses.stream()
                    .anyMatch(address -> address instanceof ListenAddress.Unix(Path path) && path.equals(file.get()));
        }
        return ListenAddress.parse(milter)
                .filter(parsed -> parsed instanceof ListenAddress.Inet inet
                        && addresses.stream()
                                .anyMatch(address ->
                                        address instanceof ListenAddress.Inet own && own.port() == inet.port()))
                .isPresent();
    }
}
