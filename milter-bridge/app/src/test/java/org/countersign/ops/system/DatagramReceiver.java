package org.countersign.ops.system;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.countersign.postfix.MtaTools;

/**
 * A UNIX socket that receives datagrams, in a process of Python, because Java has none. It takes a datagram out of the
 * queue of the socket only when the test asks for it.
 */
public final class DatagramReceiver implements AutoCloseable {
    private static final String PROGRAM = """
            import base64, os, socket, sys
            name = sys.argv[1]
            s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            s.bind('\\0' + name[1:] if name.startswith('@') else name)
            print('ready', flush=True)
            while sys.stdin.readline():
                print(base64.b64encode(s.recv(1 << 20)).decode(), flush=True)
            """;

    private final Process process;
    private final BufferedWriter requests;
    private final BufferedReader answers;

    private DatagramReceiver(Process process) {
        this.process = process;
        this.requests = process.outputWriter(StandardCharsets.US_ASCII);
        this.answers = process.inputReader(StandardCharsets.US_ASCII);
    }

    /**
     * Binds a socket; skips the test without Python.
     *
     * @param address a path, or {@code @} and an abstract name
     */
    public static DatagramReceiver at(String address) throws IOException {
        MtaTools.assumePythonModules("socket");
        DatagramReceiver receiver = new DatagramReceiver(new ProcessBuilder("/usr/bin/python3", "-c", PROGRAM, address)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
        String line = receiver.answers.readLine();
        if (line == null) {
            throw new IOException("no socket at " + address);
        }
        return receiver;
    }

    /** Waits for the next datagram. */
    public byte[] next() throws IOException {
        requests.write("next\n");
        requests.flush();
        String line = answers.readLine();
        if (line == null) {
            throw new IOException("the receiver has ended");
        }
        return Base64.getDecoder().decode(line);
    }

    /** Waits for the next datagram, which is text in UTF-8. */
    public String nextText() throws IOException {
        return new String(next(), StandardCharsets.UTF_8);
    }

    /** Ends the process. The file of the socket stays, as after the end of a system service. */
    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }
}
