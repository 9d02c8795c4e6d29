/**
 * The build of the packages. {@link org.countersign.packaging.PackageTree} makes the tree of files as they are installed,
 * of which Maven makes a Debian package and an archive. The same sources give the same octets on every machine.
 */
@NullMarked
package org.countersign.packaging;

import org.jspecify.annotations.NullMarked;
