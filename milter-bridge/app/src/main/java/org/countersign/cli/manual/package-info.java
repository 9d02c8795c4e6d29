/**
 * Manual pages: of every command, from the model of the command line, and of the policy file, from the declared
 * settings. A page is text in parts, which is written for {@code man} or for a terminal.
 */
@NullMarked
package org.countersign.cli.manual;

import org.jspecify.annotations.NullMarked;
