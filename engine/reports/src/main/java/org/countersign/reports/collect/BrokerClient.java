package org.countersign.reports.collect;

import java.nio.file.Path;

/**
 * How a broker is reached.
 *
 * @param properties the file with the settings of the client
 * @param topic the name under which the broker keeps the events
 */
public record BrokerClient(Path properties, String topic) {}
