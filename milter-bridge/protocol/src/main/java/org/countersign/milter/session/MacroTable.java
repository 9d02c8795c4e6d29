package org.countersign.milter.session;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.countersign.milter.wire.CommandCode;
import org.countersign.milter.wire.MilterCommand;
import org.countersign.syntax.Octets;

/**
 * The macros of a connection, by the command they were sent for. Macros of a message are removed when it ends, so that
 * the login of one message is never used for another.
 */
final class MacroTable {
    // Postfix and Sendmail send about 30 macros in all stages, which have fewer than 2,000 octets together.
    private static final int MAX_NAME = 64;
    private static final int MAX_VALUE = 1024;

    /** The limit for all stages together. It is low, because each connection keeps its macros while it is idle. */
    private static final int MAX_OCTETS = 12 * 1024;

    /** The memory of a macro in addition to its octets, estimated. */
    private static final int MACRO_OCTETS = 128;

    /** From the widest scope to the narrowest, which is also the order of {@link CommandCode}. */
    private static final Set<CommandCode> STAGES = EnumSet.range(CommandCode.CONNECT, CommandCode.END_OF_BODY);

    private final Map<CommandCode, Stage> stages = new EnumMap<>(CommandCode.class);

    /** The macros of one command, and their memory. */
    private record Stage(Map<String, String> values, int octets) {
        static final Stage EMPTY = new Stage(Map.of(), 0);
    }

    /** Replaces the macros of a command. Macros beyond the limits are dropped. */
    void put(MilterCommand.Macros macros) {
        CommandCode.of(macros.command()).filter(STAGES::contains).ifPresent(command -> {
            stages.remove(command);
            stages.put(command, stage(macros.macros(), room()));
        });
    }

    private int room() {
        int room = MAX_OCTETS;
        for (Stage stage : stages.values()) {
            room -= stage.octets();
        }
        return room;
    }

    private static Stage stage(List<MilterCommand.Macro> macros, int room) {
        Map<String, String> values = new HashMap<>();
        int octets = 0;
        for (MilterCommand.Macro macro : macros) {
            int length = MACRO_OCTETS + macro.name().length() + macro.value().length();
            if (macro.name().length() <= MAX_NAME && macro.value().length() <= MAX_VALUE && octets + length <= room) {
                octets += length;
                values.put(bare(macro.name()), macro.value().utf8());
            }
        }
        return new Stage(values, octets);
    }

    private static String bare(Octets name) {
        String text = name.latin1();
        return text.startsWith("{") && text.endsWith("}") ? text.substring(1, text.length() - 1) : text;
    }

    /** Whether a macro of this stage has this value. */
    boolean has(CommandCode stage, String name, String value) {
        return value.equals(stages.getOrDefault(stage, Stage.EMPTY).values().get(name));
    }

    /** All values; for a macro sent at several stages, the value of the latest stage. */
    MacroValues values() {
        Map<String, String> all = new HashMap<>();
        stages.values().forEach(stage -> all.putAll(stage.values()));
        return new MacroValues(all);
    }

    void dropStage(CommandCode stage) {
        stages.remove(stage);
    }

    /** Removes the macros of the message. */
    void dropMessage() {
        stages.keySet().removeIf(stage -> stage.compareTo(CommandCode.MAIL) >= 0);
    }

    /** Removes the macros of the previous message. Keeps those of MAIL, which are sent before the command. */
    void dropAfterMail() {
        stages.keySet().removeIf(stage -> stage.compareTo(CommandCode.MAIL) > 0);
    }

    void dropAll() {
        stages.clear();
    }
}
