package org.countersign.simulate;

import java.util.List;

/**
 * A message that shows what a count stands for.
 *
 * @param message the name by which a command finds it
 * @param author its Author Domain; printable
 * @param source of its results
 * @param wanted whether the message is probably wanted
 * @param explanation the rules that decided; printable
 * @param doubts what is not known about the message, whether a verdict depends on it or not
 */
public record Example(
        String message, String author, ResultsSource source, boolean wanted, String explanation, List<Doubt> doubts) {
    public Example {
        doubts = List.copyOf(doubts);
    }
}
