/**
 * The policy file: one YAML document becomes typed settings, or a list of everything that is wrong with it,
 * each problem with its line, its key and what was probably meant.
 *
 * <p>{@link org.countersign.config.ConfigurationParser} reads the engine's own keys into a
 * {@link org.countersign.config.Configuration}. A host (a milter, a mailet) adds its keys with a
 * {@link org.countersign.config.HostSettings} that reads from the same
 * {@link org.countersign.config.SectionReader}; a key that neither of them asked for is unknown.
 *
 * <p>No files here: the host reads the file and the key files that it names, and reports what it finds wrong
 * with them through the {@link org.countersign.config.ConfigLocation} that came with the name.
 */
@NullMarked
package org.countersign.config;

import org.jspecify.annotations.NullMarked;
