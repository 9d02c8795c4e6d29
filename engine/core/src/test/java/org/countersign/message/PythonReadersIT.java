package org.countersign.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.countersign.syntax.Octets;
import org.countersign.testing.FromFieldArbitraries;
import org.countersign.testing.SimpleFromParsers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The address parsers of Python's standard library find the domain of the author, or none. */
class PythonReadersIT {
    private static final Path PYTHON = Path.of("/usr/bin/python3");
    private static final int FIELDS = 40_000;
    private static final long SEED = 9989;

    private static final String READERS = """
            import base64, sys, warnings
            from email import message_from_bytes, policy
            from email.header import decode_header, make_header
            from email.utils import getaddresses, parseaddr
            warnings.simplefilter('ignore')
            def loose(function, *given):
                try:
                    return function(*given, strict=False)
                except TypeError:
                    return function(*given)
            def domain(address):
                return address.rsplit('@', 1)[1] if '@' in address else ''
            def readings(text):
                yield domain(loose(parseaddr, text)[1])
                for _, address in loose(getaddresses, [text]):
                    yield domain(address)
            for line in open(sys.argv[1]):
                plain, raw = line.rstrip('\\n').split(' ')
                raw = base64.b64decode(raw)
                text = raw.decode('latin-1').replace('\\r\\n', '')
                found = list(readings(text))
                if plain == 'false':
                    try:
                        found += readings(str(make_header(decode_header(text))))
                    except Exception:
                        pass
                try:
                    field = message_from_bytes(b'From: ' + raw + b'\\n\\n', policy=policy.default)['from']
                    found += [address.domain for address in field.addresses]
                except Exception:
                    pass
                print('|'.join(d for d in found if d.isascii() and d.isprintable() and '|' not in d))
            """;

    @Test
    void pythonFindsTheDomainOfTheAuthorOrNone(@TempDir Path folder) throws IOException, InterruptedException {
        assumeTrue(Files.isExecutable(PYTHON), "no python3");
        List<String> fields = new ArrayList<>();
        List<String> domains = new ArrayList<>();
        List<String> lines = new ArrayList<>();
        Random random = new Random(SEED);
        for (int i = 0; i < FIELDS; i++) {
            String field = FromFieldArbitraries.next(random);
            AuthorDomain author = AuthorDomain.parse(Octets.latin1(field));
            if (!(author instanceof AuthorDomain.Ambiguous)) {
                fields.add(field);
                domains.add(
                        author instanceof AuthorDomain.Single single
                                ? single.domain().toString()
                                : "");
                lines.add(author.problemKind().isEmpty() + " "
                        + Base64.getEncoder().encodeToString(field.getBytes(StandardCharsets.ISO_8859_1)));
            }
        }
        List<String> found = python(Files.write(folder.resolve("fields"), lines));

        assertThat(found).hasSameSizeAs(fields);
        for (int i = 0; i < fields.size(); i++) {
            assertThat(SimpleFromParsers.publicOnes(List.of(found.get(i).split("\\|"))))
                    .as("in %s", fields.get(i))
                    .allMatch(domains.get(i)::equals);
        }
    }

    private static List<String> python(Path file) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(PYTHON.toString(), "-c", READERS, file.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            List<String> lines = reader.lines().toList();
            assertThat(process.waitFor()).isZero();
            return lines;
        }
    }
}
