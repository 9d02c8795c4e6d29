/**
 * Support cases: a message with all that its verdict depended on, in one file. It is repeated anywhere without a network,
 * and the repetition says whether the verdict is another one.
 */
@NullMarked
package org.countersign.cases;

import org.jspecify.annotations.NullMarked;
