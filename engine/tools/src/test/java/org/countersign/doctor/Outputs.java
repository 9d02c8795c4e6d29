package org.countersign.doctor;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.countersign.explain.ExplanationJson;
import org.countersign.explain.TextStyle;

/** Examinations as they are written. */
final class Outputs {
    static final TextStyle PIPED = TextStyle.PLAIN;
    static final TextStyle TERMINAL = new TextStyle(false, true, 80);

    private Outputs() {}

    static String text(Examination examination, TextStyle style) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new DoctorText(new PrintStream(out, true, StandardCharsets.UTF_8), style).write(examination);
        return out.toString(StandardCharsets.UTF_8);
    }

    static String changes(Examination examination, DoctorText.ChangeForm form) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new DoctorText(new PrintStream(out, true, StandardCharsets.UTF_8), PIPED).changes(examination, form);
        return out.toString(StandardCharsets.UTF_8);
    }

    static String json(Examination examination) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            ExplanationJson.write(DoctorJson.of(examination), new PrintStream(out, true, StandardCharsets.UTF_8));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    static DoctorState reread(DoctorState state) {
        try {
            return DoctorState.read(state.toBytes());
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
