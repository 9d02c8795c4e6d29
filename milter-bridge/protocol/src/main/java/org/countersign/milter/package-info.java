/**
 * A library for the milter protocol, by which Postfix and Sendmail let a filter inspect and change mail. It implements
 * versions 2 to 6 of the protocol, and depends on no mail engine.
 *
 * <p>A filter implements {@link org.countersign.milter.session.MessageFilter}, and a
 * {@link org.countersign.milter.server.MilterServer} runs it. This one rejects mail of clients that claim the name of
 * this host:
 *
 * <pre>{@code
 * MessageFilter filter = envelope -> macros -> FilterDecision.of(
 *         envelope.helo().equals("mx.example.org")
 *                 ? new FilterVerdict.Refuse(ReplyText.of(550, "5.7.1", "This is my name, not yours"))
 *                 : new FilterVerdict.Accept());
 * ListenAddress address = ListenAddress.parse("inet:127.0.0.1:8891").orElseThrow();
 * try (MilterServer server = MilterServer.start(ServerSettings.listeningOn(List.of(address)), filter)) {
 *     Thread.sleep(Duration.ofDays(1));
 * }
 * }</pre>
 *
 * <p>A filter that needs more than the envelope returns an implementation of
 * {@link org.countersign.milter.session.MessageTransaction}, which also gets the recipients, the header fields and the
 * body. {@link org.countersign.milter.client.MilterClient} sends messages to a filter without a mail server.
 *
 * <p>Packages, from bottom to top: {@code wire} encodes packets, {@code session} is the protocol state of one connection
 * without a socket, {@code server} and {@code client} are the two sides on sockets.
 */
@NullMarked
package org.countersign.milter;

import org.jspecify.annotations.NullMarked;
