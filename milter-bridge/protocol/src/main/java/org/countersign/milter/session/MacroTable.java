package org.countersign.milter.session;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
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
    // Postfix and Sendmail send at most 50 macros per stage, each shorter than a kilobyte.
    private static final int MAX_PER_STAGE = 64;
    private static final int MAX_NAME = 64;
    private static final int MAX_VALUE = 4096;
    private static final int MAX_STAGE_OCTETS = 16 * 1024;

    /** From the widest scope to the narrowest, which is also the order of {@link CommandCode}. */
    private static final Set<CommandCode> STAGES = EnumSet.range(CommandCode.CONNECT, CommandCode.END_OF_BODY);

    private final Map<CommandCode, Map<String, String>> stages = new EnumMap<>(CommandCode.class);

    /** Replaces the macros of a command. Macros beyond the limits are dropped. */
    void put(MilterCommand.Macros macros) {
        CommandCode.of(macros.command()).filter(STAGES::contains).ifPresent(stage -> {
            Map<String, String> values = new HashMap<>();
            int octets = 0;
            for (MilterCommand.Macro macro : macros.macros()) {
                int length = macro.name().length() + macro.value().length();
                if (values.size() < MAX_PER_STAGE
                        && macro.name().length() <= MAX_NAME
                        && macro.value().length() <= MAX_VALUE
                        && octets + length <= MAX_STAGE_OCTETS) {
                    octets += length;
                    values.put(bare(macro.name()), macro.value().utf8());
                }
            }
            stages.put(stage, values);
        });
    }

    private static String bare(Octets name) {
        String text = name.latin1();
        return text.startsWith("{") && text.endsWith("}") ? text.substring(1, text.length() - 1) : text;
    }

    /** Whether a macro of this stage has this value. */
    boolean has(CommandCode stage, String name, String value) {
        return value.equals(stages.getOrDefault(stage, Map.of()).get(name));
    }

    /** All values; for a macro sent at several stages, the value of the latest stage. */
    MacroValues values() {
        Map<String, String> all = new HashMap<>();
        stages.values().forEach(all::putAll);
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
