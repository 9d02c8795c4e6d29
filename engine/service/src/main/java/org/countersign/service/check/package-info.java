/**
 * Finds out what a service would meet, without serving: {@link org.countersign.service.check.PolicyCheck} checks the
 * files, the keys and the DNS. A front end adds what it needs itself, such as its listening addresses.
 */
@NullMarked
package org.countersign.service.check;

import org.jspecify.annotations.NullMarked;
