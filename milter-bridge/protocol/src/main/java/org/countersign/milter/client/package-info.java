/**
 * The other end of the protocol: {@link org.countersign.milter.client.MilterClient} does towards a filter
 * what Postfix does, to try one out without a mail server. It shows what the filter said and what the
 * message would look like afterwards.
 */
@NullMarked
package org.countersign.milter.client;

import org.jspecify.annotations.NullMarked;
