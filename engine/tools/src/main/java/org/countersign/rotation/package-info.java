/**
 * Exchanges DKIM keys of domains whose DNS other people run: a key signs only after every authoritative server has its
 * record and no cache can still say otherwise. The table file of the service and a file of states are the only files that
 * these classes change.
 */
@NullMarked
package org.countersign.rotation;

import org.jspecify.annotations.NullMarked;
