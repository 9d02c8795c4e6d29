/** Tests of the HTTP listener. */
package org.countersign.web.http;
