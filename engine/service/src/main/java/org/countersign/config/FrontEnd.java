package org.countersign.config;

import java.time.Duration;
import java.util.List;

/**
 * What the program around the engine, such as a milter, contributes to reading the policy file.
 *
 * @param sections the sections that this program adds to those of the engine
 * @param maxDeadline the longest time that this program can wait for the DNS: a longer {@code dns.deadline} is reduced
 *     to it
 */
public record FrontEnd(List<Section<?>> sections, Duration maxDeadline) {
    /** Adds nothing and waits as long as the file says. */
    public static final FrontEnd NONE = of();

    public FrontEnd {
        sections = List.copyOf(sections);
    }

    /** A program that waits as long as the file says. */
    public static FrontEnd of(Section<?>... sections) {
        return new FrontEnd(List.of(sections), Sections.MAX_DEADLINE);
    }
}
