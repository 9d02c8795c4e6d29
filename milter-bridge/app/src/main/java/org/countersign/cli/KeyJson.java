package org.countersign.cli;

import org.countersign.explain.Explanation.Group;
import org.countersign.rotation.KeyRotation.KeyStatus;
import org.countersign.rotation.KeyRotation.Result;
import org.countersign.rotation.RotatedKey;
import org.countersign.rotation.Sighting.ServerView;

/** The states of keys as one JSON object, whose members {@code docs/keys.md} describes. */
final class KeyJson {
    private static final int SCHEMA = 1;

    private KeyJson() {}

    static Group of(Result result) {
        return new Group()
                .count("schema", SCHEMA)
                .list("keys", result.keys(), KeyJson::key)
                .list(
                        "tasks",
                        result.tasks(),
                        task -> new Group()
                                .text("domain", task.domain())
                                .text("selector", task.selector())
                                .texts("lines", task.lines()))
                .texts("unanswered", result.unanswered());
    }

    private static Group key(KeyStatus status) {
        RotatedKey key = status.key();
        Group group = new Group()
                .text("domain", key.domain())
                .text("selector", key.selector())
                .text("name", key.name());
        key.target().ifPresent(target -> group.text("alias-of", target));
        group.text("algorithm", key.algorithm().tag())
                .count("bits", key.bits())
                .text("key-file", key.keyFile())
                .text("record", key.publicRecord())
                .text("state", key.stateWord())
                .text("since", key.brokenSince().orElse(key.since()))
                .count("wait-seconds", key.pending().left().toSeconds())
                .flag("activates-when-ready", key.activatesWhenReady());
        if (!status.validity().isEmpty()) {
            group.text("signs", status.validity());
        }
        return group.list("servers", status.seen().servers(), KeyJson::server)
                .list(
                        "history",
                        key.history(),
                        change -> new Group()
                                .text("time", change.time())
                                .word("state", change.state())
                                .text("reason", change.reason()));
    }

    private static Group server(ServerView view) {
        Group group = new Group()
                .text("name", view.name())
                .text("server", view.server())
                .text("address", view.address().getHostAddress())
                .word("answer", view.view())
                .text("detail", view.detail())
                .count("ttl", view.ttl().toSeconds());
        view.serial().ifPresent(serial -> group.count("serial", serial));
        return group;
    }
}
