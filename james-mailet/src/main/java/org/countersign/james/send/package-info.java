/** How James hands reports to a mail server, by the mail library that it has. */
@NullMarked
package org.countersign.james.send;

import org.jspecify.annotations.NullMarked;
