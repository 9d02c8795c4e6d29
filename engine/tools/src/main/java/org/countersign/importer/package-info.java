/**
 * Reads the configuration of OpenDKIM, OpenDMARC and rspamd's module {@code dkim_signing}, and writes a policy file that
 * treats mail the same way.
 *
 * <p>Begin with {@link org.countersign.importer.Importer}. What cannot be said in the same way becomes a
 * {@link org.countersign.importer.Finding}.
 */
@NullMarked
package org.countersign.importer;

import org.jspecify.annotations.NullMarked;
