/**
 * The packets of the milter protocol. A {@link org.countersign.milter.wire.PacketReader} reads packets from a stream,
 * and a {@link org.countersign.milter.wire.PacketWriter} sends them. The codecs convert packets to
 * {@link org.countersign.milter.wire.MilterCommand}, sent by a mail server, and
 * {@link org.countersign.milter.wire.MilterReply}, sent by a filter. Any octets decode to some value. The order of
 * packets is not checked here.
 *
 * <p>No standard describes this protocol. The comments give the names that the sources of Sendmail and Postfix use for
 * its numbers ({@code SMFIC_CONNECT}).
 */
@NullMarked
package org.countersign.milter.wire;

import org.jspecify.annotations.NullMarked;
