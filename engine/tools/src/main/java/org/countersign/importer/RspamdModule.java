package org.countersign.importer;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.countersign.service.FileFailure;

/** The one or two files with the options of a module of rspamd. */
final class RspamdModule {
    private final String name;
    private final Path file;
    private final String option;
    private final ImportContext context;
    private final OldFiles files;
    private final Findings findings;

    /**
     * @param name of the module, and of the section around its options
     * @param option the one that names a second file
     */
    RspamdModule(String name, Path file, String option, ImportContext context) {
        this.name = name;
        this.file = file;
        this.option = option;
        this.context = context;
        this.files = context.files();
        this.findings = context.findings();
    }

    /**
     * Reads the options.
     *
     * @param overriding a second file, whose options replace those of the first
     * @throws FileFailure if a file cannot be read or is not UCL
     */
    Ucl.Section read(Optional<Path> overriding) throws FileFailure {
        Ucl.Section options = inside(UclReader.read(files, file), file);
        if (overriding.isPresent()) {
            options.override(inside(UclReader.read(files, files.named(overriding.get())), overriding.get()));
        }
        return options;
    }

    /** The options without the name of the section around them, where that is allowed. */
    private Ucl.Section inside(Ucl.Section whole, Path from) {
        if (!whole.keys().containsKey(name)) {
            return whole;
        }
        String there = files.there(from);
        boolean isInside = there.contains("/local.d/") || there.contains("/override.d/");
        if (!isInside) {
            return whole.section(name);
        }
        Origin origin = whole.all(name).stream()
                .filter(Ucl.Section.class::isInstance)
                .map(value -> ((Ucl.Section) value).origin())
                .findFirst()
                .orElse(whole.origin());
        if (context.request().asMeant()) {
            findings.add(
                    FindingClass.CHANGED,
                    origin,
                    name + " { ... }",
                    "rspamd never read it, because this file is the inside of that section. By --as-meant it counts now.");
            return whole.section(name);
        }
        findings.add(
                FindingClass.DEAD,
                origin,
                name + " { ... }",
                "This file is the inside of the section of that name, so rspamd never reads what stands in a second one. Remove"
                        + " the line and its brace, or import with --as-meant.");
        Ucl.Section rest = Ucl.Section.empty(whole.origin());
        whole.keys().forEach((key, values) -> {
            if (!key.equals(name)) {
                values.forEach(value -> rest.add(key, value));
            }
        });
        return rest;
    }

    /** Names the other file that rspamd reads. */
    void reportOtherFiles(Optional<Path> overriding) {
        Path whole = file.toAbsolutePath().normalize();
        Optional<Path> directory = Optional.ofNullable(whole.getParent());
        Optional<Path> above = directory.flatMap(path -> Optional.ofNullable(path.getParent()));
        if (above.isEmpty() || overriding.isPresent()) {
            return;
        }
        for (String other : List.of("override.d", "local.d")) {
            Path second = above.get().resolve(other).resolve(whole.getFileName());
            if (!second.equals(whole) && Files.isRegularFile(second)) {
                findings.add(
                        FindingClass.DANGER,
                        new Origin(files.there(second), 0),
                        "a second file",
                        other.equals("override.d")
                                ? "rspamd reads it too, and its options count more. Import again with " + option + " "
                                        + second + "."
                                : "rspamd reads it too, and its options count where this file has none. Import again: name that"
                                        + " file, and this one with " + option + ".");
            }
        }
    }
}
