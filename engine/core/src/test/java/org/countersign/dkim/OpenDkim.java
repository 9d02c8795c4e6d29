package org.countersign.dkim;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.countersign.syntax.Octets;
import org.countersign.testing.TestMessage;

/**
 * Debian's OpenDKIM in its test mode, one process for any number of messages. It can be pointed at another
 * server for the DNS, but at no port other than 53, so the keys come from a file.
 */
final class OpenDkim {
    private static final Path FILTER = Path.of("/usr/sbin/opendkim");
    private static final Path SIGNER = Path.of("/usr/sbin/opendkim-testmsg");
    private static final String ADDED = "hvalue='";

    private final Path folder;

    /**
     * @param folder where it finds its files
     */
    OpenDkim(Path folder) {
        this.folder = folder;
    }

    static boolean isInstalled() {
        return Files.isExecutable(FILTER);
    }

    /** Whether the tool is there that signs without the filter. */
    static boolean hasTestmsg() {
        return Files.isExecutable(SIGNER);
    }

    /** The Authentication-Results of each message. */
    List<String> verify(List<TestMessage> messages) throws IOException {
        Path keys = folder.resolve("keys");
        Files.write(
                keys,
                Interop.RECORDS.entrySet().stream()
                        .map(record -> record.getKey() + " " + record.getValue())
                        .toList());
        return run(messages, List.of("Mode v", "TestPublicKeys " + keys));
    }

    /** A DKIM-Signature field for each message, as text with folds. */
    List<String> sign(
            List<TestMessage> messages, String selector, String pem, String algorithm, String canonicalizations)
            throws IOException {
        Path key = folder.resolve("key.pem");
        Files.writeString(key, pem);
        List<String> settings = List.of(
                "Mode s",
                "Domain " + Interop.DOMAIN,
                "Selector " + selector,
                "KeyFile " + key,
                "SignatureAlgorithm " + algorithm,
                "Canonicalization " + canonicalizations);
        return run(messages, settings).stream()
                .map(value -> DkimSignature.FIELD + ": " + value)
                .toList();
    }

    private List<String> run(List<TestMessage> messages, List<String> settings) throws IOException {
        Path configuration = folder.resolve("opendkim.conf");
        Files.write(
                configuration,
                Stream.concat(settings.stream(), Stream.of("RequireSafeKeys no", "Syslog no"))
                        .toList());
        List<String> files = new ArrayList<>();
        for (TestMessage message : messages) {
            Path file = folder.resolve("message" + files.size());
            Files.write(file, message.toByteArray());
            files.add(file.toString());
        }
        String log = output(new ProcessBuilder(
                FILTER.toString(), "-x", configuration.toString(), "-vvv", "-t", String.join(",", files)));
        List<String> added = Stream.of(log.split("### INSHEADER: ", -1))
                .skip(1)
                .map(entry -> entry.substring(entry.indexOf(ADDED) + ADDED.length(), entry.indexOf("'\n")))
                .toList();
        if (added.size() != messages.size()) {
            throw new IOException("opendkim: " + log);
        }
        return added;
    }

    /** The message as the tool signs it with its fixed settings. */
    TestMessage signByTestmsg(TestMessage message, String selector, String pem) throws IOException {
        Path key = folder.resolve("key.pem");
        Path unsigned = folder.resolve("unsigned");
        Files.writeString(key, pem);
        Files.write(unsigned, message.toByteArray());
        return TestMessage.parse(output(
                new ProcessBuilder(SIGNER.toString(), "-C", "-d", Interop.DOMAIN, "-k", key.toString(), "-s", selector)
                        .redirectInput(unsigned.toFile())));
    }

    private String output(ProcessBuilder command) throws IOException {
        Process process =
                command.redirectError(folder.resolve("errors").toFile()).start();
        return Octets.wrap(process.getInputStream().readAllBytes()).latin1();
    }
}
