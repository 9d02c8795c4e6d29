/**
 * One connection of a mail server as a dialogue. {@link org.countersign.milter.session.MilterSession} takes
 * its commands one after the other, whichever protocol version it speaks and however little it offers, and
 * turns each message into one {@link org.countersign.milter.session.MessageTransaction} of a
 * {@link org.countersign.milter.session.MessageFilter}: begun at MAIL, fed with header and body, asked for
 * a {@link org.countersign.milter.session.FilterDecision} at the end, closed in every case.
 *
 * <p>The rule above all others: a message is never accepted by accident. Whatever goes wrong between MAIL
 * and the end of the message, here or in the filter, ends in a temporary refusal or a closed connection.
 */
@NullMarked
package org.countersign.milter.session;

import org.jspecify.annotations.NullMarked;
