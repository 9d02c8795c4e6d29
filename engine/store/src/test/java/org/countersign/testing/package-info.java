/** Fixtures for tests that need a store. */
package org.countersign.testing;
