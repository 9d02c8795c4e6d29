package org.countersign.reports.document;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Collects the remarks about one document: equal ones once, with their number, and at most 100 different ones. */
final class Remarks {
    static final int MAX_REMARKS = 100;
    private static final int MAX_SUBJECT = 200;

    private final Map<Key, Found> found = new LinkedHashMap<>();

    private record Key(RemarkKind kind, String subject, int row) {}

    private static final class Found {
        private final int row;
        private final int line;
        private long times;

        private Found(int row, int line) {
            this.row = row;
            this.line = line;
        }
    }

    /** Adds a remark, which is the same in all rows. */
    void add(RemarkKind kind, String subject, int row, int line) {
        count(new Key(kind, cut(subject), 0), row, line);
    }

    /** Adds a remark about a row that is left out, so that each such row is named. */
    void addForRow(RemarkKind kind, String subject, int row, int line) {
        count(new Key(kind, cut(subject), row), row, line);
    }

    private void count(Key key, int row, int line) {
        Found remark = found.get(key);
        if (remark == null) {
            if (found.size() == MAX_REMARKS) {
                return;
            }
            remark = new Found(row, line);
            found.put(key, remark);
        }
        remark.times++;
    }

    private static String cut(String subject) {
        return subject.length() <= MAX_SUBJECT ? subject : XmlText.cleaned(subject, MAX_SUBJECT);
    }

    boolean isEmpty() {
        return found.isEmpty();
    }

    List<Remark> list() {
        List<Remark> remarks = new ArrayList<>(found.size());
        found.forEach(
                (key, remark) -> remarks.add(new Remark(key.kind, key.subject, remark.row, remark.line, remark.times)));
        return remarks;
    }
}
