@NullMarked
package org.countersign.demo;

import org.jspecify.annotations.NullMarked;
