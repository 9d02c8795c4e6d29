package org.countersign.cli;

import java.io.InputStream;
import java.io.PrintStream;

/** The three standard streams of one run of the program. */
record Streams(InputStream in, PrintStream out, PrintStream err) {}
