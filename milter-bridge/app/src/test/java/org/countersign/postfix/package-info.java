/**
 * Tests with real mail programs. {@link org.countersign.postfix.PostfixInstance} runs a private Postfix, and {@link
 * org.countersign.postfix.IndependentVerifier} verifies signatures with dkimpy. Tests are skipped if a program is not
 * installed ({@link org.countersign.postfix.MtaTools}).
 */
@NullMarked
package org.countersign.postfix;

import org.jspecify.annotations.NullMarked;
