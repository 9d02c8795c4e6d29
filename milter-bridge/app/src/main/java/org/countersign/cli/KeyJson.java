package org.countersign.cli;

import java.util.List;
import org.countersign.explain.Explanation;
import org.countersign.explain.Explanation.Count;
import org.countersign.explain.Explanation.Flag;
import org.countersign.explain.Explanation.Group;
import org.countersign.explain.Explanation.Items;
import org.countersign.explain.Explanation.Text;
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
                .put("schema", new Count(SCHEMA))
                .put("keys", items(result.keys().stream().map(KeyJson::key).toList()))
                .put(
                        "tasks",
                        items(result.tasks().stream()
                                .map(task -> new Group()
                                        .text("domain", task.domain())
                                        .text("selector", task.selector())
                                        .put("lines", texts(task.lines())))
                                .toList()))
                .put("unanswered", texts(result.unanswered()));
    }

    private static Items items(List<Group> groups) {
        return new Items(List.copyOf(groups));
    }

    private static Items texts(List<String> texts) {
        return new Items(
                texts.stream().map(text -> (Explanation) new Text(text)).toList());
    }

    private static Group key(KeyStatus status) {
        RotatedKey key = status.key();
        Group group = new Group()
                .text("domain", key.domain())
                .text("selector", key.selector())
                .text("name", key.name());
        key.target().ifPresent(target -> group.text("alias-of", target));
        group.text("algorithm", key.algorithm().tag())
                .put("bits", new Count(key.bits()))
                .text("key-file", key.keyFile())
                .text("record", key.publicRecord())
                .text("state", key.stateWord())
                .text("since", key.brokenSince().orElse(key.since()))
                .put("wait-seconds", new Count(key.pending().left().toSeconds()))
                .put("activates-when-ready", new Flag(key.activatesWhenReady()));
        if (!status.validity().isEmpty()) {
            group.text("signs", status.validity());
        }
        return group.put(
                        "servers",
                        items(status.seen().servers().stream()
                                .map(KeyJson::server)
                                .toList()))
                .put(
                        "history",
                        items(key.history().stream()
                                .map(change -> new Group()
                                        .text("time", change.time())
                                        .word("state", change.state())
                                        .text("reason", change.reason()))
                                .toList()));
    }

    private static Group server(ServerView view) {
        Group group = new Group()
                .text("name", view.name())
                .text("server", view.server())
                .text("address", view.address().getHostAddress())
                .word("answer", view.view())
                .text("detail", view.detail())
                .put("ttl", new Count(view.ttl().toSeconds()));
        view.serial().ifPresent(serial -> group.put("serial", new Count(serial)));
        return group;
    }
}
