/** Tests of the store. */
package org.countersign.store;
