package org.countersign.service;

import com.sun.security.auth.module.UnixSystem;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The user and the groups that this process runs as.
 *
 * @param name of the user, or the number where the user has no name
 */
record ProcessIdentity(int user, Set<Integer> groups, String name) {
    static final int ROOT = 0;

    ProcessIdentity {
        groups = Set.copyOf(groups);
    }

    /** The identity of this process; empty on systems without users and groups, such as Windows. */
    static Optional<ProcessIdentity> current() {
        try {
            UnixSystem system = new UnixSystem();
            Optional<String> name = Optional.ofNullable(system.getUsername());
            return Optional.of(new ProcessIdentity(
                    (int) system.getUid(),
                    IntStream.concat(
                                    IntStream.of((int) system.getGid()),
                                    Arrays.stream(system.getGroups()).mapToInt(group -> (int) group))
                            .boxed()
                            .collect(Collectors.toSet()),
                    name.orElse(Long.toString(system.getUid()))));
        } catch (LinkageError notUnix) {
            return Optional.empty();
        }
    }

    boolean isRoot() {
        return user == ROOT;
    }
}
