package org.countersign.cli;

import java.util.ArrayList;
import java.util.List;
import org.countersign.simulate.Example;
import org.countersign.simulate.ResultsSource;
import org.countersign.syntax.Ascii;
import org.countersign.syntax.Escapes;

/** The command that repeats the decision about one message of a simulation. */
final class SimulateRepetition {
    private final SimulateOptions options;

    SimulateRepetition(SimulateOptions options) {
        this.options = options;
    }

    /**
     * The words of the command, quoted for a shell. A message with recorded results is simulated, others are checked.
     *
     * @param policy the file that decided
     */
    List<String> command(Example example, String policy) {
        List<String> words = new ArrayList<>(List.of("countersign"));
        boolean recorded = example.source() == ResultsSource.RECORDED;
        words.addAll(recorded ? List.of("simulate", "--results=recorded") : List.of("check", "--from-headers"));
        words.add(recorded ? "--policy=" + quoted(options.policy().toString()) : "--config=" + quoted(policy));
        if (recorded) {
            options.against().ifPresent(file -> words.add("--against=" + quoted(file.toString())));
        }
        options.trusted().forEach(network -> words.add("--trust=" + network));
        if (options.mboxrd()) {
            words.add("--mboxrd");
        }
        words.add((recorded ? "--archive=" : "") + quoted(example.message()));
        return words;
    }

    /** A word for a POSIX shell. Control characters, which a terminal must not see, are escaped. */
    private static String quoted(String word) {
        String printable = Escapes.printable(word);
        boolean plain = !printable.isEmpty()
                && printable.chars().allMatch(c -> Ascii.isAlphaNumeric(c) || "/._-+:,=@%#".indexOf(c) >= 0)
                && printable.charAt(0) != '#';
        return plain ? printable : "'" + printable.replace("'", "'\\''") + "'";
    }
}
