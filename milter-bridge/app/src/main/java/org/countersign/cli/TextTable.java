package org.countersign.cli;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.countersign.syntax.Escapes;

/**
 * A table of 80 columns for a terminal. The first column takes the room that the others leave. A text that is too long for
 * it has a line of its own, because a command may need it whole. All texts are escaped: strangers choose some of them.
 */
final class TextTable {
    static final int WIDTH = 80;
    private static final int MIN_FIRST = 12;
    private static final String GAP = "  ";

    private final List<String> headings;
    private final List<List<String>> rows = new ArrayList<>();

    /**
     * @param headings those of numbers begin with {@code >}: these columns are aligned to the right
     */
    TextTable(String... headings) {
        this.headings = List.of(headings);
    }

    /** Adds a row with a text for each column. */
    TextTable row(Object... cells) {
        if (cells.length != headings.size()) {
            throw new IllegalArgumentException(cells.length + " cells for " + headings);
        }
        List<String> row = new ArrayList<>();
        for (Object cell : cells) {
            row.add(cell instanceof Long || cell instanceof Integer ? number(((Number) cell).longValue()) : text(cell));
        }
        rows.add(row);
        return this;
    }

    private static String text(Object cell) {
        String text = Escapes.printable(cell.toString(), 200);
        return text.isEmpty() ? "-" : text;
    }

    /** A number with a comma between thousands. */
    static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** A number with its noun: {@code 1 report}, {@code 2,000 reports}. */
    static String counted(long count, String noun) {
        return number(count) + " " + noun + (count == 1 ? "" : "s");
    }

    boolean isEmpty() {
        return rows.isEmpty();
    }

    /** Writes the headings and the rows. */
    void write(PrintStream out) {
        int[] widths = new int[headings.size()];
        for (int column = 0; column < widths.length; column++) {
            widths[column] = heading(column).length();
            for (List<String> row : rows) {
                widths[column] = Math.max(widths[column], row.get(column).length());
            }
        }
        int others = 0;
        for (int column = 1; column < widths.length; column++) {
            others += GAP.length() + widths[column];
        }
        widths[0] = Math.min(widths[0], Math.max(MIN_FIRST, WIDTH - others));
        List<String> titles = new ArrayList<>();
        for (int column = 0; column < widths.length; column++) {
            titles.add(heading(column));
        }
        line(titles, widths, out);
        rows.forEach(row -> line(row, widths, out));
    }

    private String heading(int column) {
        String heading = headings.get(column);
        return isNumber(column) ? heading.substring(1) : heading;
    }

    private boolean isNumber(int column) {
        return headings.get(column).startsWith(">");
    }

    private void line(List<String> cells, int[] widths, PrintStream out) {
        StringBuilder line = new StringBuilder();
        for (int column = 0; column < widths.length; column++) {
            String cell = cells.get(column);
            if (column == 0 && cell.length() > widths[0]) {
                out.println(cell);
                cell = "";
            }
            String space = " ".repeat(widths[column] - cell.length());
            line.append(column == 0 ? "" : GAP).append(isNumber(column) ? space + cell : cell + space);
        }
        out.println(line.toString().stripTrailing());
    }
}
