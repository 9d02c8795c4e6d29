package org.countersign.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.countersign.importer.ImportResult;
import org.countersign.importer.Importer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code countersign import}. */
@Command(
        name = "import",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        synopsisSubcommandLabel = "COMMAND",
        description = {
            "Makes a policy file of the configuration of another program, and reports what became of each line.",
            "",
            "Nothing of the other program is changed."
        },
        footer = {
            "",
            "Examples:",
            "  countersign import opendkim /etc/opendkim.conf \\",
            "      --opendmarc /etc/opendmarc.conf --out /etc/countersign",
            "  countersign import opendmarc /etc/opendmarc.conf",
            "  countersign import rspamd-dkim_signing /etc/rspamd/local.d/dkim_signing.conf",
            "  countersign import policyd-spf /etc/postfix-policyd-spf-python/policyd-spf.conf",
            "",
            "Without --out the policy goes to standard output, and the report to standard",
            "error.",
            "Exit status: 0 nothing is lost, 1 written, but read the report, 64 wrong usage,",
            "66 a file does not exist, 77 a file may not be read, 78 a file is not understood",
            "and nothing was written.",
        })
final class ImportCommand extends CommandGroup {
    private final Streams streams;

    ImportCommand(Streams streams) {
        this.streams = streams;
    }

    @Command(
            name = "opendkim",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = {
                "Imports opendkim.conf, or that of dkimpy-milter, with the tables that it names.",
                "",
                "The report names each line, and whether it was taken over, changed or lost. With --opendmarc both programs become one policy file."
            },
            footer = {
                "",
                "Examples:",
                "  countersign import opendkim /etc/opendkim.conf",
                "  countersign import opendkim /etc/opendkim.conf --opendmarc /etc/opendmarc.conf"
            })
    int opendkim(
            @Parameters(paramLabel = "CONF", description = "The configuration file.") Path file,
            @Option(
                            names = "--opendmarc",
                            paramLabel = "CONF",
                            description = "The configuration of OpenDMARC, which goes into the same policy.")
                    Optional<Path> opendmarc,
            @Mixin ImportOptions options)
            throws CommandFailure {
        return finish(() -> Importer.opendkim(file, opendmarc, options.request()), options);
    }

    @Command(
            name = "opendmarc",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = {
                "Imports opendmarc.conf alone; signing stays where it is.",
                "",
                "The report names each line, and whether it was taken over, changed or lost. Use it if another program goes on to sign."
            },
            footer = {
                "",
                "Examples:",
                "  countersign import opendmarc /etc/opendmarc.conf",
                "  countersign import opendmarc /etc/opendmarc.conf --out /etc/countersign"
            })
    int opendmarc(
            @Parameters(paramLabel = "CONF", description = "The configuration file.") Path file,
            @Mixin ImportOptions options)
            throws CommandFailure {
        return finish(() -> Importer.opendmarc(file, options.request()), options);
    }

    @Command(
            name = "rspamd-dkim_signing",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = {
                "Imports dkim_signing.conf of rspamd, or what rspamadm configdump dkim_signing writes.",
                "",
                "The report names each line, and whether it was taken over, changed or lost. The keys stay where they are."
            },
            footer = {
                "",
                "Examples:",
                "  countersign import rspamd-dkim_signing /etc/rspamd/local.d/dkim_signing.conf",
                "  countersign import rspamd-dkim_signing dump.conf --out /etc/countersign",
                "  countersign import rspamd-dkim_signing /etc/rspamd/local.d/dkim_signing.conf \\",
                "      --arc /etc/rspamd/local.d/arc.conf"
            })
    int rspamd(
            @Parameters(paramLabel = "CONF", description = "The configuration file.") Path file,
            @Option(
                            names = "--override",
                            paramLabel = "CONF",
                            description = "A second file, such as that of override.d, whose options count more.")
                    Optional<Path> overriding,
            @Option(
                            names = "--arc",
                            paramLabel = "CONF",
                            description =
                                    "arc.conf of rspamd: the key that seals inbound mail, and the trusted sealers.")
                    Optional<Path> arc,
            @Option(
                            names = "--arc-override",
                            paramLabel = "CONF",
                            description = "A second file of arc, such as that of override.d, whose options count more.")
                    Optional<Path> arcOverriding,
            @Option(
                            names = "--redis-selectors",
                            paramLabel = "FILE",
                            description = "A dump of the selectors in Redis: domain and selector.")
                    Optional<Path> redisSelectors,
            @Option(
                            names = "--redis-keys",
                            paramLabel = "FILE",
                            description = "A dump of the keys in Redis, or a directory with files SELECTOR.DOMAIN.")
                    Optional<Path> redisKeys,
            @Mixin ImportOptions options)
            throws CommandFailure {
        redisSelectors.ifPresent(dump -> options.add("redis-selectors", dump));
        redisKeys.ifPresent(dump -> options.add("redis-keys", dump));
        List<Path> arcFiles =
                Stream.of(arc, arcOverriding).flatMap(Optional::stream).toList();
        return finish(() -> Importer.rspamd(file, overriding, arcFiles, options.request()), options);
    }

    @Command(
            name = "policyd-spf",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = {
                "Imports policyd-spf.conf, or that of pyspf-milter, and says what becomes of each setting.",
                "",
                "Both refuse mail for SPF alone, which is not taken over. Clients that they leave alone are left alone here too."
            },
            footer = {
                "",
                "Examples:",
                "  countersign import policyd-spf /etc/postfix-policyd-spf-python/policyd-spf.conf",
                "  countersign import policyd-spf /etc/pyspf-milter/pyspf-milter.conf --verbose"
            })
    int policydSpf(
            @Parameters(paramLabel = "CONF", description = "The configuration file.") Path file,
            @Mixin ImportOptions options)
            throws CommandFailure {
        return finish(() -> Importer.policydSpf(file, options.request()), options);
    }

    private int finish(InputFiles.Reading<ImportResult> reading, ImportOptions options) throws CommandFailure {
        ImportResult result = InputFiles.read(reading);
        new ImportOutput(streams, options).write(result);
        return (result.needsAttention() ? ExitStatus.CHECK_FAILED : ExitStatus.OK).code();
    }
}
