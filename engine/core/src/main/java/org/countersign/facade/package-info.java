/**
 * Verifies a message with one call, for programs that are not mail servers.
 *
 * <p>Begin with {@link org.countersign.facade.Countersign}.
 */
@NullMarked
package org.countersign.facade;

import org.jspecify.annotations.NullMarked;
