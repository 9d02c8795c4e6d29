/**
 * The command line: {@link org.countersign.cli.Main} reads the options and runs one command. An error is one line on
 * standard error that says what to do, and an {@link org.countersign.cli.ExitStatus}.
 *
 * <p>A single message is read by {@link org.countersign.cli.MessageFile}, and the policy file with what it names by
 * {@link org.countersign.cli.PolicyFiles}.
 */
@NullMarked
package org.countersign.cli;

import org.jspecify.annotations.NullMarked;
