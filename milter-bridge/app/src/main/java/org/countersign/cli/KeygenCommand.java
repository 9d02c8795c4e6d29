package org.countersign.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.countersign.domain.DomainName;
import org.countersign.keys.KeyPairs;
import org.countersign.keys.PublicKeyRecords;
import org.countersign.keys.SignatureAlgorithm;
import org.countersign.rotation.KeyFileWriter;
import org.countersign.rotation.NewKeyRequest;
import org.countersign.service.HostFiles;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code countersign keygen}. */
@Command(
        name = "keygen",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Generates a DKIM key: a file with the private key, and the DNS record to publish.",
            "",
            "Publish the record first, and then name the key under signing.keys."
        },
        footer = {
            "",
            "Examples:",
            "  countersign keygen --domain example.org --selector s2026 --out keys",
            "  countersign keygen --domain example.org --selector e2026 --algorithm ed25519 \\",
            "      --out keys",
            "",
            "Writes DOMAIN.SELECTOR.pem and DOMAIN.SELECTOR.zone; never overwrites. The key",
            "has mode 600, or 640 in a directory that only its owner and its group may enter.",
        })
final class KeygenCommand implements Callable<Integer> {
    private final Streams streams;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--domain",
            required = true,
            paramLabel = "D",
            converter = SigningDomain.class,
            description = "The signing domain (d=).")
    private DomainName domain;

    @Option(
            names = "--selector",
            required = true,
            paramLabel = "S",
            converter = SelectorConverter.class,
            description = "The selector (s=); use a new one for each new key.")
    private DomainName selector;

    @Option(
            names = "--algorithm",
            paramLabel = "rsa|ed25519",
            description = "Default: rsa, which all verifiers support.")
    private Algorithm algorithm = Algorithm.RSA;

    @Mixin
    private final KeySizeOption size = new KeySizeOption();

    @Option(
            names = "--out",
            required = true,
            paramLabel = "DIR",
            description = "Directory for the files; created if it does not exist.")
    private Path directory;

    @Option(
            names = "--passphrase-file",
            paramLabel = "FILE",
            description = "Encrypt the private key with the passphrase in this file.")
    private Optional<Path> passphraseFile = Optional.empty();

    /** The supported signature algorithms. */
    enum Algorithm {
        RSA(SignatureAlgorithm.RSA_SHA256),
        ED25519(SignatureAlgorithm.ED25519_SHA256);

        private final SignatureAlgorithm signature;

        Algorithm(SignatureAlgorithm signature) {
            this.signature = signature;
        }
    }

    KeygenCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() throws CommandFailure {
        checkUsage();
        String name = domain + "." + selector;
        Path keyFile = directory.resolve(name + ".pem");
        Path recordFile = directory.resolve(name + ".zone");
        makeDirectory();
        refuseExisting(keyFile);
        refuseExisting(recordFile);
        KeyPairs.Generated pair = KeyPairs.generate(
                algorithm.signature, size.bits(spec), new SecureRandom(), InputFiles.readPassphrase(passphraseFile));
        String record = PublicKeyRecords.zoneLine(
                selector.toString(), domain, pair.key().publicKeyRecord());
        write(keyFile, pair.pem(), "rw-------");
        KeyFileWriter.shareInClosedDirectory(keyFile);
        write(recordFile, record + "\n", "rw-r--r--");
        explain(keyFile, recordFile, record);
        return ExitStatus.OK.code();
    }

    private void checkUsage() {
        if (algorithm == Algorithm.ED25519 && size.isGiven()) {
            throw new ParameterException(spec.commandLine(), "--bits is for RSA keys only; omit it");
        }
        int bits = size.bits(spec);
        if (PublicKeyRecords.name(domain, selector.toString()).isEmpty()) {
            throw new ParameterException(spec.commandLine(), PublicKeyRecords.NAME_TOO_LONG);
        }
        SigningDomain.warning(domain).ifPresent(streams.err()::println);
        if (bits < NewKeyRequest.DEFAULT_BITS) {
            streams.err()
                    .println("countersign: a key of less than " + NewKeyRequest.DEFAULT_BITS + " bits is weak;"
                            + " use it only if the DNS of the domain cannot hold a longer one");
        }
    }

    private void makeDirectory() throws CommandFailure {
        try {
            KeyFileWriter.createDirectory(directory);
        } catch (IOException problem) {
            throw notWritten(directory, problem);
        }
    }

    private static void refuseExisting(Path file) throws CommandFailure {
        if (Files.exists(file)) {
            throw notWritten(file, new FileAlreadyExistsException(file.toString()));
        }
    }

    private static void write(Path file, String text, String mode) throws CommandFailure {
        try {
            KeyFileWriter.write(file, text.getBytes(StandardCharsets.US_ASCII), mode);
        } catch (IOException problem) {
            throw notWritten(file, problem);
        }
    }

    private static CommandFailure notWritten(Path file, IOException problem) {
        return switch (problem) {
            case FileAlreadyExistsException exists ->
                new CommandFailure(
                        ExitStatus.CANNOT_CREATE,
                        file + " exists and is not overwritten: choose another selector or another --out");
            case AccessDeniedException denied ->
                new CommandFailure(
                        ExitStatus.CANNOT_CREATE, file + " cannot be written by this user: choose another --out");
            default -> new CommandFailure(ExitStatus.CANNOT_CREATE, HostFiles.writeProblem(file, problem));
        };
    }

    private void explain(Path keyFile, Path recordFile, String record) {
        streams.out().println("private key: " + keyFile + " (keep it secret)");
        streams.out().println("DNS record:  " + recordFile);
        streams.out().println();
        streams.out().println("Publish this DNS record:");
        streams.out().println("  " + record);
        streams.out().println("When the DNS has the record, add the key to the policy file:");
        streams.out().println("  signing:");
        streams.out().println("    keys:");
        streams.out().println("      - domain: " + domain);
        streams.out().println("        selector: \"" + selector + "\"");
        streams.out().println("        key-file: \"" + keyFile.toAbsolutePath() + "\"");
        passphraseFile.ifPresent(
                secret -> streams.out().println("        passphrase-file: \"" + secret.toAbsolutePath() + "\""));
    }
}
