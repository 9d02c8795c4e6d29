package org.countersign.arc;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.countersign.authres.AuthenticationResultsParser;
import org.countersign.message.HeaderSection;
import org.countersign.signature.SignatureTags;
import org.countersign.smtp.HeaderField;
import org.countersign.syntax.Ascii;
import org.countersign.syntax.Octets;
import org.countersign.syntax.TagList;

/** Parses the ARC sets of a header section and checks their structure (RFC 8617 §5.2 steps 1 to 3). Needs no key. */
final class ArcChainParser {
    private static final int KINDS = 3;

    private final List<SealPart> seals = new ArrayList<>();
    private final List<SignaturePart> signatures = new ArrayList<>();
    private final List<ResultsPart> results = new ArrayList<>();
    private int highest;
    private boolean malformed;
    private Optional<HeaderField> withTooManyTags = Optional.empty();

    private ArcChainParser() {}

    /** The result of parsing. */
    sealed interface Result {
        /** There is no ARC field. */
        record None() implements Result {}

        /** The structure is wrong, so that the chain fails. */
        record Broken(ArcResult.Fail result) implements Result {}

        /**
         * The structure is right.
         *
         * @param sets by instance, without gaps; at least one
         */
        record Chain(List<ArcSetFields> sets) implements Result {}
    }

    /** A field of a set. */
    private interface Part {
        int instance();
    }

    private record SealPart(int instance, SignatureTags tags, Optional<ChainStatus> status) implements Part {}

    private record SignaturePart(int instance, SignatureTags tags) implements Part {}

    private record ResultsPart(int instance, HeaderField field) implements Part {}

    static Result parse(HeaderSection headers) {
        List<HeaderField> fields = new ArrayList<>();
        for (HeaderField field : headers.fields()) {
            if (ArcSetFields.isArc(field)) {
                fields.add(field);
            }
        }
        if (fields.isEmpty()) {
            return new Result.None();
        }
        return new ArcChainParser().parse(fields);
    }

    private Result parse(List<HeaderField> fields) {
        // So many fields mean too many sets or repeated fields, which fail without being parsed.
        if (fields.size() > KINDS * ArcLimits.MAX_SETS) {
            return broken(ArcProblem.TOO_MANY_SETS, 0, "");
        }
        for (HeaderField field : fields) {
            if (field.size() > ArcLimits.MAX_FIELD) {
                return broken(ArcProblem.FIELD_TOO_LARGE, 0, field.name() + ", " + field.size() + " octets");
            }
        }
        fields.forEach(this::add);
        if (withTooManyTags.isPresent()) {
            return broken(ArcProblem.FIELD_TOO_LARGE, 0, withTooManyTags.get().name() + ", more than 64 tags");
        }
        // RFC 8617 §5.2 step 1
        if (highest > ArcLimits.MAX_SETS) {
            return broken(ArcProblem.TOO_MANY_SETS, 0, "");
        }
        // RFC 8617 §5.2 step 2: such a chain is not validated any further, whatever its structure is.
        for (SealPart seal : seals) {
            if (seal.instance == highest && seal.status.equals(Optional.of(ChainStatus.FAIL))) {
                return broken(ArcProblem.MARKED_AS_FAILED, highest, "");
            }
        }
        // RFC 8617 §5.2 step 3: the structure.
        if (malformed) {
            return broken(ArcProblem.INSTANCE_MALFORMED, 0, "");
        }
        List<ArcSetFields> sets = new ArrayList<>(highest);
        for (int instance = 1; instance <= highest; instance++) {
            Optional<ArcResult.Fail> problem = problemOf(instance);
            if (problem.isPresent()) {
                return new Result.Broken(problem.get());
            }
            sets.add(set(instance));
        }
        return new Result.Chain(sets);
    }

    private Result broken(ArcProblem problem, int instance, String detail) {
        return new Result.Broken(fail(problem, instance, detail));
    }

