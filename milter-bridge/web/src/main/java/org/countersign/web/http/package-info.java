/**
 * The HTTP listener of the service.
 *
 * <p>Begin with {@link org.countersign.web.http.HttpListener}, which serves {@link org.countersign.web.http.Page}s.
 */
@NullMarked
package org.countersign.web.http;

import org.jspecify.annotations.NullMarked;
