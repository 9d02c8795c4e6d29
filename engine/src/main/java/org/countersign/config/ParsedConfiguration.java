package org.countersign.config;

import java.util.List;

/**
 * What became of a policy file.
 *
 * @param <H> the settings of the host
 */
public sealed interface ParsedConfiguration<H> {
    /**
     * Every key is known and every value fits.
     *
     * @param warnings what is allowed but probably not meant, in the order of the file
     */
    record Valid<H>(Configuration engine, H host, List<ConfigProblem> warnings) implements ParsedConfiguration<H> {
        public Valid {
            warnings = List.copyOf(warnings);
        }

        /** Without warnings. */
        public Valid(Configuration engine, H host) {
            this(engine, host, List.of());
        }
    }

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
