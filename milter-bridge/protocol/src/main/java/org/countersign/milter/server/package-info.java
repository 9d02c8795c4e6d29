/**
 * Listens for mail servers. A {@link org.countersign.milter.server.MilterServer} opens its sockets, gives
 * each connection a virtual thread of its own that reads and writes as if it were alone, and sees to it that
 * there are not too many, that none stays for ever, and that messages under way are finished when it is told
 * to stop. It knows nothing of mail.
 */
@NullMarked
package org.countersign.milter.server;

import org.jspecify.annotations.NullMarked;
