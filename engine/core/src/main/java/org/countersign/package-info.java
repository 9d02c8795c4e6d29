/**
 * Countersign's engine: judges inbound mail and signs outbound mail.
 *
 * <p>A front end builds one {@link org.countersign.CountersignEngine} and opens a
 * {@link org.countersign.MessageSession} for every message, when MAIL FROM has come. It pours the message in as it
 * arrives and asks for the {@link org.countersign.MessageOutcome}: a decision and the edits to carry out. Which of
 * the three kinds of flow it got is the engine's choice, by {@link org.countersign.TrafficRules}: mail from
 * outside is judged ({@link org.countersign.MailAuthenticator}), mail of our own users is signed
 * ({@link org.countersign.MailSigner}), and what passes between our own machines is left alone.
 *
 * <p>No front end is known here, nor files, nor any clock or DNS but those that are given.
 */
@NullMarked
package org.countersign;

import org.jspecify.annotations.NullMarked;
