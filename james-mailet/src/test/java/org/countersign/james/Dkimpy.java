package org.countersign.james;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** Debian's dkimpy, a verifier independent of the engine. */
final class Dkimpy {
    private static final Path PYTHON = Path.of("/usr/bin/python3");
    private static final String SCRIPT = """
        import dkim, sys
        record = sys.argv[2].encode()
        find = lambda name, timeout=5: record if name.decode().rstrip(".") == sys.argv[1] else None
        verifier = dkim.DKIM(sys.stdin.buffer.read())
        try:
            print("pass" if verifier.verify(dnsfunc=find) else "fail")
        except dkim.DKIMException as trouble:
            print(trouble)
        """;

    private Dkimpy() {}

    /** Skips the test if dkimpy is not installed. */
    static void assumeInstalled() throws Exception {
        Assumptions.assumeTrue(
                Files.isExecutable(PYTHON)
                        && new ProcessBuilder(PYTHON.toString(), "-c", "import dkim")
                                        .redirectErrorStream(true)
                                        .start()
                                        .waitFor()
                                == 0,
                "needs Debian's python3-dkim");
    }

    /** The result for the topmost signature of a message: {@code pass}, {@code fail}, or an error message. */
    static String verify(byte[] message, String keyName, String keyRecord) throws Exception {
        Process process = new ProcessBuilder(List.of(PYTHON.toString(), "-c", SCRIPT, keyName, keyRecord))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (OutputStream in = process.getOutputStream()) {
            in.write(message);
        }
        String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (!process.waitFor(1, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            throw new AssertionError("dkimpy does not end");
        }
        return answer;
    }
}
