package org.countersign.rotation;

import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import org.countersign.domain.DomainName;
import org.countersign.explain.Explanation;
import org.countersign.explain.Explanation.Count;
import org.countersign.explain.Explanation.Flag;
import org.countersign.explain.Explanation.Group;
import org.countersign.explain.Explanation.Items;
import org.countersign.explain.Explanation.Text;
import org.countersign.explain.ExplanationJson;
import org.countersign.keys.SignatureAlgorithm;
import org.countersign.syntax.Keyword;
import org.countersign.syntax.Octets;

/** Writes and reads the file of states. */
final class RotationJson {
    static final int SCHEMA = 1;

    private final SequencedMap<String, Explanation> members;

    private RotationJson(Explanation group) throws IOException {
        if (!(group instanceof Group object)) {
            throw new IOException("an object is expected");
        }
        this.members = object.members();
    }

    static Group write(RotationStates states) {
        return new Group()
                .count("schema", SCHEMA)
                .list("keys", states.keys(), RotationJson::key)
                .list("slots", states.slots(), RotationJson::slots)
                .texts("forgotten", states.forgotten());
    }

    private static Group slots(RotationStates.Slots slots) {
        return new Group()
                .text("domain", slots.domain())
                .texts("selectors", slots.selectors())
                .text("target", slots.target());
    }

    private static Group key(RotatedKey key) {
        Group group = new Group().text("domain", key.domain()).text("selector", key.selector());
        key.target().ifPresent(target -> group.text("target", target));
        group.text("algorithm", key.algorithm().tag())
                .text("key-file", key.keyFile())
                .text("record", key.publicRecord())
                .word("state", key.state())
                .count("needed-seconds", key.pending().needed().toSeconds())
                .count("passed-seconds", key.pending().passed().toSeconds());
        key.pending()
                .last()
                .ifPresent(last -> group.put(
                        "counted",
                        new Group()
                                .text("time", last.time())
                                .text("boot", last.boot())
                                .count("since-boot-seconds", last.sinceBoot().toSeconds())));
        group.flag("activates-when-ready", key.activatesWhenReady());
        key.brokenSince().ifPresent(since -> group.text("broken-since", since));
        return group.flag("file-deleted", key.fileDeleted())
                .list(
                        "history",
                        key.history(),
                        change -> new Group()
                                .text("time", change.time())
                                .word("state", change.state())
                                .text("reason", change.reason()));
    }

    static RotationStates read(byte[] octets) throws IOException {
        try {
            RotationJson file = new RotationJson(ExplanationJson.read(octets));
            if (file.number("schema") != SCHEMA) {
                throw new IOException("it was written by another version of this program");
            }
            List<RotatedKey> keys = new ArrayList<>();
            for (Explanation item : file.list("keys")) {
                keys.add(new RotationJson(item).key());
            }
            List<RotationStates.Slots> slots = new ArrayList<>();
            for (Explanation item : file.list("slots")) {
                RotationJson each = new RotationJson(item);
                slots.add(
                        new RotationStates.Slots(each.domain("domain"), each.texts("selectors"), each.text("target")));
            }
            List<DomainName> forgotten = new ArrayList<>();
            for (String name : file.texts("forgotten")) {
                forgotten.add(domainName(name));
            }
            return new RotationStates(keys, slots, forgotten);
        } catch (DateTimeException | IllegalArgumentException wrong) {
            throw new IOException("it has a wrong value: " + wrong.getMessage(), wrong);
        }
    }

    private RotatedKey key() throws IOException {
        List<KeyChange> history = new ArrayList<>();
        for (Explanation item : list("history")) {
            RotationJson change = new RotationJson(item);
            history.add(new KeyChange(Instant.parse(change.text("time")), change.state(), change.text("reason")));
        }
        if (history.isEmpty()) {
            throw new IOException("a key has no history");
        }
        Optional<ClockReading> counted = Optional.empty();
        if (members.containsKey("counted")) {
            RotationJson reading = new RotationJson(get("counted"));
            counted = Optional.of(new ClockReading(
                    Instant.parse(reading.text("time")),
                    reading.text("boot"),
                    Duration.ofSeconds(reading.number("since-boot-seconds"))));
        }
        String algorithm = text("algorithm");
        return new RotatedKey(
                domain("domain"),
                text("selector"),
                members.containsKey("target") ? Optional.of(domain("target")) : Optional.empty(),
                SignatureAlgorithm.named(Octets.latin1(algorithm))
                        .orElseThrow(() -> new IOException("it has the unknown algorithm " + algorithm)),
                text("key-file"),
                text("record"),
                state(),
                new KeyWait(
                        Duration.ofSeconds(number("needed-seconds")),
                        Duration.ofSeconds(number("passed-seconds")),
                        counted),
                flag("activates-when-ready"),
                members.containsKey("broken-since")
                        ? Optional.of(Instant.parse(text("broken-since")))
                        : Optional.empty(),
                flag("file-deleted"),
                history);
    }

    private KeyState state() throws IOException {
        String word = text("state");
        for (KeyState state : KeyState.values()) {
            if (Keyword.of(state).equals(word)) {
                return state;
            }
        }
        throw new IOException("it has the unknown state " + word);
    }

    private Explanation get(String key) throws IOException {
        Explanation value = members.get(key);
        if (value == null) {
            throw new IOException("it lacks the key " + key);
        }
        return value;
    }

    private String text(String key) throws IOException {
        if (get(key) instanceof Text(String text)) {
            return text;
        }
        throw new IOException("its key " + key + " is no text");
    }

    private long number(String key) throws IOException {
        if (get(key) instanceof Count(long number)) {
            return number;
        }
        throw new IOException("its key " + key + " is no number");
    }

    private boolean flag(String key) throws IOException {
        if (get(key) instanceof Flag(boolean value)) {
            return value;
        }
        throw new IOException("its key " + key + " is neither true nor false");
    }

    private List<Explanation> list(String key) throws IOException {
        if (get(key) instanceof Items(List<Explanation> items)) {
            return items;
        }
        throw new IOException("its key " + key + " is no list");
    }

    private List<String> texts(String key) throws IOException {
        List<String> texts = new ArrayList<>();
        for (Explanation item : list(key)) {
            if (!(item instanceof Text(String text))) {
                throw new IOException("its key " + key + " is no list of texts");
            }
            texts.add(text);
        }
        return texts;
    }

    private DomainName domain(String key) throws IOException {
        return domainName(text(key));
    }

    private static DomainName domainName(String text) throws IOException {
        return DomainName.parseQueryName(text)
                .orElseThrow(() -> new IOException("it has a domain name that is none: " + text));
    }
}
