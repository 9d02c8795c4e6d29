package org.countersign.simulate;

import org.countersign.policy.Mode;
import org.countersign.policy.PolicyRules;

/**
 * A policy to simulate.
 *
 * @param name of its file, as the user has written it
 * @param mode of the policy file; the simulation shows what the rules decide in every mode
 */
public record SimulatedPolicy(String name, Mode mode, PolicyRules rules) {}
