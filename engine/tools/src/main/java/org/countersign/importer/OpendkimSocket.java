package org.countersign.importer;

import java.util.List;
import java.util.Optional;
import org.countersign.service.FileFailure;

/** Reads on which socket OpenDKIM listened: by its configuration, and by the file of init scripts. */
final class OpendkimSocket {
    private static final String DEFAULT_FILE = "/etc/default/opendkim";

    private final OldFiles files;
    private final Findings findings;
    private final PolicyDraft draft;

    OpendkimSocket(OldFiles files, Findings findings, PolicyDraft draft) {
        this.files = files;
        this.findings = findings;
        this.draft = draft;
    }

    /**
     * Reads the socket.
     *
     * @param socket of the configuration file
     */
    void read(Optional<Directive> socket) throws FileFailure {
        readSetting(socket);
        readDefaults(socket);
    }

    /** Reads the socket of the configuration file alone. */
    void readSetting(Optional<Directive> socket) {
        if (socket.isPresent()) {
            Optional<List<String>> ours = ListenSocket.read(socket.get().value());
            if (ours.isEmpty()) {
                findings.add(
                        FindingClass.LOST,
                        socket.get(),
                        "Not a socket that can be kept: set listen, and name it in the mail server.");
            } else {
                draft.setList("listen", ours.get());
                boolean open = ListenSocket.isOpen(ours.get());
                findings.add(
                        open ? FindingClass.DANGER : FindingClass.KEPT,
                        socket.get(),
                        open
                                ? "It listens on every address: each host that reaches the port can have mail signed. It is kept as it was;"
                                        + " write 127.0.0.1 unless the mail server is another machine."
                                : ours.get().getFirst().startsWith("unix:")
                                        ? "The user of the service must be able to make the socket there, and the mail server to"
                                                + " write to it (sockets.group)."
                                        : "The mail server keeps its milter setting.");
            }
        }
    }

    /** The file that init scripts read, which may name another socket. */
    private void readDefaults(Optional<Directive> socket) throws FileFailure {
        if (!files.exists(DEFAULT_FILE)) {
            return;
        }
        for (OldFiles.Line line : files.lines(DEFAULT_FILE)) {
            String text = Words.withoutComment(line.text());
            int equals = text.indexOf('=');
            if (equals < 0 || !text.substring(0, equals).strip().equals("SOCKET")) {
                continue;
            }
            String value = text.substring(equals + 1).strip().replace("\"", "").replace("'", "");
            boolean same =
                    socket.filter(directive -> directive.value().equals(value)).isPresent();
            findings.add(
                    same ? FindingClass.KEPT : FindingClass.CHANGED,
                    line.origin(),
                    "SOCKET " + value,
                    same
                            ? "The same as Socket."
                            : "Another socket than Socket. Which one counts depends on the init system: compare with the setting"
                                    + " of the mail server.");
            if (socket.isEmpty()) {
                ListenSocket.read(value).ifPresent(ours -> draft.setList("listen", ours));
            }
        }
    }
}
