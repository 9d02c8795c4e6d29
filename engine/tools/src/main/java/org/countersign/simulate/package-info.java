/**
 * What a policy would do with the messages of an archive. It reads the facts and the results that stored messages tell, and
 * counts the decisions of one or two policies about them.
 */
@NullMarked
package org.countersign.simulate;

import org.jspecify.annotations.NullMarked;
