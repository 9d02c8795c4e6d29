/**
 * DNS answers as text, to be kept and to be answered from again. A {@link org.countersign.dns.replay.DnsSnapshot} is the
 * text in parsed form: lines of a master file (RFC 1035 §5.1) for records, and lines that begin with {@code ;!} for what a
 * master file cannot say.
 *
 * <p>A {@link org.countersign.dns.replay.DnsRecording} is a client that asks another one and keeps the answers. A
 * {@link org.countersign.dns.replay.ReplayingDnsClient} answers from a snapshot and never asks anybody. A message that is
 * evaluated with the first gets the same answers from the second.
 *
 * <p>Both are text in memory: reading and writing files is the work of the caller.
 */
@NullMarked
package org.countersign.dns.replay;

import org.jspecify.annotations.NullMarked;
