package org.countersign.web;

import java.time.Instant;

/**
 * A message that was decided on a moment ago. Texts are those of strangers, and empty if unknown.
 *
 * @param time when it was decided on
 * @param queueId the queue id of the mail server
 * @param client the IP address of the client
 * @param mailFrom the address of MAIL FROM
 * @param author the Author Domain
 * @param verdict the keyword of the verdict
 * @param wouldBe the keyword of the verdict of the rules if {@code mode: monitor} did not carry it out, else empty
 * @param rule the rule that decided
 * @param reason why, in words
 * @param millis how long it took
 */
public record LiveVerdict(
        Instant time,
        String queueId,
        String client,
        String mailFrom,
        String author,
        String verdict,
        String wouldBe,
        String rule,
        String reason,
        long millis) {}
