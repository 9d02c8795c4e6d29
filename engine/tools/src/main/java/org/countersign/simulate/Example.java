package org.countersign.simulate;

/**
 * A message that shows what a count stands for.
 *
 * @param message the name by which a command finds it
 * @param author its Author Domain; printable
 * @param source of its results
 * @param wanted whether the message is probably wanted
 * @param explanation the rules that decided; printable
 */
public record Example(String message, String author, ResultsSource source, boolean wanted, String explanation) {}
