/**
 * The program: {@link org.countersign.cli.Main} reads the command line and runs one command. Whatever goes
 * wrong ends as one line on standard error that says what to do, and as an
 * {@link org.countersign.cli.ExitStatus}.
 *
 * <p>Files are read here and nowhere else: {@link org.countersign.cli.ConfigurationFiles} for the policy file,
 * {@link org.countersign.cli.KeyFiles} for private keys, {@link org.countersign.cli.MessageFiles} for messages.
 */
@NullMarked
package org.countersign.cli;

import org.jspecify.annotations.NullMarked;
