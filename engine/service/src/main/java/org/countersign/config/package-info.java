/**
 * Reads the policy file. One YAML document becomes typed settings, or a list of all its problems, each with its line, its
 * key and a suggestion.
 *
 * <p>Start with {@link org.countersign.config.ConfigurationParser}, which reads a text into a
 * {@link org.countersign.config.Configuration}. A {@link org.countersign.config.Section} declares the settings of one
 * section with a {@link org.countersign.config.SettingReader}, and a {@link org.countersign.config.FrontEnd} adds
 * sections. Keys that no section declares are unknown.
 */
@NullMarked
package org.countersign.config;

import org.jspecify.annotations.NullMarked;
