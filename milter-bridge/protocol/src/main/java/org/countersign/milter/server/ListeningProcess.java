package org.countersign.milter.server;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.StringTokenizer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.countersign.syntax.Ascii;
import org.countersign.syntax.Escapes;

/**
 * The process that listens on an address, as far as Linux shows it to this user: the file descriptors of processes of
 * other users are visible to root alone.
 *
 * @param name of the program
 * @param id of the process
 * @param unit the service of systemd that the process belongs to, such as {@code postfix.service}; empty if it is none, or
 *     that of this process too
 * @param passed whether systemd holds the socket as well, for a socket unit
 */
record ListeningProcess(String name, String id, Optional<String> unit, boolean passed) {
    // The tables are below "self", because a service may see no more than the processes (ProcSubset=pid of systemd).
    private static final Path PROC = Path.of("/proc");
    private static final int MAX_NAME = 40;
    private static final int MAX_UNIT = 80;
    private static final String SYSTEMD = "systemd";
    private static final String SERVICE = ".service";
    private static final int HEXADECIMAL = 16;
    // The columns of /proc/net/tcp.
    private static final int TCP_LOCAL = 1;
    private static final int TCP_STATE = 3;
    private static final int TCP_INODE = 9;
    private static final String TCP_LISTEN = "0A";
    // The columns of /proc/net/unix.
    private static final int UNIX_FLAGS = 3;
    private static final int UNIX_INODE = 6;
    private static final int UNIX_PATH = 7;
    private static final String UNIX_LISTENS = "00010000";

    /** The process that listens on a TCP port of any address of this machine. */
    static Optional<ListeningProcess> onPort(int port) {
        Predicate<List<String>> listens = columns -> columns.size() > TCP_INODE
                && columns.get(TCP_STATE).equals(TCP_LISTEN)
                && port(columns.get(TCP_LOCAL)) == port;
        List<String> inodes = new ArrayList<>(inodes("self/net/tcp", listens, TCP_INODE));
        inodes.addAll(inodes("self/net/tcp6", listens, TCP_INODE));
        return withSocket(inodes);
    }

    /** The process that listens on a UNIX-domain socket. */
    static Optional<ListeningProcess> onSocket(Path path) {
        return withSocket(inodes(
                "self/net/unix",
                columns -> columns.size() > UNIX_PATH
                        && columns.get(UNIX_FLAGS).equals(UNIX_LISTENS)
                        && columns.get(UNIX_PATH).equals(path.toString()),
                UNIX_INODE));
    }

    /**
     * Says that the process uses an address, and what to do.
     *
     * @param what the address in words
     * @param other what to choose instead
     */
    String inUse(String what, String other) {
        if (name.equals(SYSTEMD)) {
            return "systemd holds " + what
                    + " for a unit (systemctl list-sockets shows which): start the service by this"
                    + " unit (systemctl start), or choose " + other;
        }
        return unit.map(service -> "the service " + service + " (process " + id + ", " + name + ") uses " + what
                        + ": systemctl status " + service + " shows it; stop it"
                        + (passed ? " and its socket unit" : "") + ", or choose " + other)
                .orElseGet(
                        () -> "the process " + id + " (" + name + ") uses " + what + ": stop it, or choose " + other);
    }

    private static int port(String address) {
        try {
            return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1), HEXADECIMAL);
        } catch (NumberFormatException malformed) {
            return -1;
        }
    }

    private static List<String> inodes(String table, Predicate<List<String>> condition, int column) {
        try (Stream<String> lines = Files.lines(PROC.resolve(table))) {
            return lines.map(ListeningProcess::columns)
                    .filter(condition)
                    .map(columns -> columns.get(column))
                    .toList();
        } catch (IOException | RuntimeException unreadable) {
            return List.of();
        }
    }

    private static List<String> columns(String line) {
        List<String> columns = new ArrayList<>();
        StringTokenizer words = new StringTokenizer(line);
        while (words.hasMoreTokens()) {
            columns.add(words.nextToken());
        }
        return columns;
    }

    /** A process with one of the sockets; systemd only if no other one has it. */
    private static Optional<ListeningProcess> withSocket(List<String> inodes) {
        if (inodes.isEmpty()) {
            return Optional.empty();
        }
        List<String> links =
                inodes.stream().map(inode -> "socket:[" + inode + "]").toList();
        Optional<ListeningProcess> systemd = Optional.empty();
        Optional<ListeningProcess> other = Optional.empty();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC)) {
            for (Path process : processes) {
                String id = String.valueOf(process.getFileName());
                if (id.chars().allMatch(Ascii::isDigit) && hasOpen(process, links)) {
                    String name = Escapes.printable(
                            Files.readString(process.resolve("comm")).strip(), MAX_NAME);
                    ListeningProcess found = new ListeningProcess(name, id, otherUnit(process), false);
                    if (name.equals(SYSTEMD)) {
                        systemd = Optional.of(found);
                    } else if (other.isEmpty()) {
                        other = Optional.of(found);
                    }
                }
            }
        } catch (IOException | RuntimeException unreadable) {
            // The table without the process is no help.
        }
        Optional<ListeningProcess> holder = systemd;
        boolean passed = holder.isPresent();
        return other.map(process -> new ListeningProcess(process.name, process.id, process.unit, passed))
                .or(() -> holder);
    }

    private static boolean hasOpen(Path process, List<String> links) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path file : files) {
                if (links.contains(Files.readSymbolicLink(file).toString())) {
                    return true;
                }
            }
        } catch (IOException | RuntimeException hidden) {
            // The process has ended, or belongs to another user.
        }
        return false;
    }

    private static Optional<String> otherUnit(Path process) {
        Optional<String> unit = unit(process);
        return unit.equals(unit(PROC.resolve("self"))) ? Optional.empty() : unit;
    }

    private static Optional<String> unit(Path process) {
        try {
            return unitOf(Files.readString(process.resolve("cgroup")));
        } catch (IOException | RuntimeException hidden) {
            return Optional.empty();
        }
    }

    /**
     * The innermost service in the control groups of a process.
     *
     * @param groups lines such as {@code 0::/system.slice/postfix.service}, see cgroups(7)
     */
    static Optional<String> unitOf(String groups) {
        return groups.lines()
                .map(line -> line.substring(line.lastIndexOf(':') + 1))
                .flatMap(path -> List.of(path.split("/", -1)).reversed().stream())
                .filter(name -> name.endsWith(SERVICE))
                .map(name -> Escapes.printable(name, MAX_UNIT))
                .findFirst();
    }
}
