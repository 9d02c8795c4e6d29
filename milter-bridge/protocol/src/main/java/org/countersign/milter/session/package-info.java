/**
 * The protocol state of one connection, without a socket. {@link org.countersign.milter.session.MilterSession} processes
 * the commands of a mail server, for every protocol version and every set of offered options. Each message becomes one
 * {@link org.countersign.milter.session.MessageTransaction} of a {@link org.countersign.milter.session.MessageFilter}.
 * A transaction begins at MAIL, gets the header section and the body, and returns a
 * {@link org.countersign.milter.session.FilterDecision}. It is closed in every case.
 *
 * <p>The most important rule: a message is never accepted because of an error. Any error between MAIL and the end of
 * the message, here or in the filter, leads to a temporary failure or a closed connection.
 */
@NullMarked
package org.countersign.milter.session;

import org.jspecify.annotations.NullMarked;
