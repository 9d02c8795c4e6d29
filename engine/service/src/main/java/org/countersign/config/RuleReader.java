package org.countersign.config;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.countersign.policy.Action;
import org.countersign.policy.FieldEdits;
import org.countersign.policy.Outcome;
import org.countersign.policy.Placeholder;
import org.countersign.policy.PolicyRules;
import org.countersign.policy.PolicySettings;
import org.countersign.policy.ReplyTemplate;
import org.countersign.policy.Rule;
import org.countersign.policy.RuleReview;
import org.countersign.policy.TextTemplate;
import org.countersign.syntax.Ascii;
import org.countersign.syntax.Parsed;

/** Reads the list {@code rules}. */
final class RuleReader {
    // The review compares each rule with all rules above it.
    private static final int MAX_RULES = 1000;
    private static final int MAX_NAME = 64;
    private static final int MAX_REASON = 200;
    private static final int DEFAULT_REJECT_CODE = 550;
    private static final int DEFAULT_TEMPFAIL_CODE = 451;

    private static final ValueType<String> NAME = ValueType.of(
            "a name of letters, digits, hyphens, dots and underscores, at most " + MAX_NAME + " characters",
            text -> Optional.of(text).filter(RuleReader::isName));
    private static final ValueType<String> SENTENCE = ValueType.of(
            "one line of printing US-ASCII, at most " + MAX_REASON + " characters",
            text -> Optional.of(text)
                    .filter(line -> !line.isBlank()
                            && line.length() <= MAX_REASON
                            && line.chars().allMatch(c -> c >= 0x20 && c < 0x7F)));
    private static final ValueType<Integer> CODE = ValueType.integer(400, 599);

    private final PolicySettings settings;

    private RuleReader(PolicySettings settings) {
        this.settings = settings;
    }

    static List<Rule> read(SectionReader root, PolicySettings settings) {
        RuleReader reader = new RuleReader(settings);
        List<SectionReader> items = root.sections("rules");
        if (items.size() > MAX_RULES) {
            root.report("rules", "has more than " + MAX_RULES + " rules", "put domains into lists of one rule");
            return List.of();
        }
        List<Rule> rules = new ArrayList<>();
        List<SectionReader> sections = new ArrayList<>();
        Map<String, ConfigLocation> names = new HashMap<>();
        for (SectionReader item : items) {
            reader.rule(item, names).ifPresent(rule -> {
                rules.add(rule);
                sections.add(item);
            });
        }
        List<String> places = sections.stream()
                .map(section -> "line " + section.location().line())
                .toList();
        for (RuleReview.Remark remark : RuleReview.of(rules, places)) {
            SectionReader section = sections.get(remark.index());
            section.warn("the rule " + rules.get(remark.index()).name() + " " + remark.message(), remark.suggestion());
        }
        return rules;
    }

    private Optional<Rule> rule(SectionReader section, Map<String, ConfigLocation> names) {
        Optional<String> name = section.required("name", NAME);
        name.ifPresent(found -> refuseUsedName(section, found, names));
        if (!section.has("when")) {
            section.report("lacks the key when", "add when; when: {} matches every message");
        }
        ConditionReader conditions = new ConditionReader(settings.indirect());
        Rule rule = new Rule(
                name.orElse("unnamed"),
                new Rule.Origin(
                        Rule.Kind.OPERATOR,
                        section.location().source() + ":" + section.location().line()),
                conditions.read(section.section("when")),
                conditions.read(section.section("unless")),
                outcome(section).orElse(new Outcome.Accept()),
                edits(section),
                section.value("because", SENTENCE, "A rule of this host says so."));
        if (!(rule.outcome().delivers() || rule.outcome() instanceof Outcome.Quarantine)
                && !rule.edits().equals(FieldEdits.NONE)) {
            section.report("changes the header of mail that is not delivered", "remove add-headers and remove-headers");
        }
        return name.isPresent() && section.has("when") && section.has("then") ? Optional.of(rule) : Optional.empty();
    }

    private static void refuseUsedName(SectionReader section, String name, Map<String, ConfigLocation> names) {
        ConfigLocation earlier = names.putIfAbsent(name, section.location("name"));
        if (earlier != null) {
            section.report("name", "is the name of the rule in line " + earlier.line() + " too", "give each its own");
        }
        if (PolicyRules.BUILT_IN_NAMES.contains(name)) {
            section.report("name", "is the name of a built-in rule", "choose another");
        }
    }

