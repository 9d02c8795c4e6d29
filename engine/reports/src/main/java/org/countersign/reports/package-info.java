/**
 * DMARC reports (RFC 9990, RFC 9991): what this system saw of other domains is collected and sent, and what other systems
 * saw of our own domains is received and evaluated.
 */
@NullMarked
package org.countersign.reports;

import org.jspecify.annotations.NullMarked;
