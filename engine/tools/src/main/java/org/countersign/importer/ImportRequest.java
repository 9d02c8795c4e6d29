package org.countersign.importer;

import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What to import, and how.
 *
 * @param root the directory that stands for {@code /} of the old system; empty for this system
 * @param tables files with the contents of tables that are not in files, by the lower-case names of the directives
 * @param domains a file with the domains that exist, one a line
 * @param hostname the name that stands for HOSTNAME; empty if it is not known
 * @param resolver the addresses of the name of a client; none where names are not looked up
 * @param asMeant whether lines count that never matched but whose meaning is plain
 * @param writesFiles whether the result goes to a directory, so that there can be further files
 */
public record ImportRequest(
        Optional<Path> root,
        Map<String, Path> tables,
        Optional<Path> domains,
        Optional<String> hostname,
        Function<String, List<InetAddress>> resolver,
        boolean asMeant,
        boolean writesFiles) {
    public ImportRequest {
        tables = Map.copyOf(tables);
    }
}
