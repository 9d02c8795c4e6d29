/**
 * Examines what a domain publishes about its mail: SPF, DKIM, DMARC, the addresses of reports, the mail hosts, and the own
 * configuration against it. {@link org.countersign.doctor.Doctor} gives findings, each with the line to publish.
 */
@NullMarked
package org.countersign.doctor;

import org.jspecify.annotations.NullMarked;
