/** Tests of views and of the sums that they read, with rows that the tests write. */
package org.countersign.reports.view;
