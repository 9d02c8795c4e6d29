package org.countersign.milter.wire;

import java.util.Optional;

/** The stages of an SMTP session for which a filter can list the macros it wants ({@code SMFIM_}). */
public enum MacroStage {
    /** {@code SMFIM_CONNECT}. */
    CONNECT(0),
    /** {@code SMFIM_HELO}. */
    HELO(1),
    /** {@code SMFIM_ENVFROM}. */
    MAIL(2),
    /** {@code SMFIM_ENVRCPT}. */
    RECIPIENT(3),
    /** {@code SMFIM_DATA}. */
    DATA(4),
    /** {@code SMFIM_EOM}: its number is lower than that of the end of the headers, which was added later. */
    END_OF_MESSAGE(5),
    /** {@code SMFIM_EOH}. */
    END_OF_HEADERS(6);

    private final int number;

    MacroStage(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }

    /** The stage with this number; empty for an unknown number. */
    public static Optional<MacroStage> of(int number) {
        for (MacroStage stage : values()) {
            if (stage.number == number) {
                return Optional.of(stage);
            }
        }
        return Optional.empty();
    }
}
