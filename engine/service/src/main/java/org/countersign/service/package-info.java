/**
 * Runs engines from files, for every front end. {@link org.countersign.service.PolicyLoader} reads the policy file, the
 * table file and the key files that it names. {@link org.countersign.service.HostFiles} refuses secrets that other users
 * can read. {@link org.countersign.service.PolicySource} supplies an engine that follows its files while the program runs.
 * Knows neither milter nor James.
 */
@NullMarked
package org.countersign.service;

import org.jspecify.annotations.NullMarked;
