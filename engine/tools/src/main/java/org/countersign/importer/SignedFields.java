package org.countersign.importer;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.countersign.service.FileFailure;
import org.countersign.signature.SigningDefaults;
import org.countersign.syntax.Ascii;

/** Reads which header fields were signed: OversignHeaders, SignHeaders and OmitHeaders of OpenDKIM. */
final class SignedFields {
    private static final SigningDefaults OURS = SigningDefaults.DEFAULT;
    private static final List<String> REWRITTEN = List.of("message-id", "date");

    private final Findings findings;
    private final PolicyDraft draft;
    private final Directives directives;
    private final DataSet.Reader reader;
    private final Set<String> oversign = new LinkedHashSet<>();
    private final Set<String> unsigned = new LinkedHashSet<>();

    SignedFields(Findings findings, PolicyDraft draft, Directives directives, DataSet.Reader reader) {
        this.findings = findings;
        this.draft = draft;
        this.directives = directives;
        this.reader = reader;
    }

    /** Whether our signatures cover the field, as far as it is present. */
    static boolean isSigned(String name) {
        return Stream.of(OURS.oversigned(), OURS.oversignedWhenPresent(), OURS.signedWhenPresent())
                .flatMap(List::stream)
                .anyMatch(name::equalsIgnoreCase);
    }

    static boolean isOversigned(String name) {
        return OURS.oversigned().stream().anyMatch(name::equalsIgnoreCase);
    }

    void read() throws FileFailure {
        Optional<Directive> over = directives.find("OversignHeaders");
        if (over.isPresent()) {
            readOversign(over.get());
        }
        Optional<Directive> sign = directives.find("SignHeaders");
        if (sign.isPresent()) {
            readSign(sign.get());
        }
        Optional<Directive> omit = directives.find("OmitHeaders");
        if (omit.isPresent()) {
            readOmit(omit.get());
        }
        unsigned.forEach(name -> oversign.removeIf(name::equalsIgnoreCase));
        if (!oversign.isEmpty()) {
            draft.setList("signing.oversign", List.copyOf(oversign));
        }
        if (!unsigned.isEmpty()) {
            draft.setList("signing.leave-unsigned", List.copyOf(unsigned));
        }
        findings.add(
                FindingClass.CHANGED,
                Origin.NOWHERE,
                "header fields that are signed",
                "In addition: Message-ID, MIME-Version, Content-Type, Content-Transfer-Encoding and List-Unsubscribe-Post. No"
                        + " longer: Resent-*, List-Help, List-Subscribe, List-Post, List-Owner and List-Archive.");
    }

    private List<String> names(Directive directive) throws FileFailure {
        return reader.read(directive).entries().stream().map(DataSet.Entry::key).toList();
    }

    private void readOversign(Directive directive) throws FileFailure {
        List<String> added = new ArrayList<>();
        List<String> never = new ArrayList<>();
        for (String name : names(directive)) {
            if (isOversigned(name)) {
                continue;
            }
            if (SigningDefaults.isSignable(name)) {
                added.add(name);
            } else {
                never.add(name);
            }
        }
        oversign.addAll(added);
        findings.add(
                added.isEmpty() ? FindingClass.DEFAULT : FindingClass.KEPT,
                directive,
                added.isEmpty() ? "Protected against adding anyway." : "oversign: " + String.join(", ", added) + ".");
        if (!never.isEmpty()) {
            findings.add(
                    FindingClass.DEAD,
                    directive,
                    "Must not be signed, and never is: " + String.join(", ", never) + ".");
        }
    }

    /** {@code *,+X,-Y} changes the default; a list without {@code *} replaces it. */
    private void readSign(Directive directive) throws FileFailure {
        List<String> added = new ArrayList<>();
        List<String> still = new ArrayList<>();
        for (String item : names(directive)) {
            String name = item.startsWith("+") || item.startsWith("-") ? item.substring(1) : item;
            if (item.equals("*") || name.isEmpty()) {
                continue;
            }
            if (item.startsWith("-")) {
                if (REWRITTEN.contains(Ascii.lower(name))) {
                    unsigned.add(name);
                } else if (isSigned(name)) {
                    still.add(name);
                }
            } else if (!isSigned(name) && isOwn(name)) {
                added.add(name);
            }
        }
        oversign.addAll(added);
        findings.add(
                FindingClass.CHANGED,
                directive,
                (added.isEmpty() ? "" : String.join(", ", added) + " is protected against adding as well (oversign). ")
                        + (still.isEmpty() ? "" : String.join(", ", still) + " is signed all the same. ")
                        + (unsigned.isEmpty() ? "" : String.join(", ", unsigned) + " stays unsigned (leave-unsigned). ")
                        + "The rest of the list is ours: see signing.oversign and leave-unsigned.");
    }

    /** A field that no mailing list adds on the way, so that it can be protected against adding. */
    private static boolean isOwn(String name) {
        String lower = Ascii.lower(name);
        return SigningDefaults.isSignable(name) && !lower.startsWith("list-") && !lower.startsWith("resent-");
    }

    private void readOmit(Directive directive) throws FileFailure {
        List<String> omitted = new ArrayList<>();
        for (String item : names(directive)) {
            String name = item.startsWith("+") ? item.substring(1) : item;
            if (!item.equals("*") && !item.startsWith("-") && isSigned(name)) {
                omitted.add(name);
            }
        }
        if (omitted.stream().anyMatch("From"::equalsIgnoreCase)) {
            findings.add(
                    FindingClass.DANGER,
                    directive,
                    "It has From, and then OpenDKIM signed nothing at all. Here From is always signed, so mail is signed now.");
            omitted.removeIf("From"::equalsIgnoreCase);
        }
        unsigned.addAll(omitted);
        findings.add(
                omitted.isEmpty() ? FindingClass.DEFAULT : FindingClass.KEPT,
                directive,
                omitted.isEmpty()
                        ? "These are never signed."
                        : "leave-unsigned: " + String.join(", ", omitted)
                                + ". Keep it if a provider rewrites them after us, as"
                                + " Amazon SES does; otherwise remove the line. The other names are never signed.");
    }
}
