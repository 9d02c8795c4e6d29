package org.countersign.config;

import java.util.Optional;

/** Where the passphrase of an encrypted key is. */
public sealed interface PassphraseSource {
    /** {@code passphrase-file}; a relative name is resolved against the directory of the file that contains it. */
    record File(String name) implements PassphraseSource {}

    /** {@code passphrase-env}: a variable of the program's environment. */
    record Environment(String variable) implements PassphraseSource {}

    /** Reads the two keys, only one of which is allowed. */
    static Optional<PassphraseSource> read(SectionReader section) {
        Optional<String> file =
                section.optional("passphrase-file", ValueType.of("the name of a file", ValueType.TEXT::parse));
        Optional<String> variable =
                section.optional("passphrase-env", ValueType.of("the name of a variable", ValueType.TEXT::parse));
        if (file.isPresent() && variable.isPresent()) {
            section.report("passphrase-env", "is given in addition to passphrase-file", "keep one of the two");
        }
        return file.<PassphraseSource>map(File::new).or(() -> variable.map(Environment::new));
    }
}
