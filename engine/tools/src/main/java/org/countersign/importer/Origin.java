package org.countersign.importer;

/**
 * Where something stands in the old configuration.
 *
 * @param file the name of the file on the old system; empty for a setting that no file has
 * @param line from 1; 0 for none
 */
public record Origin(String file, int line) {
    /** A setting that no file has. */
    static final Origin NOWHERE = new Origin("", 0);

    /** {@code file:line}. */
    @Override
    public String toString() {
        return line == 0 ? file : file + ":" + line;
    }
}
