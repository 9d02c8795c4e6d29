package org.countersign.config;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The result of reading a policy file. */
public sealed interface ParsedConfiguration {
    /**
     * Every key is known and every value fits.
     *
     * @param warnings what is allowed but probably not intended, in the order of the file
     * @param keys the keys at the top level of the file; none of an empty file
     * @param settings every setting that can be declared, with its value
     */
    record Valid(Configuration configuration, List<ConfigProblem> warnings, Set<String> keys, List<Setting> settings)
            implements ParsedConfiguration {
        public Valid {
            warnings = List.copyOf(warnings);
            keys = Set.copyOf(keys);
            settings = List.copyOf(settings);
        }
    }

    /**
     * The file must not be used.
     *
     * @param problems everything that is wrong, at least one, in the order of the file
     * @param partial the file as far as it could be read, with defaults for everything that is wrong; empty if it is
     *     not YAML. Only for finding further problems
     * @param warnings as of a valid file
     * @param settings as of a valid file, with the defaults of those that are wrong
     */
    record Invalid(
            List<ConfigProblem> problems,
            Optional<Configuration> partial,
            List<ConfigProblem> warnings,
            List<Setting> settings)
            implements ParsedConfiguration {
        public Invalid {
            problems = List.copyOf(problems);
            warnings = List.copyOf(warnings);
            settings = List.copyOf(settings);
        }
    }
}
