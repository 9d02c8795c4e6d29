/**
 * The milter protocol as octets. A {@link org.countersign.milter.wire.PacketReader} cuts a stream into
 * packets, the codecs turn each into a {@link org.countersign.milter.wire.MilterCommand} (what a mail
 * server says) or a {@link org.countersign.milter.wire.MilterReply} (what a filter says), and a
 * {@link org.countersign.milter.wire.PacketWriter} sends them. Nothing here knows in which order they
 * come, and any octets decode to some value.
 *
 * <p>No standard describes this protocol. The names that Sendmail's and Postfix' sources give to its
 * numbers ({@code SMFIC_CONNECT}) stand beside ours.
 */
@NullMarked
package org.countersign.milter.wire;

import org.jspecify.annotations.NullMarked;
