/**
 * What the engine costs, alone and beside others who do the same. Compiled and run by the profile {@code bench}
 * only; see RESULTS.md beside these sources for the commands.
 */
@NullMarked
package org.countersign.bench;

import org.jspecify.annotations.NullMarked;
