package org.countersign.cli;

import org.countersign.domain.DomainName;
import picocli.CommandLine.Parameters;

/** The parameters of commands for one key: its domain and its selector. */
final class KeyName {
    @Parameters(index = "0", paramLabel = "DOMAIN", description = "The signing domain.")
    private DomainName domain;

    @Parameters(
            index = "1",
            paramLabel = "SELECTOR",
            converter = SelectorConverter.class,
            description = "The selector.")
    private DomainName selector;

    DomainName domain() {
        return domain;
    }

    String selector() {
        return selector.toString();
    }
}
