package org.countersign.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.countersign.dkim.DkimSigner;
import org.countersign.domain.DomainName;
import org.countersign.keys.PublicKeyRecords;
import org.countersign.keys.SigningKey;
import org.countersign.message.AuthorDomain;
import org.countersign.message.AuthorProblem;
import org.countersign.message.MessageReader;
import org.countersign.service.RsaSelection;
import org.countersign.signature.SigningDefaults;
import org.countersign.signature.SigningIdentity;
import org.countersign.smtp.HeaderField;
import org.countersign.syntax.Octets;
import org.countersign.syntax.Parsed;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code countersign sign}. */
@Command(
        name = "sign",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Signs a message with DKIM and writes it to standard output.",
            "",
            "It is for tests of a key: the service signs by itself. Nothing else in the message is changed."
        },
        footer = {
            "",
            "Examples:",
            "  countersign sign mail.eml --domain example.org --selector s2026 \\",
            "      --key keys/example.org.s2026.pem > signed.eml",
            "  countersign sign draft.eml --domain example.org --selector e2026 \\",
            "      --key keys/example.org.e2026.pem | countersign check -",
        })
final class SignCommand implements Callable<Integer> {
    private final Streams streams;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "The message; - is standard input.")
    private String file;

    @Option(names = "--domain", required = true, paramLabel = "D", description = "The signing domain (d=).")
    private DomainName domain;

    @Option(
            names = "--selector",
            required = true,
            paramLabel = "S",
            converter = SelectorConverter.class,
            description = "The selector of the key (s=).")
    private DomainName selector;

    @Option(names = "--key", required = true, paramLabel = "PEM", description = "File with the private key.")
    private Path keyFile;

    @Option(
            names = "--passphrase-file",
            paramLabel = "FILE",
            description = "File with the passphrase of an encrypted key.")
    private Optional<Path> passphraseFile = Optional.empty();

    SignCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() throws CommandFailure {
        if (PublicKeyRecords.name(domain, selector.toString()).isEmpty()) {
            throw new ParameterException(spec.commandLine(), PublicKeyRecords.NAME_TOO_LONG);
        }
        SigningIdentity identity = new SigningIdentity(domain, selector.toString(), key());
        try (MessageFile message = MessageFile.open(file, streams)) {
            SignatureSink signature = new SignatureSink(
                    new DkimSigner(SigningDefaults.DEFAULT, InstantSource.system()), List.of(identity));
            MessageReader.Extent extent = message.pour(signature);
            Optional<String> refusal = signature.refusal();
            if (refusal.isPresent()) {
                throw new CommandFailure(
                        ExitStatus.BAD_DATA, message.named() + " is not signed: its header section " + refusal.get());
            }
            requireAuthor(message.named(), signature.author());
            write(message, extent, signature.finish());
        }
        return ExitStatus.OK.code();
    }

    /** Refuses a message without exactly one Author Domain, which {@code serve} leaves unsigned too. */
    private void requireAuthor(String file, AuthorDomain author) throws CommandFailure {
        if (author.problemKind().equals(Optional.of(AuthorProblem.NO_FROM_FIELD))) {
            // RFC 6376 §5.4: the From field must be signed.
            throw new CommandFailure(ExitStatus.BAD_DATA, file + " has no From field: is it a message?");
        }
        if (!(author instanceof AuthorDomain.Single)) {
            throw new CommandFailure(ExitStatus.BAD_DATA, file + " is not signed: " + author.explain());
        }
    }

    private SigningKey key() throws CommandFailure {
        return switch (SigningKey.parse(
                InputFiles.readPrivateKey(keyFile),
                InputFiles.readPassphrase(passphraseFile),
                RsaSelection.bySystemProperty())) {
            case Parsed.Value<SigningKey, String>(SigningKey key) -> key;
            case Parsed.Malformed<SigningKey, String>(String reason) ->
                throw new CommandFailure(ExitStatus.BAD_DATA, keyFile + ": " + reason);
        };
    }

    /**
     * Writes the message with its own line ends and the signature as its first field. Adds the empty line after the
     * header section if the message lacks it, because the signed body begins after that line.
     */
    private void write(MessageFile message, MessageReader.Extent extent, List<HeaderField> signatures)
            throws CommandFailure {
        try (InputStream in = message.stream()) {
            streams.out().write(in.readNBytes(message.mboxLine()));
            byte[] header = in.readNBytes((int) extent.headerEnd() - message.mboxLine());
            int lineEnd = Octets.wrap(header).indexOf('\n', 0);
            String end = lineEnd > 0 && header[lineEnd - 1] == '\r' ? "\r\n" : "\n";
            for (HeaderField field : signatures) {
                String text = field.raw().latin1() + "\r\n";
                streams.out().write(text.replace("\r\n", end).getBytes(StandardCharsets.ISO_8859_1));
            }
            streams.out().write(header);
            if (!extent.separated() && extent.octets() > extent.headerEnd()) {
                streams.out().write(end.getBytes(StandardCharsets.ISO_8859_1));
            }
            in.transferTo(streams.out());
        } catch (IOException problem) {
            throw CommandFailure.ofStandardOutput(problem);
        }
        if (streams.out().checkError()) {
            throw new CommandFailure(ExitStatus.IO, "standard output cannot be written");
        }
    }
}
