package org.countersign.cli;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Optional;
import org.countersign.AuthenticationOutcome;
import org.countersign.HeaderEdit;
import org.countersign.dkim.DkimResult;
import org.countersign.dmarc.DmarcResult;
import org.countersign.dns.LookupTrace;
import org.countersign.message.AuthorDomain;
import org.countersign.policy.Decision;
import org.countersign.policy.PolicyFacts;
import org.countersign.policy.SmtpReply;
import org.countersign.policy.Verdict;

/** An outcome for programs: one JSON object, with the words of the RFCs as they are. */
final class OutcomeJson {
    private final JsonGenerator json;

    private OutcomeJson(JsonGenerator json) {
        this.json = json;
    }

    static void write(AuthenticationOutcome outcome, PrintStream out) throws IOException {
        try (JsonGenerator json = new JsonFactory()
                .createGenerator(out, JsonEncoding.UTF8)
                .disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)
                .useDefaultPrettyPrinter()) {
            new OutcomeJson(json).outcome(outcome);
        }
        out.println();
    }

    private void outcome(AuthenticationOutcome outcome) throws IOException {
        json.writeStartObject();
        decision(outcome.decision());
        facts(outcome.facts());
        edits(outcome.edits());
        lookups(outcome.lookups());
        json.writeEndObject();
    }

    private void decision(Decision decision) throws IOException {
        json.writeStringField("verdict", decision.verdict().keyword());
        json.writeStringField("judged", decision.judged().keyword());
        Optional<SmtpReply> reply = switch (decision.judged()) {
            case Verdict.Reject reject -> Optional.of(reject.reply());
            case Verdict.TempFail tempFail -> Optional.of(tempFail.reply());
            case Verdict.Accept accept -> Optional.empty();
            case Verdict.Quarantine quarantine -> Optional.empty();
        };
        if (reply.isPresent()) {
            json.writeStringField("reply", reply.get().toString());
        }
        json.writeStringField("rule", decision.rule());
        json.writeStringField("reason", decision.reason());
    }

    private void facts(PolicyFacts facts) throws IOException {
        json.writeObjectFieldStart("author");
        if (facts.author() instanceof AuthorDomain.Single single) {
            json.writeStringField("domain", single.domain().toString());
        }
        json.writeStringField("explain", facts.author().explain());
        json.writeEndObject();
        result(
                "spf",
                facts.spf().keyword(),
                facts.spf().domain().map(Object::toString),
                facts.spf().explain());
        json.writeArrayFieldStart("dkim");
        for (DkimResult signature : facts.signatures()) {
            json.writeStartObject();
            json.writeStringField("result", signature.keyword());
            if (signature.signature().sdid().isPresent()) {
                json.writeStringField(
                        "domain", signature.signature().sdid().get().toString());
            }
            json.writeStringField("selector", signature.signature().selector());
            json.writeStringField("explain", signature.explain());
            json.writeEndObject();
        }
        json.writeEndArray();
        result(
                "dmarc",
                facts.dmarcKeyword(),
                facts.dmarc().map(dmarc -> dmarc.evidence().authorDomain().toString()),
                facts.dmarc().map(DmarcResult::explain).orElse("There is no single Author Domain."));
    }

    private void result(String name, String keyword, Optional<String> domain, String explain) throws IOException {
        json.writeObjectFieldStart(name);
        json.writeStringField("result", keyword);
        if (domain.isPresent()) {
            json.writeStringField("domain", domain.get());
        }
        json.writeStringField("explain", explain);
        json.writeEndObject();
    }

    private void edits(List<HeaderEdit> edits) throws IOException {
        json.writeArrayFieldStart("edits");
        for (HeaderEdit edit : edits) {
            json.writeStartObject();
            switch (edit) {
                case HeaderEdit.Remove remove -> {
                    json.writeStringField("remove", remove.name());
                    json.writeNumberField("instance", remove.instance());
                }
                case HeaderEdit.Prepend prepend -> {
                    json.writeStringField("add", prepend.field().name());
                    json.writeStringField("value", prepend.field().value().utf8());
                }
            }
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private void lookups(List<LookupTrace> lookups) throws IOException {
        json.writeArrayFieldStart("dns");
        for (LookupTrace lookup : lookups) {
            json.writeStartObject();
            json.writeStringField("question", lookup.question().toString());
            json.writeStringField("answer", lookup.answer());
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