    private ArcResult.Fail fail(ArcProblem problem, int instance, String detail) {
        return new ArcResult.Fail(problem, instance, detail, highest);
    }

    private void add(HeaderField field) {
        int instance = 0;
        if (field.is(ArcSetFields.SEAL)) {
            SignatureTags tags = ArcSetFields.parseSeal(field);
            instance = instanceOf(tags);
            noteTooManyTags(tags);
            Optional<ChainStatus> status =
                    tags.tags().value("cv").map(Octets::latin1).flatMap(ChainStatus::named);
            seals.add(new SealPart(instance, tags, status));
        } else if (field.is(ArcSetFields.MESSAGE_SIGNATURE)) {
            SignatureTags tags = ArcSetFields.parseMessageSignature(field);
            instance = instanceOf(tags);
            noteTooManyTags(tags);
            signatures.add(new SignaturePart(instance, tags));
        } else {
            OptionalInt stated = AuthenticationResultsParser.parseInstance(field.value());
            if (stated.isPresent()) {
                instance = stated.getAsInt();
                results.add(new ResultsPart(instance, field));
            }
        }
        highest = Math.max(highest, instance);
        malformed |= instance == 0;
    }

    private void noteTooManyTags(SignatureTags tags) {
        if (withTooManyTags.isEmpty() && tags.tags().has(TagList.Problem.TOO_MANY_TAGS)) {
            withTooManyTags = Optional.of(tags.field());
        }
    }

    // RFC 8617 §3.9: one or two digits. Returns 0 for anything else.
    private static int instanceOf(SignatureTags tags) {
        Octets text = tags.tags().value("i").orElse(Octets.EMPTY);
        if (text.isEmpty() || text.length() > 2) {
            return 0;
        }
        int instance = 0;
        for (int i = 0; i < text.length(); i++) {
            if (!Ascii.isDigit(text.at(i))) {
                return 0;
            }
            instance = 10 * instance + text.at(i) - '0';
        }
        return instance;
    }

    private Optional<ArcResult.Fail> problemOf(int instance) {
        int sealed = count(seals, instance);
        int signed = count(signatures, instance);
        int stated = count(results, instance);
        if (sealed + signed + stated == 0) {
            return Optional.of(fail(ArcProblem.SET_MISSING, instance, ""));
        }
        if (sealed == 0 || signed == 0 || stated == 0) {
            String missing = sealed == 0
                    ? ArcSetFields.SEAL
                    : signed == 0 ? ArcSetFields.MESSAGE_SIGNATURE : ArcSetFields.AUTHENTICATION_RESULTS;
            return Optional.of(fail(ArcProblem.FIELD_MISSING, instance, missing));
        }
        if (sealed + signed + stated > KINDS) {
            return Optional.of(fail(ArcProblem.FIELD_REPEATED, instance, ""));
        }
        ChainStatus expected = instance == 1 ? ChainStatus.NONE : ChainStatus.PASS;
        return set(instance).status() == expected
                ? Optional.empty()
                : Optional.of(fail(ArcProblem.STATUS_OUT_OF_PLACE, instance, "cv= is not " + expected.keyword()));
    }

    /** The set of an instance that has each field once. A status that RFC 8617 does not define counts as fail. */
    private ArcSetFields set(int instance) {
        SealPart seal = part(seals, instance);
        return new ArcSetFields(
                instance,
                part(results, instance).field,
                part(signatures, instance).tags,
                seal.tags,
                seal.status.orElse(ChainStatus.FAIL));
    }

    private static int count(List<? extends Part> parts, int instance) {
        int count = 0;
        for (Part part : parts) {
            if (part.instance() == instance) {
                count++;
            }
        }
        return count;
    }

    private static <P extends Part> P part(List<P> parts, int instance) {
        for (P part : parts) {
            if (part.instance() == instance) {
                return part;
            }
        }
        throw new IllegalStateException("the set " + instance + " was not checked");
    }
}
