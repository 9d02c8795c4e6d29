package org.countersign.config;

import java.util.List;
import java.util.Set;

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
     * @param settings the keys at the top level of the file; none of an empty one
     */
    record Valid<H>(Configuration engine, H host, List<ConfigProblem> warnings, Set<String> settings)
            implements ParsedConfiguration<H> {
        public Valid {
            warnings = List.copyOf(warnings);
            settings = Set.copyOf(settings);
        }

        /** Without warnings. */
        public Valid(Configuration engine, H host) {
            this(engine, host, List.of(), Set.of());
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
