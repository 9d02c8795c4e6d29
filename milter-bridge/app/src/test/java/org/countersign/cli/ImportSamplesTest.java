package org.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The collected samples of other programs' configurations, where they are present. */
class ImportSamplesTest {
    private static final Path SAMPLES = Path.of(
                    Optional.ofNullable(System.getProperty("countersign.root")).orElse("../.."))
            .resolve("../shared/samples/import");

    // Where both columns differ, a mail may be treated as the old program did: that is better than expected.
    private static final Map<String, List<String>> OPTIONS = Map.of(
            "container", List.of("--opendmarc", "etc/opendmarc.conf", "--hostname", "mx.example.org"),
            "shared-key-box", List.of("--opendmarc", "etc/opendmarc.conf"),
            "sql-panel", List.of("--table", "KeyTable=dump/KeyTable", "--table", "SigningTable=dump/SigningTable"),
            "rspamd-redis",
                    List.of("--redis-keys", "dump/DKIM_PRIV_KEYS", "--redis-selectors", "dump/DKIM_SELECTORS.tsv"));

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource(textBlock = """
        debian-single,       opendkim,            etc/opendkim.conf,                          0
        subdomains-single,   opendkim,            etc/opendkim/opendkim.conf,                 0
        trusted-hosts-guide, opendkim,            etc/opendkim.conf,                          0
        shared-key-box,      opendkim,            etc/opendkim.conf,                          0
        container,           opendkim,            etc/opendkim.conf,                          1
        sql-panel,           opendkim,            etc/opendkim.conf,                          1
        relay,               opendkim,            etc/opendkim.conf,                          1
        opendmarc-strict,    opendmarc,           etc/opendmarc.conf,                         1
        rspamd-domains,      rspamd-dkim_signing, etc/rspamd/override.d/dkim_signing.conf,    0
        rspamd-maps,         rspamd-dkim_signing, etc/rspamd/local.d/dkim_signing.conf,       0
        rspamd-template,     rspamd-dkim_signing, etc/rspamd/local.d/dkim_signing.conf,       0
        rspamd-redis,        rspamd-dkim_signing, etc/rspamd/local.d/dkim_signing.conf,       1
        rspamd-wrapped,      rspamd-dkim_signing, etc/rspamd/local.d/dkim_signing.conf,       1
        """)
    void everyMailIsSignedAndEveryLineReportedAsExpected(String sample, String program, String conf, int status)
            throws Exception {
        ImportTree tree = tree(sample);
        Path out = directory.resolve("out");
        CommandRun run = run(tree, program, conf, OPTIONS.getOrDefault(sample, List.of()), out);
        assertThat(run.status()).describedAs(run.out() + run.err()).isEqualTo(status);
        ImportedPolicy policy = ImportedPolicy.load(out.resolve("countersign.yaml"));
        for (ImportTree.Mail mail : tree.mails()) {
            assertThat(policy.signers(mail))
                    .describedAs(mail + "\n" + Files.readString(out.resolve("countersign.yaml")) + run.out())
                    .isIn(ImportedPolicy.sorted(mail.ours()), ImportedPolicy.sorted(mail.old()));
        }
        List<String> report = heads(run.out());
        for (String line : Files.readAllLines(ImportGoldenTest.TREES.resolve("sample-classes.txt"))) {
            List<String> columns = Arrays.asList(line.split(" \\| ", -1));
            if (columns.getFirst().equals(sample)) {
                assertThat(report)
                        .describedAs(line)
                        .anySatisfy(head -> assertThat(head)
                                .startsWith(columns.get(1) + ":")
                                .contains(columns.get(2)));
            }
        }
    }

    /** The heads of the findings of a report, each after its class. */
    private static List<String> heads(String report) {
        List<String> heads = new ArrayList<>();
        String kind = "";
        for (String line : report.lines().toList()) {
            if (line.startsWith("  ") && !line.startsWith("    ")) {
                heads.add(kind + line);
            } else if (line.indexOf(':') > 0 && !line.startsWith(" ")) {
                kind = line.substring(0, line.indexOf(':') + 1);
            }
        }
        return heads;
    }

    private ImportTree tree(String sample) throws IOException {
        Path from = SAMPLES.resolve(sample);
        assumeTrue(Files.isDirectory(from), "there is no directory " + from);
        return ImportTree.copy(from, directory.resolve("tree"));
    }

    private static CommandRun run(ImportTree tree, String program, String conf, List<String> options, Path out) {
        List<String> command = new ArrayList<>(List.of("import", program, conf, "--offline", "--verbose"));
        command.addAll(List.of("--root", tree.root().toString(), "--out", out.toString()));
        command.addAll(options);
        return CommandRun.of(command.toArray(String[]::new));
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
        sql-panel,    opendkim,            etc/opendkim.conf,                    psql -At panel -c
        rspamd-redis, rspamd-dkim_signing, etc/rspamd/local.d/dkim_signing.conf, redis-cli --raw HGETALL DKIM_SELECTORS
        amavis-panel, opendkim,            etc/amavis/conf.d/50-user,            amavisd
        """)
    void whatOnlyTheOldProgramCanReadIsRefusedWithTheWayOut(String sample, String program, String conf, String advice)
            throws Exception {
        CommandRun run = run(tree(sample), program, conf, List.of(), directory.resolve("out"));
        assertThat(run.status()).isEqualTo(78);
        assertThat(run.err()).contains(advice).doesNotContain("s3cret");
        assertThat(directory.resolve("out")).doesNotExist();
    }
}
