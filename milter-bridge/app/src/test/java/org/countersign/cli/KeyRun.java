package org.countersign.cli;

import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.countersign.rotation.FakeAuthority;

/** Runs commands of {@code key}, and reads the record that a new key has. */
final class KeyRun {
    private static final String NAME = "New key ";
    private static final String VALUE = "value  ";

    private KeyRun() {}

    /**
     * Runs a command with the policy file {@code mx.yaml}.
     *
     * @param servers which are asked for records
     * @param words the command without {@code key}
     */
    static CommandRun of(Path folder, Instant now, List<FakeAuthority> servers, String... words) {
        List<String> line = new ArrayList<>(List.of("key"));
        line.addAll(List.of(words));
        line.addAll(List.of("--config", folder.resolve("mx.yaml").toString()));
        servers.forEach(server -> line.addAll(List.of("--servers", server.named())));
        return CommandRun.at(InstantSource.fixed(now), line.toArray(String[]::new));
    }

    /** The name of the record that {@code key new} shows. */
    static String recordName(CommandRun made) {
        return made.out()
                .lines()
                .filter(line -> line.startsWith(NAME))
                .map(line -> line.split(" ", -1)[2])
                .findFirst()
                .orElseThrow();
    }

    /** The text of the record that a command shows. */
    static String recordText(CommandRun run) {
        return run.out()
                .lines()
                .map(String::strip)
                .filter(line -> line.startsWith(VALUE))
                .map(line -> line.substring(VALUE.length()))
                .findFirst()
                .orElseThrow();
    }
}
