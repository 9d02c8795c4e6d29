/**
 * The web page that shows DMARC reports and live verdicts.
 *
 * <p>Begin with {@link org.countersign.web.WebSite}, which answers a request with a page that a template writes, or with
 * JSON. The page is complete without a script, and never asks for anything at another server. Whatever strangers wrote is
 * escaped by the template, and passes {@link org.countersign.web.Shown} first, which cuts it and shows invisible characters.
 */
@NullMarked
package org.countersign.web;

import org.jspecify.annotations.NullMarked;
