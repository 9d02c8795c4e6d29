/**
 * Apache Kafka as a broker of verdicts: events in the binary mode of CloudEvents 1.0, and a consumer that counts them for
 * DMARC reports. A jar of its own, which is not part of the distribution.
 */
@NullMarked
package org.countersign.kafka;

import org.jspecify.annotations.NullMarked;
