/**
 * The store of a Countersign host: an SQLite file, or a PostgreSQL database that several hosts share. The trace of
 * messages and the rows of reports are kept in it.
 */
@NullMarked
package org.countersign.store;

import org.jspecify.annotations.NullMarked;
