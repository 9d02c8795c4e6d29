/**
 * Who may read the web page.
 *
 * <p>Begin with {@link org.countersign.web.access.AccessControl}. A loopback address is not private on a host with several
 * users, so even there a page is shown only to those who can read the token file.
 */
@NullMarked
package org.countersign.web.access;

import org.jspecify.annotations.NullMarked;
