package org.countersign.ops.check;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.countersign.milter.server.AddressAvailability;
import org.countersign.milter.server.SocketPermissions;
import org.countersign.milter.wire.ListenAddress;
import org.countersign.ops.check.SystemdSockets.UnitSocket;
import org.countersign.service.FileAccess;
import org.countersign.service.HostCommand;
import org.countersign.service.PolicyInspection;
import org.countersign.service.ProcessIdentity;
import org.countersign.service.check.Findings;

/** Checks whether the service could listen on its addresses. */
public final class ListenCheck {
    private static final Path PROC = Path.of("/proc");
    private static final int FIRST_PORT_OF_USERS = 1024;
    private static final String PROGRAM = "countersign";
    private static final String INSTEAD_OF_PORT =
            "; or let Postfix use the UNIX socket: systemctl enable countersign-postfix.socket, systemctl disable"
                    + " countersign.socket, systemctl restart countersign";

    private final PolicyInspection policy;
    private final Optional<ProcessIdentity> user;
    private final Findings findings;

    /**
     * @param policy locates settings in messages
     * @param user the user of the service; empty on systems without users
     */
    public ListenCheck(PolicyInspection policy, Optional<ProcessIdentity> user, Findings findings) {
        this.policy = policy;
        this.user = user;
        this.findings = findings;
    }

    /**
     * Checks the addresses that the service opens itself.
     *
     * @param key the setting that has the addresses
     */
    public void own(String key, List<ListenAddress> addresses) {
        for (ListenAddress address : addresses) {
            switch (AddressAvailability.of(address)) {
                case AddressAvailability.Free free -> permission(key, address);
                case AddressAvailability.InUse use -> inUse(key, address, use);
                case AddressAvailability.Unusable(String problem) -> unusable(key, address, problem);
            }
        }
    }

    /** Notes the addresses whose sockets systemd passes to the service. */
    public void passed(List<ListenAddress> addresses) {
        addresses.forEach(
                address -> findings.note("systemd passes the socket " + address + " to the service when it starts"));
    }

    /** Reports a socket unit that systemd could not start, with the program that has the address if there is one. */
    public void notPassed(UnitSocket socket) {
        findings.error(notPassed(socket, AddressAvailability.of(socket.address())));
    }

    static String notPassed(UnitSocket socket, AddressAvailability now) {
        return socket.unit() + ": "
                + switch (now) {
                    case AddressAvailability.Free free ->
                        "systemd could not listen on " + socket.address()
                                + ", which is free now: systemctl restart countersign";
                    case AddressAvailability.InUse use -> use.problem() + INSTEAD_OF_PORT;
                    case AddressAvailability.Unusable(String problem) -> problem + INSTEAD_OF_PORT;
                };
    }

    /** Checks whether the user of the service may give its sockets to their group. */
    public void group(SocketPermissions permissions) {
        if (permissions.group().isEmpty() || user.isEmpty() || user.get().isRoot()) {
            return;
        }
        String name = permissions.group().get().getName();
        Optional<Integer> number = groupNumber(name);
        if (number.isPresent() && !user.get().groups().contains(number.get())) {
            findings.error(policy.locate("sockets.group") + ": the user "
                    + user.get().name() + " is not in the group " + name
                    + ": under systemd, let a socket unit make the socket (SocketGroup=" + name
                    + "); otherwise usermod -a -G " + name + " " + user.get().name());
        }
    }

    private static Optional<Integer> groupNumber(String name) {
        // name:password:number:members
        return HostCommand.run("getent", "group", name)
                .map(line -> List.of(line.strip().split(":", -1)))
                .filter(fields -> fields.size() > 2)
                .map(fields -> Integer.parseUnsignedInt(fields.get(2)));
    }

    /** This process may be root's, who may use each port and each directory. */
    private void permission(String key, ListenAddress address) {
        if (user.isEmpty()) {
            return;
        }
        switch (address) {
            case ListenAddress.Inet inet -> {
                if (!user.get().isRoot() && inet.port() > 0 && inet.port() < FIRST_PORT_OF_USERS) {
                    findings.error(policy.locate(key) + ": cannot listen on " + address + ": the user "
                            + user.get().name() + " may not use ports below " + FIRST_PORT_OF_USERS
                            + ": choose a higher one");
                }
            }
            case ListenAddress.Unix(Path path) -> directory(key, address, path);
        }
    }

    private void directory(String key, ListenAddress address, Path path) {
        ProcessIdentity identity = user.orElseThrow();
        try {
            Path directory = path.toAbsolutePath().getParent();
            if (directory != null) {
                FileAccess.of(identity)
                        .creationRefusal(directory)
                        .ifPresent(refusal -> findings.error(policy.locate(key) + ": cannot listen on " + address + ": "
                                + refusal
                                + ": for Postfix, enable the socket unit countersign-postfix.socket and leave out"
                                + " this address; otherwise make this user the owner of the directory"));
            }
        } catch (IOException unreadable) {
            findings.warning(policy.locate(key) + ": the permissions of " + path + " cannot be read: "
                    + unreadable.getMessage());
        }
    }

    private void inUse(String key, ListenAddress address, AddressAvailability.InUse use) {
        if (use.processId().isEmpty()) {
            findings.warning(policy.locate(key) + ": another process listens on " + address
                    + ": if it is not the running countersign, choose another address (as root, this command tells)");
        } else if (use.program().equals("systemd")) {
            findings.note("systemd holds " + address + " for a unit (systemctl list-sockets shows which)");
        } else if (isThisProgram(use.processId().get())) {
            findings.note("the running countersign (process " + use.processId().get() + ") listens on " + address);
        } else {
            findings.error(policy.locate(key) + ": " + use.problem());
        }
    }

    private static boolean isThisProgram(long process) {
        try {
            return Files.readString(PROC.resolve(Long.toString(process)).resolve("cmdline"))
                    .contains(PROGRAM);
        } catch (IOException hidden) {
            return false;
        }
    }

    private void unusable(String key, ListenAddress address, String problem) {
        if (address instanceof ListenAddress.Unix(Path path)
                && Optional.ofNullable(path.getParent())
                        .filter(UnitDirectories::areMissing)
                        .isPresent()) {
            findings.note("systemd makes the directory of " + address + " when it starts the service");
        } else {
            findings.error(policy.locate(key) + ": " + problem);
        }
    }
}
