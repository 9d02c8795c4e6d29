/**
 * What every front end does with files: reads the policy file, the table file and the key files that it names
 * ({@link org.countersign.service.PolicyLoader}), refuses secrets that others can read
 * ({@link org.countersign.service.HostFiles}), and keeps an engine that follows all of them while it runs
 * ({@link org.countersign.service.LiveEngine}). Knows no milter and no James.
 */
@NullMarked
package org.countersign.service;

import org.jspecify.annotations.NullMarked;
