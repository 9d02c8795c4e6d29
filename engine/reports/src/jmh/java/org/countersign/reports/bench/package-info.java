/**
 * What reports cost the mail. Compiled and run by the profile {@code bench-reports} only; see RESULTS.md beside these sources
 * for the command.
 */
@NullMarked
package org.countersign.reports.bench;

import org.jspecify.annotations.NullMarked;
