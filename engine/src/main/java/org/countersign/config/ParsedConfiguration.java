package org.countersign.config;

import java.util.List;

/**
 * What became of a policy file.
 *
 * @param <H> the settings of the host
 */
public sealed interface ParsedConfiguration<H> {
    /** Every key is known and every value fits. */
    record Valid<H>(Configuration engine, H host) implements ParsedConfiguration<H> {}

    /**
     * Not to be used.
     *
     * @param problems everything that is wrong, at least one, in the order of the file
     */
    record Invalid<H>(List<ConfigProblem> problems) implements ParsedConfiguration<H> {
        public Invalid {
            problems = List.copyOf(problems);
        }
    }
}
