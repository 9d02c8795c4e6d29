package org.countersign.rotation;

import java.time.LocalDate;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import org.countersign.config.ValueType;
import org.countersign.domain.DomainName;
import org.countersign.keys.SignatureAlgorithm;

/** Makes selectors from a template such as <code>{a}{yyyy}{mm}</code>. */
final class SelectorTemplate {
    static final String DEFAULT = "{a}{yyyy}{mm}";

    private static final int MAX_NUMBER = 1000;

    private final String template;

    /**
     * @param template text with placeholders. <code>{yyyy}</code>, <code>{mm}</code> and <code>{dd}</code> are the date.
     *     <code>{a}</code> is the first letter of the algorithm. <code>{n}</code> is the next free number.
     */
    SelectorTemplate(String template) {
        this.template = template;
    }

    /**
     * The first selector that is free. Without <code>{n}</code> a hyphen and a number are added where that is necessary.
     *
     * @return empty if the template makes no selector
     */
    Optional<String> next(SignatureAlgorithm algorithm, LocalDate day, Predicate<String> isFree) {
        String dated = template.replace("{yyyy}", String.format(Locale.ROOT, "%04d", day.getYear()))
                .replace("{mm}", String.format(Locale.ROOT, "%02d", day.getMonthValue()))
                .replace("{dd}", String.format(Locale.ROOT, "%02d", day.getDayOfMonth()))
                .replace("{a}", algorithm.keyType().substring(0, 1));
        boolean numbered = dated.contains("{n}");
        for (int number = 1; number < MAX_NUMBER; number++) {
            String selector = numbered
                    ? dated.replace("{n}", Integer.toString(number))
                    : number == 1 ? dated : dated + "-" + number;
            Optional<DomainName> valid = ValueType.SELECTOR.parse(selector);
            if (valid.isEmpty()) {
                return Optional.empty();
            }
            if (isFree.test(valid.get().toString())) {
                return valid.map(DomainName::toString);
            }
        }
        return Optional.empty();
    }
}
