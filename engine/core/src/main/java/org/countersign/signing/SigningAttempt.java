package org.countersign.signing;

import java.time.Instant;

/**
 * The input of the choice of keys for one message, to explain it later.
 *
 * @param request what was known about the message
 * @param policy that chose
 * @param time at which it chose, which decides which keys were in use
 */
public record SigningAttempt(SigningRequest request, SigningPolicy policy, Instant time) {}
