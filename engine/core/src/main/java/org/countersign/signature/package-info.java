/**
 * What DKIM and ARC signatures have in common: the tag list, its checks in order, and the writing of a signature.
 */
@NullMarked
package org.countersign.signature;

import org.jspecify.annotations.NullMarked;
