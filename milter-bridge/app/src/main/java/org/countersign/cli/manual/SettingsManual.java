package org.countersign.cli.manual;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.countersign.cli.manual.ManualPage.Part;
import org.countersign.config.ConfigurationParser;
import org.countersign.config.FrontEnd;
import org.countersign.config.ParsedConfiguration;
import org.countersign.config.Setting;
import org.countersign.syntax.Octets;

/** The manual page of the policy file, from the declarations of its settings. */
public final class SettingsManual {
    private static final Pattern LINK = Pattern.compile("\\[([^\\]]*)\\]\\([^)]*\\)");

    private SettingsManual() {}

    /** The page {@code countersign.yaml(5)}. */
    public static ManualPage page(FrontEnd frontEnd) {
        List<Part> parts = new ArrayList<>();
        parts.add(new Part.Heading("NAME"));
        parts.add(new Part.Paragraph("countersign.yaml - policy file of Countersign"));
        parts.add(new Part.Heading("SYNOPSIS"));
        parts.add(new Part.Paragraph("`/etc/countersign/countersign.yaml`"));
        parts.add(new Part.Heading("DESCRIPTION"));
        parts.add(new Part.Paragraph("The policy file says how mail is authenticated and signed, and what happens to"
                + " mail that fails. It is written in YAML. Each setting has a default, so that an empty file changes"
                + " nothing. A running service takes a changed file within seconds, but never one with an error."));
        parts.add(new Part.Paragraph("A setting such as `dns.cache.max-ttl` is the key `max-ttl` in the section `cache`"
                + " of the section `dns`. Durations are written `500ms`, `5s`, `2m`, `1h` or `1d`, sizes `32MiB`,"
                + " `64KiB` or as a number of octets. Relative names of files are resolved against the directory of"
                + " the policy file."));
        parts.add(new Part.Paragraph("The lists `rules`, `examples`, `signing.keys`, `signing.table` and"
                + " `signing.allow`, and the key `arc.seal`, are described in configuration.md."));
        parts.add(new Part.Heading("SETTINGS"));
        String section = "";
        for (Setting setting : settings(frontEnd)) {
            int dot = setting.path().indexOf('.');
            String its = dot < 0 ? "" : setting.path().substring(0, dot);
            if (!its.equals(section)) {
                parts.add(new Part.Subheading(its.isEmpty() ? "General" : "`" + its + "`"));
                section = its;
            }
            parts.add(new Part.Term(
                    "`" + setting.path() + "`",
                    text(setting.meaning()) + " Values: " + text(setting.values()) + ". Default: "
                            + text(setting.byDefault()) + "."));
        }
        parts.add(new Part.Heading("EXAMPLES"));
        parts.add(new Part.Typed(List.of(
                "authserv-id: mx.example.org",
                "mode: enforce",
                "protect: [example.org]",
                "signing:",
                "  keys:",
                "    - { domain: example.org, selector: s2026,",
                "        key-file: keys/example.org.s2026.pem }")));
        parts.add(new Part.Heading("FILES"));
        parts.add(new Part.Term("`/usr/share/doc/countersign/configuration.md.gz`", "Rules, keys and all settings."));
        parts.add(new Part.Term(
                "`/usr/share/doc/countersign/examples/countersign.example.yaml`", "Every setting as a comment."));
        parts.add(new Part.Heading("SEE ALSO"));
        parts.add(new Part.Paragraph("`countersign`(1), `countersign-config-check`(1), `countersign-policy-test`(1)"));
        return new ManualPage("countersign.yaml", 5, parts);
    }

    private static List<Setting> settings(FrontEnd frontEnd) {
        return ConfigurationParser.parse("", Octets.EMPTY, frontEnd) instanceof ParsedConfiguration.Valid defaults
                ? defaults.settings()
                : List.of();
    }

    /** Markdown without its links. */
    private static String text(String markdown) {
        return LINK.matcher(markdown).replaceAll("$1");
    }
}
