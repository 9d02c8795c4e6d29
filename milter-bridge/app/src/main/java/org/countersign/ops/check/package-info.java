/**
 * Finds out on this machine what the milter service would meet: its listening addresses, the sockets of systemd, and
 * the configuration of Postfix. Nothing is changed.
 */
@NullMarked
package org.countersign.ops.check;

import org.jspecify.annotations.NullMarked;
