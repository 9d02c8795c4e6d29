package org.countersign.postfix;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Verifies DKIM signatures with dkimpy, which shares no code with the engine. */
public final class IndependentVerifier {
    private IndependentVerifier() {}

    /** Skips the test where Debian's python3-dkim and python3-nacl are not installed. */
    public static void assumeInstalled() throws IOException {
        MtaTools.assumePythonModules("dkim", "nacl");
    }

    /**
     * Whether the message is signed and every signature of it verifies.
     *
     * @param message with CRLF line ends
     * @param zone the text of the TXT record of each name
     * @param clock the time of the verification
     */
    public static boolean verifies(byte[] message, Map<String, String> zone, Instant clock) throws IOException {
        List<String> results = verify(message, zone, clock);
        return !results.isEmpty() && results.stream().allMatch("pass"::equals);
    }

    /** For each signature from the top: {@code pass}, {@code fail}, or dkimpy's words for another problem. */
    public static List<String> verify(byte[] message, Map<String, String> zone, Instant clock) throws IOException {
        List<String> command =
                new ArrayList<>(List.of("/usr/bin/python3", "-c", script(), String.valueOf(clock.getEpochSecond())));
        zone.forEach((name, text) -> command.addAll(List.of(name, text)));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (OutputStream in = process.getOutputStream()) {
            in.write(message);
        }
        String results = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!MtaTools.ended(process) || process.exitValue() != 0) {
            throw new IOException("the verifier failed after: " + results);
        }
        return results.lines().toList();
    }

    private static String script() throws IOException {
        try (InputStream script = IndependentVerifier.class.getResourceAsStream("verify_dkim.py")) {
            return new String(Objects.requireNonNull(script).readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
