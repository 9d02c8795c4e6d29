/** Tests of the web page: by HTTP, and in a real browser. */
package org.countersign.web;
