package org.countersign.milter.client;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.countersign.milter.wire.CommandCode;
import org.countersign.milter.wire.MacroStage;
import org.countersign.milter.wire.MilterCommand;
import org.countersign.milter.wire.MilterReply;
import org.countersign.syntax.Octets;

/** Selects the macros to send before each command: those that the filter wants, or the defaults of Postfix. */
final class MacroSource {
    private static final Map<MacroStage, List<String>> DEFAULTS = Map.of(
            MacroStage.CONNECT, List.of("j", "{daemon_name}", "{daemon_addr}", "v", "_"),
            MacroStage.HELO, List.of("{tls_version}", "{cipher}", "{cipher_bits}"),
            MacroStage.MAIL, List.of("i", "{auth_type}", "{auth_authen}", "{auth_author}", "{mail_addr}"),
            MacroStage.RECIPIENT, List.of("i", "{rcpt_addr}", "{rcpt_host}", "{rcpt_mailer}"),
            MacroStage.DATA, List.of("i"),
            MacroStage.END_OF_HEADERS, List.of("i"),
            MacroStage.END_OF_MESSAGE, List.of("i"));

    private final Map<MacroStage, List<String>> lists;

    MacroSource(MilterReply.Negotiated agreed) {
        lists = agreed.macroLists().isEmpty() ? DEFAULTS : agreed.macroLists();
    }

    /** The macro packet to send before a command; macros without a value are omitted. */
    MilterCommand.Macros before(CommandCode command, MacroStage stage, Map<String, String> values) {
        List<MilterCommand.Macro> macros = new ArrayList<>();
        for (String name : lists.getOrDefault(stage, List.of())) {
            String bare = name.startsWith("{") ? name.substring(1, name.length() - 1) : name;
            String value = values.get(bare);
            if (value != null) {
                macros.add(new MilterCommand.Macro(Octets.latin1(name), Octets.utf8(value)));
            }
        }
        return new MilterCommand.Macros(command.octet(), macros);
    }
}
