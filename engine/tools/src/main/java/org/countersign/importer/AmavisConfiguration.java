package org.countersign.importer;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.countersign.service.FileFailure;
import org.countersign.service.FileFailure.Reason;

/** Recognizes the configuration of amavisd, which is a program in Perl and cannot be read as a file of settings. */
final class AmavisConfiguration {
    private static final String KEY = "dkim_key(";
    private static final int MAX_SHOWN = 50;

    private AmavisConfiguration() {}

    /**
     * Refuses a file of amavisd, and shows what a person would write in its place.
     *
     * @throws FileFailure if the file is one
     */
    static void refuse(OldFiles files, Path file) throws FileFailure {
        List<String> shown = new ArrayList<>();
        boolean perl = false;
        for (OldFiles.Line line : files.lines(file, files.there(file))) {
            String text = Words.withoutComment(line.text());
            perl |= text.startsWith("$enable_dkim")
                    || text.startsWith(KEY)
                    || text.startsWith("@dkim_signature_options");
            if (text.startsWith(KEY) && shown.size() < MAX_SHOWN) {
                shown.add("  " + line.origin() + ": " + item(text));
            }
        }
        if (!perl) {
            return;
        }
        List<String> lines = new ArrayList<>();
        lines.add(files.there(file) + " is a configuration of amavisd: a program in Perl, which is not read here");
        if (!shown.isEmpty()) {
            lines.add("Its keys would be these items of signing.keys:");
            lines.addAll(shown);
        }
        lines.add(
                "@dkim_signature_options_bysender_maps says which author gets which d=: write it as signing.table. A name there"
                        + " takes in everything below it, \".\" is everybody, and the longest name counts");
        lines.add(
                "amavisd signs after its own changes: name the milter on the port that amavisd hands mail back to, or let the"
                        + " content filter come first");
        throw new FileFailure(Reason.INVALID, lines);
    }

    /** The call as an item of {@code signing.keys}, if its arguments are literals. */
    private static String item(String call) {
        int end = call.indexOf(')');
        List<String> arguments = Words.split(call.substring(KEY.length(), end < 0 ? call.length() : end), ',').stream()
                .map(text -> text.replace("'", "").replace("\"", ""))
                .toList();
        return arguments.size() < 3
                ? SecretFreeText.of(call)
                : "{ domain: " + Yaml.text(arguments.get(0)) + ", selector: " + Yaml.text(arguments.get(1))
                        + ", key-file: " + Yaml.text(arguments.get(2)) + " }";
    }
}
