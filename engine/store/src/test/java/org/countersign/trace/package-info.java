/** Tests of the trace. */
package org.countersign.trace;
