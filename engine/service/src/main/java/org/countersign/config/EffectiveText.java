package org.countersign.config;

import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Present;
import org.snakeyaml.engine.v2.api.lowlevel.Serialize;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * Writes a configuration as a policy file with every setting, each with its origin as a comment. Passwords and keys are
 * not in it, because a policy file names only the files that contain them.
 *
 * <p>A default is a comment where writing it would not be the same as leaving it out. Lists of rules, keys and the like
 * are written as the YAML library writes the nodes that it has read.
 */
final class EffectiveText {
    private static final DumpSettings YAML =
            DumpSettings.builder().setWidth(Integer.MAX_VALUE).build();
    private static final String INDENT = "  ";

    private final List<Setting> settings;
    private final StringBuilder text = new StringBuilder();

    private EffectiveText(List<Setting> settings) {
        this.settings = settings;
    }

    /** Writes what was read through this section and those inside it. */
    static String of(SectionReader root) {
        EffectiveText effective = new EffectiveText(root.settings());
        effective.section(root, "");
        return effective.text.toString();
    }

    private void section(SectionReader section, String indent) {
        for (Setting setting : settings) {
            String path = setting.path();
            int dot = path.lastIndexOf('.');
            if (path.substring(0, Math.max(dot, 0)).equals(section.location().path())) {
                setting(setting, path.substring(dot + 1), section.isPresenceQueried(path), indent);
            }
        }
        for (NodeTuple entry : section.otherEntries()) {
            String line = "# " + origin(section.location(entry.getKeyNode()));
            text.append(indent).append(line).append('\n');
            yaml(entry).lines().forEach(each -> text.append(indent).append(each).append('\n'));
        }
        for (Map.Entry<String, SectionReader> inner : section.innerSections().entrySet()) {
            int before = text.length();
            section(inner.getValue(), indent + INDENT);
            if (text.length() > before) {
                text.insert(before, indent + inner.getKey() + ":\n");
            }
        }
    }

    private void setting(Setting setting, String key, boolean presenceMatters, String indent) {
        boolean given = setting.origin().isPresent();
        text.append(indent);
        if (setting.written().isEmpty()) {
            text.append("# ")
                    .append(key)
                    .append(": ")
                    .append(words(setting.byDefault()))
                    .append("  # default\n");
            return;
        }
        text.append(!given && presenceMatters ? "#" : "")
                .append(key)
                .append(": ")
                .append(setting.written().get())
                .append("  # ")
                .append(setting.origin().map(EffectiveText::origin).orElse("default"))
                .append('\n');
    }

    /** The name of the file without its directory, and the line. */
    private static String origin(ConfigLocation location) {
        String source = location.source();
        return source.substring(source.lastIndexOf('/') + 1) + ":" + location.line();
    }

    /** Markdown as plain text. */
    static String words(String markdown) {
        return markdown.replace("`", "");
    }

    private static String yaml(NodeTuple entry) {
        Node whole = new MappingNode(Tag.MAP, List.of(entry), FlowStyle.BLOCK);
        return new Present(YAML)
                .emitToString(new Serialize(YAML).serializeOne(whole).iterator());
    }
}
