package org.countersign.service;

import com.sun.security.auth.module.UnixSystem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.StringTokenizer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The user and the groups that a process runs as.
 *
 * @param name of the user, or the number where the user has no name
 */
public record ProcessIdentity(int user, Set<Integer> groups, String name) {
    static final int ROOT = 0;

    public ProcessIdentity {
        groups = Set.copyOf(groups);
    }

    /** The identity of this process; empty on systems without users and groups, such as Windows. */
    public static Optional<ProcessIdentity> current() {
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

    /**
     * The identity of a process of this user, as id(1) knows it from all databases of users of this machine.
     *
     * @param name of the user
     * @return empty if there is no such user
     */
    public static Optional<ProcessIdentity> of(String name) {
        if (name.startsWith("-")) {
            return Optional.empty();
        }
        List<Integer> user = numbers(HostCommand.run("id", "-u", name));
        List<Integer> groups = numbers(HostCommand.run("id", "-G", name));
        return user.isEmpty() || groups.isEmpty()
                ? Optional.empty()
                : Optional.of(new ProcessIdentity(user.getFirst(), Set.copyOf(groups), name));
    }

    private static List<Integer> numbers(Optional<String> text) {
        List<Integer> numbers = new ArrayList<>();
        StringTokenizer words = new StringTokenizer(text.orElse(""));
        while (words.hasMoreTokens()) {
            numbers.add(Integer.parseUnsignedInt(words.nextToken()));
        }
        return numbers;
    }

    public boolean isRoot() {
        return user == ROOT;
    }
}
