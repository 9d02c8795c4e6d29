package org.countersign.reports.collect;

/**
 * How many messages were equal in all that a report says of them.
 *
 * @param day since 1970-01-01 in UTC
 * @param messages how many
 * @param triggers how many of them are a reason to send a report
 */
public record CountedRow(int day, CollectedPolicy policy, CollectedRow row, long messages, long triggers) {}
