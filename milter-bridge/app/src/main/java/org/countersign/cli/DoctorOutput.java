package org.countersign.cli;

import java.io.PrintStream;
import java.util.List;
import org.countersign.doctor.DoctorJson;
import org.countersign.doctor.DoctorState;
import org.countersign.doctor.DoctorText;
import org.countersign.doctor.DoctorText.ChangeForm;
import org.countersign.doctor.Examination;
import org.countersign.doctor.Finding;
import org.countersign.explain.TextStyle;
import org.countersign.syntax.Escapes;

/** Writes examinations in the form that the options name: as text, as JSON, or as lines to publish. */
final class DoctorOutput {
    private static final int MAX_KEY = 200;

    private final DoctorOptions options;
    private final DoctorText text;
    private final PrintStream out;

    DoctorOutput(DoctorOptions options, TextStyle style, PrintStream out) {
        this.options = options;
        this.text = new DoctorText(out, style);
        this.out = out;
    }

    /**
     * Writes all that was found: one domain with its details, or several as a table.
     *
     * @param ofConfiguration what is wrong with the configuration as a whole
     */
    void write(List<Examination> examined, List<Finding> ofConfiguration) throws CommandFailure {
        boolean one = examined.size() == 1;
        if (options.form().isPresent()) {
            ChangeForm form = options.form().get();
            examined.forEach(each -> text.changes(each, form));
        } else if (options.json() && one) {
            JsonOutput.write(DoctorJson.of(examined.getFirst()), out);
        } else if (options.json()) {
            examined.forEach(each -> JsonOutput.writeLine(DoctorJson.of(each), out));
        } else {
            text.findings(ofConfiguration);
            if (one) {
                text.write(examined.getFirst());
            } else {
                new DoctorTable(out).write(examined);
            }
        }
    }

    /** Writes what has changed in a domain since the last run, and nothing if nothing has. */
    void write(Examination examination, DoctorState.Changes changes) {
        if (changes.isEmpty()) {
            return;
        }
        if (options.json()) {
            JsonOutput.writeLine(DoctorJson.of(examination.with(changes.found())), out);
        } else if (options.form().isPresent()) {
            text.changes(examination.with(changes.found()), options.form().get());
        } else {
            out.println(examination.domain() + ": " + changes.found().size() + " new, "
                    + changes.gone().size() + " gone");
            text.findings(changes.found(), examination.publish());
            changes.gone().forEach(key -> out.println("  gone  " + Escapes.printable(key, MAX_KEY)));
        }
    }

    /** Ends the commands for nsupdate(1), if these were written. */
    void end() {
        if (options.form().filter(form -> form == ChangeForm.NSUPDATE).isPresent()) {
            out.println("send");
        }
    }
}
