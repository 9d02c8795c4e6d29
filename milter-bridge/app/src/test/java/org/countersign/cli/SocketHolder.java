package org.countersign.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.countersign.milter.wire.ListenAddress;

/** A process that holds listening sockets and passes them to services, as a service manager does. Needs Python. */
public final class SocketHolder implements AutoCloseable {
    private static final String PYTHON = "/usr/bin/python3";

    private final Process process;
    private final Path script;
    private final Path control;
    private final List<ListenAddress> addresses;

    private SocketHolder(Process process, Path script, Path control, List<ListenAddress> addresses) {
        this.process = process;
        this.script = script;
        this.control = control;
        this.addresses = List.copyOf(addresses);
    }

    /**
     * Listens on a TCP port and on a UNIX-domain socket.
     *
     * @param directory for the files of the holder
     * @param socket the path of the UNIX-domain socket
     */
    public static SocketHolder start(Path directory, Path socket) throws IOException {
        Path script = directory.resolve("socket-holder.py");
        try (InputStream resource =
                Objects.requireNonNull(SocketHolder.class.getResourceAsStream("socket-holder.py"))) {
            Files.copy(resource, script);
        }
        Path control = directory.resolve("control");
        Process process = new ProcessBuilder(
                        PYTHON, script.toString(), "hold", control.toString(), "inet:0", "unix:" + socket)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
        String port = Arrays.asList(Objects.requireNonNull(out.readLine()).split(" ", -1))
                .getFirst();
        return new SocketHolder(
                process,
                script,
                control,
                List.of(
                        new ListenAddress.Inet("127.0.0.1", Integer.parseInt(port), false),
                        new ListenAddress.Unix(socket)));
    }

    /** The addresses of the sockets, first that of the TCP port. */
    public List<ListenAddress> addresses() {
        return addresses;
    }

    /** The command that passes the sockets to the command after it, which may begin with further words. */
    public String[] prefix(String... further) {
        List<String> command = new ArrayList<>(List.of(PYTHON, script.toString(), "exec", control.toString(), "a:b"));
        command.addAll(List.of(further));
        return command.toArray(String[]::new);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
