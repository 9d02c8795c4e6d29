package org.countersign.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Optional;
import org.countersign.store.StoreLocation;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * One PostgreSQL server for all tests of a module, because it takes seconds to make one. The first test that asks starts it, and it
 * ends with the last one. A test that stops the server needs a {@link PostgresqlInstance} of its own.
 */
public final class SharedPostgresql implements BeforeAllCallback {
    private static final ExtensionContext.Namespace NAMESPACE =
            ExtensionContext.Namespace.create(SharedPostgresql.class);

    private Optional<ExtensionContext.Store> store = Optional.empty();

    @Override
    public void beforeAll(ExtensionContext context) {
        store = Optional.of(context.getRoot().getStore(NAMESPACE));
    }

    private PostgresqlInstance server() {
        assertThat(store).as("registered as a static extension").isPresent();
        return store.orElseThrow()
                .getOrComputeIfAbsent(
                        PostgresqlInstance.class,
                        unused -> {
                            try {
                                return PostgresqlInstance.start();
                            } catch (IOException | InterruptedException error) {
                                throw new IllegalStateException("PostgreSQL does not start", error);
                            }
                        },
                        PostgresqlInstance.class);
    }

    /**
     * Creates an empty database, or skips the test where PostgreSQL is not installed. It sorts texts as English does and not by their
     * octets, as most servers do.
     *
     * @param name a name that no other test of the module uses
     */
    public StoreLocation.Database newDatabase(String name) throws IOException, InterruptedException {
        return server().newDatabase(name + " TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en-US'", name);
    }
}
