package org.countersign.milter.server;

/**
 * What a server is doing and has done.
 *
 * @param openConnections being served now
 * @param connections served since the start, the open ones included
 * @param openMessages under way now
 * @param messages begun since the start
 * @param decidedMessages for which the filter came to a decision
 */
public record ServerCounts(
        long openConnections, long connections, long openMessages, long messages, long decidedMessages) {}
