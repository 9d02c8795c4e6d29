package org.countersign.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.countersign.keys.KeyPairs;
import org.countersign.keys.SignatureAlgorithm;

/**
 * A configuration of another program below a directory, with the keys that {@code keys.txt} lists and the mails of
 * {@code mails.tsv}.
 *
 * @param root the directory that stands for {@code /}
 */
record ImportTree(Path root) {
    private static final String RSA_PEM = KeyPairs.generate(
                    SignatureAlgorithm.RSA_SHA256, 2048, new SecureRandom(), Optional.empty())
            .pem();
    private static final String ED25519_PEM = KeyPairs.generate(
                    SignatureAlgorithm.ED25519_SHA256, 0, new SecureRandom(), Optional.empty())
            .pem();
    // The key of RFC 8463 §A.2, seed and public key.
    private static final String ED25519_SEED = "nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=";
    private static final String ED25519_PUBLIC = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

    /**
     * A mail, and who signs it: {@code d/s}, comma-separated, with {@code i=} where it is not just the domain. Mail that
     * nobody signs has the word "none".
     *
     * @param old what the other program did
     * @param ours what is expected here
     */
    record Mail(
            String from,
            Optional<String> mailFrom,
            String client,
            String clientName,
            String login,
            String daemon,
            String recipient,
            String old,
            String ours,
            String note) {}

    /** Copies a tree, without its expectations, and makes its keys. */
    static ImportTree copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Path copied = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(copied);
                } else {
                    Files.copy(file, copied);
                }
            }
        }
        Path keys = from.resolve("keys.txt");
        if (Files.exists(keys)) {
            for (String line : Files.readAllLines(keys)) {
                List<String> words = Arrays.asList(line.strip().split("\\s+"));
                if (words.size() == 3) {
                    writeKey(to.resolve(words.get(0)), words.get(1), words.get(2));
                }
            }
        }
        return new ImportTree(to);
    }

    private static void writeKey(Path file, String kind, String mode) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(
                file,
                switch (kind) {
                    case "rsa" -> RSA_PEM;
                    case "ed25519" -> ED25519_PEM;
                    case "ed25519-rspamd" -> pair();
                    default -> throw new IOException("no such kind of key: " + kind);
                });
        StringBuilder permissions = new StringBuilder();
        for (int i = 0; i < mode.length(); i++) {
            int bits = mode.charAt(i) - '0';
            permissions
                    .append((bits & 4) == 0 ? '-' : 'r')
                    .append((bits & 2) == 0 ? '-' : 'w')
                    .append((bits & 1) == 0 ? '-' : 'x');
        }
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions.toString()));
    }

    private static String pair() {
        byte[] both = Arrays.copyOf(Base64.getDecoder().decode(ED25519_SEED), 64);
        System.arraycopy(Base64.getDecoder().decode(ED25519_PUBLIC), 0, both, 32, 32);
        return Base64.getEncoder().encodeToString(both);
    }

    /** The mails of the tree; none where it has no such file. */
    List<Mail> mails() {
        Path file = root.resolve("mails.tsv");
        if (!Files.exists(file)) {
            return List.of();
        }
        try {
            List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
            List<String> columns = Arrays.asList(lines.getFirst().split("\t", -1));
            List<Mail> mails = new ArrayList<>();
            for (String line : lines.subList(1, lines.size())) {
                List<String> cells = Arrays.asList(line.split("\t", -1));
                mails.add(new Mail(
                        cell(columns, cells, "from").orElse(""),
                        cell(columns, cells, "mail-from"),
                        cell(columns, cells, "client").orElse(""),
                        cell(columns, cells, "client-name").orElse(""),
                        cell(columns, cells, "login").orElse(""),
                        cell(columns, cells, "daemon").orElse(""),
                        cell(columns, cells, "recipient").orElse(""),
                        cell(columns, cells, "opendkim")
                                .or(() -> cell(columns, cells, "rspamd"))
                                .orElse(""),
                        cell(columns, cells, "countersign").orElse(""),
                        cell(columns, cells, "note").orElse("")));
            }
            return mails;
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static Optional<String> cell(List<String> columns, List<String> cells, String name) {
        int index = columns.indexOf(name);
        return index < 0 || index >= cells.size() ? Optional.empty() : Optional.of(cells.get(index));
    }
}
