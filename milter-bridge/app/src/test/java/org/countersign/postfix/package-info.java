/**
 * Real programs of the mail world as partners in tests: {@link org.countersign.postfix.PostfixInstance} runs
 * Debian's Postfix privately, {@link org.countersign.postfix.IndependentVerifier} asks dkimpy about
 * signatures. Tests that need them report themselves skipped where they are not installed
 * ({@link org.countersign.postfix.MtaTools}).
 */
@NullMarked
package org.countersign.postfix;

import org.jspecify.annotations.NullMarked;
