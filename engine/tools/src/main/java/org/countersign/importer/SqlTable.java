package org.countersign.importer;

import java.util.List;
import java.util.Locale;

/**
 * A table in a database, as OpenDKIM names it.
 *
 * @param backend the kind of database
 * @param database its name
 * @param table the name of the table
 * @param key the column of the key
 * @param values the columns of the value, in their order
 * @param filter a condition; empty for none
 */
record SqlTable(String backend, String database, String table, String key, List<String> values, String filter) {
    SqlTable {
        values = List.copyOf(values);
    }

    /** Reads {@code dsn:BACKEND://user:password@host/db/table=T?keycol=K?datacol=A,B?filter=C}. Total: what is missing is a word in capitals. */
    static SqlTable of(String value) {
        String text = value.substring(value.indexOf(':') + 1);
        int authority = text.indexOf("://");
        String backend = authority < 0 ? "" : text.substring(0, authority).toLowerCase(Locale.ROOT);
        String rest = authority < 0 ? text : text.substring(authority + 3);
        String path = rest.substring(rest.lastIndexOf('@') + 1);
        List<String> parts = Words.split(path, '/');
        String database = parts.size() > 1 ? parts.get(1) : "DATABASE";
        return new SqlTable(
                backend,
                database,
                parameter(path, "table=", "TABLE"),
                parameter(path, "keycol=", "KEY"),
                Words.list(parameter(path, "datacol=", "VALUE")),
                parameter(path, "filter=", ""));
    }

    private static String parameter(String path, String name, String otherwise) {
        int at = path.indexOf(name);
        if (at < 0) {
            return otherwise;
        }
        int end = path.indexOf('?', at);
        return decoded(path.substring(at + name.length(), end < 0 ? path.length() : end));
    }

    /** Punctuation is written {@code =HH}. */
    private static String decoded(String text) {
        StringBuilder decoded = new StringBuilder();
        for (int index = 0; index < text.length(); index++) {
            char c = text.charAt(index);
            if (c == '=' && index + 2 < text.length()) {
                int high = Character.digit(text.charAt(index + 1), 16);
                int low = Character.digit(text.charAt(index + 2), 16);
                if (high >= 0 && low >= 0) {
                    decoded.append((char) (high << 4 | low));
                    index += 2;
                    continue;
                }
            }
            decoded.append(c);
        }
        return decoded.toString();
    }

    /** The query that writes the table in the form of a file. */
    String query() {
        boolean mysql = backend.equals("mysql");
        StringBuilder text = new StringBuilder(mysql ? "SELECT CONCAT(" : "SELECT ").append(key);
        String plus = mysql ? ", " : " || ";
        String separator = "' '";
        for (String column : values) {
            text.append(plus).append(separator).append(plus).append(column);
            separator = "':'";
        }
        text.append(mysql ? ")" : "").append(" FROM ").append(table);
        if (!filter.isEmpty()) {
            text.append(" WHERE (").append(filter).append(")");
        }
        return text.toString();
    }

    /** The command that makes the file. */
    List<String> instructions(String directive) {
        String program = switch (backend) {
            case "pgsql", "postgresql" -> "psql -At " + database + " -c";
            case "mysql" -> "mysql -N -B " + database + " -e";
            case "sqlite3", "sqlite" -> "sqlite3 " + database;
            default -> "(in the database " + database + ")";
        };
        return List.of("  " + program + " \"" + query() + "\" > " + directive);
    }
}
