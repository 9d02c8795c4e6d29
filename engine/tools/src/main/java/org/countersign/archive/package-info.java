/** Stored messages, read one after the other from files, mbox files and Maildirs. */
@NullMarked
package org.countersign.archive;

import org.jspecify.annotations.NullMarked;