    private Optional<Outcome> outcome(SectionReader section) {
        Optional<Action> then = section.required("then", ValueType.keyword(List.of(Action.values())));
        boolean refuses = then.filter(EnumSet.of(Action.REJECT, Action.TEMPFAIL)::contains)
                .isPresent();
        if (then.isPresent() && !refuses && section.has("reply")) {
            section.report("reply", "is allowed only with then: reject or then: tempfail", "remove it or correct then");
            // No further problems of the reply are reported.
            section.section("reply").skip();
        }
        return then.flatMap(word -> switch (word) {
            case ACCEPT -> Optional.of(new Outcome.Accept());
            case TAG -> Optional.of(new Outcome.Tag());
            case QUARANTINE -> Optional.of(new Outcome.Quarantine(settings.quarantineAction()));
            case DISCARD -> Optional.of(new Outcome.Discard());
            case REJECT ->
                reply(section.section("reply"), DEFAULT_REJECT_CODE, "5.7.1").map(Outcome.Reject::new);
            case TEMPFAIL ->
                reply(section.section("reply"), DEFAULT_TEMPFAIL_CODE, "4.7.0").map(Outcome.TempFail::new);
        });
    }

    private static Optional<ReplyTemplate> reply(SectionReader section, int defaultCode, String defaultEnhancedCode) {
        int code = section.value("code", CODE, defaultCode);
        String enhancedCode = section.value("enhanced-code", ValueType.TEXT, defaultEnhancedCode);
        Optional<TextTemplate> text =
                template(section, "text", "The message was refused by the policy of this host, rule {rule}");
        if (code / 100 != defaultCode / 100) {
            section.report(
                    "code", "does not match then", "use " + defaultCode + " or another of " + defaultCode / 100 + "xx");
            return Optional.empty();
        }
        Optional<String> problem = ReplyTemplate.problem(code, enhancedCode);
        if (problem.isPresent()) {
            String key = section.has("enhanced-code") ? "enhanced-code" : "code";
            section.report(
                    key,
                    problem.get(),
                    "use " + defaultCode + " with " + defaultEnhancedCode + ", or see RFC 3463 and RFC 7372");
            return Optional.empty();
        }
        return text.map(template -> new ReplyTemplate(code, enhancedCode, template));
    }

    private static FieldEdits edits(SectionReader section) {
        List<FieldEdits.Added> added = new ArrayList<>();
        for (SectionReader item : section.sections("add-headers")) {
            Optional<String> name = item.required("name", ValueType.TEXT);
            Optional<TextTemplate> value =
                    item.required("value", ValueType.TEXT).flatMap(text -> template(item, "value", text));
            if (name.isEmpty()) {
                continue;
            }
            Optional<String> problem = FieldEdits.problemOfAdding(name.get());
            if (problem.isPresent()) {
                item.report("name", problem.get(), "use another name, such as X-Suspicious");
            } else {
                value.ifPresent(template -> added.add(new FieldEdits.Added(name.get(), template)));
            }
        }
        List<String> removed = section.list("remove-headers", ValueType.TEXT, List.of());
        for (String name : removed) {
            FieldEdits.problemOfRemoving(name)
                    .ifPresent(problem -> section.report(
                            "remove-headers", SectionReader.quoted(name) + " " + problem, "remove it from the list"));
        }
        if (added.size() > FieldEdits.MAX_EDITS || removed.size() > FieldEdits.MAX_EDITS) {
            section.report("changes too many header fields", "add and remove " + FieldEdits.MAX_EDITS + " at most");
        }
        return new FieldEdits(added, removed);
    }

    private static Optional<TextTemplate> template(SectionReader section, String key, String byDefault) {
        String text = section.value(key, ValueType.TEXT, byDefault);
        return switch (TextTemplate.parse(text)) {
            case Parsed.Value(TextTemplate template) -> Optional.of(template);
            case Parsed.Malformed(TextTemplate.Failure(String reason, String unknown)) -> {
                section.report(new ConfigProblem(
                        section.location(key),
                        reason,
                        unknown.isEmpty()
                                ? Optional.empty()
                                : Optional.of(Suggestions.nearest(unknown, Placeholder.words())
                                        .map(near -> "did you mean {" + near + "}?")
                                        .orElse("use one of " + String.join(", ", Placeholder.words())))));
                yield Optional.empty();
            }
        };
    }

    private static boolean isName(String text) {
        return !text.isEmpty()
                && text.length() <= MAX_NAME
                && text.chars().allMatch(c -> Ascii.isAlphaNumeric(c) || "-._".indexOf(c) >= 0);
    }
}
