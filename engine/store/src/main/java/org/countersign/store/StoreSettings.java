package org.countersign.store;

import java.nio.file.Path;
import java.util.Optional;
import org.countersign.config.Section;
import org.countersign.config.SettingReader;
import org.countersign.config.ValueType;
import org.countersign.service.HostFiles;

/**
 * The section {@code store} of the policy file: where the trace is kept.
 *
 * @param file {@code store.file}: the name of an SQLite file; without effect if there is a URL
 * @param url {@code store.url}: a PostgreSQL database; empty for the file
 * @param user {@code store.user}: the user of the database
 * @param passwordFile {@code store.password-file}: the name of the file with the password of the user
 */
public record StoreSettings(String file, Optional<String> url, Optional<String> user, Optional<String> passwordFile) {
    /** A file where the Debian package has its state directory. */
    public static final StoreSettings DEFAULT =
            new StoreSettings("/var/lib/countersign/store.db", Optional.empty(), Optional.empty(), Optional.empty());

    /** Declares the section. */
    public static final Section<StoreSettings> SECTION = Section.of("store", DEFAULT, StoreSettings::read);

    private static final String POSTGRESQL = "jdbc:postgresql:";
    private static final ValueType<String> FILE = ValueType.of("the name of a file", ValueType.TEXT::parse, "file");
    private static final ValueType<String> URL =
            ValueType.of("a URL such as jdbc:postgresql://db.example.org/countersign", StoreSettings::parseUrl, "URL");

    private static Optional<String> parseUrl(String text) {
        return Optional.of(text).filter(url -> url.startsWith(POSTGRESQL) && url.length() > POSTGRESQL.length());
    }

    private static StoreSettings read(SettingReader<StoreSettings> keys) {
        String file = keys.setting(
                        "file",
                        "The SQLite file. It is created if it does not exist; its directory must exist, and belong to the"
                                + " user of the service.")
                .value(FILE, StoreSettings::file);
        Optional<String> url = keys.setting("url", "A PostgreSQL database to use in place of the file.")
                .optional(URL, "none");
        Optional<String> user =
                keys.setting("user", "The user of the database.").optional(ValueType.TEXT, "the user of the service");
        Optional<String> passwordFile = keys.setting(
                        "password-file",
                        "The file with the password of this user. Only the user of the service may be able to read it."
                                + " `credential:NAME` is a credential of systemd.")
                .optional(FILE, "none");
        if (url.isPresent() && keys.section().has("file")) {
            keys.report("url", "is given in addition to file", "keep one of the two");
        }
        if (url.isPresent() && url.get().contains("password=")) {
            keys.report(
                    "url", "contains a password", "write the password to a file and name it in store.password-file");
        }
        for (String key : new String[] {"user", "password-file"}) {
            if (url.isEmpty() && keys.section().has(key)) {
                keys.report(key, "is given without url", "add url, or remove it");
            }
        }
        return new StoreSettings(file, url, user, passwordFile);
    }

    /**
     * The location with relative names resolved.
     *
     * @param policyFile the file that the settings come from; relative names are resolved against its directory
     */
    public StoreLocation location(Path policyFile) {
        return url.<StoreLocation>map(database -> new StoreLocation.Database(
                        database, user, passwordFile.map(name -> HostFiles.secretFile(policyFile, name))))
                .orElseGet(() -> new StoreLocation.File(policyFile.resolveSibling(file)));
    }
}
