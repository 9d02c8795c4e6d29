package org.countersign.cli;

import java.io.PrintStream;
import java.util.List;
import org.countersign.config.Setting;
import org.countersign.syntax.Escapes;

/** Prints the settings that a policy file changes. */
final class SettingsText {
    // The start of a long list is enough to recognize it.
    private static final int MAX_VALUE = 200;

    private SettingsText() {}

    static void write(List<Setting> settings, PrintStream out) {
        List<Setting> changed = settings.stream().filter(Setting::isChanged).toList();
        if (changed.isEmpty()) {
            return;
        }
        out.println();
        out.println("settings that differ from the defaults:");
        for (Setting setting : changed) {
            out.println("   " + setting.path() + ": " + plain(setting.value()) + " (default: "
                    + plain(setting.byDefault()) + ")");
        }
    }

    private static String plain(String markdown) {
        return Escapes.printable(markdown.replace("`", ""), MAX_VALUE);
    }
}
