/**
 * The mail server's side of the protocol. {@link org.countersign.milter.client.MilterClient} talks to a filter as
 * Postfix does, so that a filter can be tested without a mail server. It returns the replies of the filter and the
 * message after its modifications.
 */
@NullMarked
package org.countersign.milter.client;

import org.jspecify.annotations.NullMarked;
