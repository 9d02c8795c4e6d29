package org.countersign.rotation;

import java.time.Instant;

/**
 * A change of the state of a key.
 *
 * @param state the new one
 * @param reason one line
 */
public record KeyChange(Instant time, KeyState state, String reason) {}
