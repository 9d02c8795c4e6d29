/** Reports on the tests of all modules for the build, in addition to the reports of Surefire. */
@NullMarked
package org.countersign.vectors.junit;

import org.jspecify.annotations.NullMarked;
