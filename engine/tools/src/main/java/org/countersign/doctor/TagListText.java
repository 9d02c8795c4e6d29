package org.countersign.doctor;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.countersign.syntax.Octets;
import org.countersign.syntax.TagList;

/** A tag list as text, with one change. A tag that occurs twice is written once. */
final class TagListText {
    private TagListText() {}

    static String of(List<TagList.Tag> tags) {
        Set<String> names = new HashSet<>();
        return tags.stream()
                .filter(tag -> names.add(tag.name()))
                .map(tag -> tag.name() + "=" + tag.value().latin1())
                .collect(Collectors.joining("; "));
    }

    /** Whether a tag occurs twice. */
    static boolean hasDuplicate(TagList list) {
        return list.tags().stream().map(TagList.Tag::name).distinct().count()
                < list.tags().size();
    }

    static String without(TagList list, String... names) {
        return of(list.tags().stream()
                .filter(tag -> !List.of(names).contains(tag.name()))
                .toList());
    }

    /** The list with another value of a tag that it has. */
    static String with(TagList list, String name, String value) {
        return of(list.tags().stream()
                .map(tag -> tag.name().equals(name) ? tag(name, value) : tag)
                .toList());
    }

    /** The list with one more tag. */
    static String with(TagList list, int index, String name, String value) {
        List<TagList.Tag> tags = new ArrayList<>(list.tags());
        tags.add(Math.min(index, tags.size()), tag(name, value));
        return of(tags);
    }

    private static TagList.Tag tag(String name, String value) {
        return new TagList.Tag(name, Octets.latin1(value), 0);
    }
}
