package org.countersign.ops.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class UnitDirectoriesTest {
    private static final String UNIT = """
            RuntimeDirectory=countersign other
            StateDirectory=countersign
            LogsDirectory=
            """;

    @Test
    void theDirectoriesOfTheUnitAreKnown() {
        assertThat(UnitDirectories.isNamed(Path.of("/run/countersign"), UNIT)).isTrue();
        assertThat(UnitDirectories.isNamed(Path.of("/run/other"), UNIT)).isTrue();
        assertThat(UnitDirectories.isNamed(Path.of("/var/lib/countersign"), UNIT))
                .isTrue();
    }

    @Test
    void otherDirectoriesAreNot() {
        assertThat(UnitDirectories.isNamed(Path.of("/var/log/countersign"), UNIT))
                .isFalse();
        assertThat(UnitDirectories.isNamed(Path.of("/run"), UNIT)).isFalse();
        assertThat(UnitDirectories.isNamed(Path.of("/run/countersign"), "")).isFalse();
    }
}
