package org.countersign.dkim;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.countersign.syntax.Octets;
import org.countersign.testing.LineProtocolProcess;
import org.countersign.testing.TestMessage;

/** Debian's dkimpy, an independent implementation, in a process that reads one command for each line. */
final class Dkimpy implements AutoCloseable {
    private static final Path PYTHON = Path.of("/usr/bin/python3");
    private static final String SCRIPT = """
        import base64, dkim, sys
        try:
            import nacl
        except ImportError:
            sys.exit(1)
        print("ready", flush=True)
        plain = lambda word: base64.b64decode(word)
        for line in sys.stdin:
            words = line.rstrip("\\n").split(" ")
            try:
                message = plain(words[1])
                if words[0] == "verify":
                    pairs = (word.split(":") for word in words[3:])
                    zone = {name.encode(): plain(record) for name, record in pairs}
                    find = lambda name, timeout=5: zone.get(name.rstrip(b"."))
                    verifier = dkim.DKIM(message, minkey=1024)
                    answer = str(verifier.verify(idx=int(words[2]), dnsfunc=find))
                else:
                    field = dkim.sign(message, words[2].encode(), words[3].encode(), plain(words[4]),
                        signature_algorithm=words[5].encode(),
                        canonicalize=(words[6].encode(), words[7].encode()))
                    answer = base64.b64encode(field).decode()
            except dkim.ValidationError:
                answer = "False"
            except Exception as error:
                answer = "error " + repr(error)
            print(answer, flush=True)
        """;

    private final LineProtocolProcess process;

    private Dkimpy(LineProtocolProcess process) {
        this.process = process;
    }

    /** Starts the interpreter. */
    static Dkimpy start() throws IOException {
        return new Dkimpy(LineProtocolProcess.start(List.of(PYTHON.toString(), "-c", SCRIPT)));
    }

    /** Whether the interpreter is where Debian puts it. */
    static boolean hasPython() {
        return Files.isExecutable(PYTHON);
    }

    /** Whether the module and its Ed25519 library are installed; to be asked once, first of all. */
    boolean isReady() throws IOException {
        return "ready".equals(process.greeting());
    }

    /** Whether the signature of this index, from the top and from 0, verifies. */
    boolean verifies(TestMessage message, int index, Map<String, String> zone) throws IOException {
        List<String> words = new ArrayList<>(List.of("verify", base64(message.toByteArray()), Integer.toString(index)));
        zone.forEach((name, record) ->
                words.add(name + ":" + base64(Octets.utf8(record).toByteArray())));
        return switch (process.ask(words)) {
            case "True" -> true;
            case "False" -> false;
            default -> throw new IOException("dkimpy cannot tell");
        };
    }

    /** A DKIM-Signature field, as text with folds. */
    String sign(
            TestMessage message, String selector, String domain, String key, String algorithm, String canonicalizations)
            throws IOException {
        int slash = canonicalizations.indexOf('/');
        String answer = process.ask(List.of(
                "sign",
                base64(message.toByteArray()),
                selector,
                domain,
                base64(Octets.latin1(key).toByteArray()),
                algorithm,
                canonicalizations.substring(0, slash),
                canonicalizations.substring(slash + 1)));
        return Octets.wrap(Base64.getDecoder().decode(answer)).latin1().stripTrailing();
    }

    private static String base64(byte[] octets) {
        return Base64.getEncoder().encodeToString(octets);
    }

    @Override
    public void close() throws IOException {
        process.close();
    }
}
