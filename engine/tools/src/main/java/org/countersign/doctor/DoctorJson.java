package org.countersign.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.countersign.dmarc.DmarcPolicy;
import org.countersign.dmarc.RecordQuery;
import org.countersign.dns.authoritative.AuthoritativeAnswers;
import org.countersign.dns.authoritative.AuthoritativeAnswers.Answer;
import org.countersign.dns.authoritative.AuthoritativeAnswers.ServerAnswer;
import org.countersign.doctor.SpfNode.SpfTerm;
import org.countersign.domain.IpNetwork;
import org.countersign.explain.Explanation;
import org.countersign.explain.Explanation.Count;
import org.countersign.explain.Explanation.Flag;
import org.countersign.explain.Explanation.Group;
import org.countersign.explain.Explanation.Items;
import org.countersign.explain.Explanation.Text;
import org.countersign.spf.SpfResult;

/** An examination as a tree of names and values, for JSON. */
public final class DoctorJson {
    /** Changes when the meaning of a member changes. New members do not change it. */
    private static final int SCHEMA = 1;
    // Of a record that is longer, no receiver takes more.
    private static final int MAX_TEXT = 4096;

    private DoctorJson() {}

    /** The members in a fixed order, the same for the same examination. */
    public static Group of(Examination examination) {
        Group group = new Group().put("schema", new Count(SCHEMA)).text("domain", examination.domain());
        examination.worst().ifPresent(worst -> group.word("worst", worst));
        return group.put("findings", items(examination.findings(), DoctorJson::finding))
                .put("publish", items(examination.publish(), DoctorJson::change))
                .put("spf", node(examination.spf()))
                .put("senders", items(examination.senders(), DoctorJson::sender))
                .put("dkim", items(examination.keys(), Text::new))
                .put("dmarc", dmarc(examination))
                .put("servers", items(examination.servers(), DoctorJson::servers));
    }

    /** A finding that belongs to no domain, or to one. */
    public static Group finding(Finding finding) {
        return new Group()
                .text("id", finding.id().keyword())
                .word("severity", finding.severity())
                .text("name", finding.name())
                .text("published", bounded(finding.published()))
                .text("sentence", bounded(finding.sentence()))
                .text("clause", finding.id().clause())
                .put("changes", items(finding.changes(), DoctorJson::change));
    }

    private static String bounded(String text) {
        return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT) + "...";
    }

    private static <T> Items items(List<T> values, Function<T, Explanation> each) {
        List<Explanation> items = new ArrayList<>();
        values.forEach(value -> items.add(each.apply(value)));
        return new Items(items);
    }

    private static Group change(DnsChange change) {
        return new Group()
                .text("name", change.name())
                .text("type", change.type())
                .put("remove", items(change.remove(), Text::new))
                .put("publish", items(change.publish(), Text::new));
    }

    private static Group node(SpfNode node) {
        return new Group()
                .text("domain", node.domain())
                .word("status", node.status())
                .text("record", node.text())
                .text("detail", node.detail())
                .put("lookups", new Count(node.lookups()))
                .put("voids", new Count(node.voids()))
                .put("terms", items(node.terms(), DoctorJson::term));
    }

    private static Group term(SpfTerm term) {
        Group group = new Group()
                .text("term", term.text())
                .put("cost", new Count(term.cost()))
                .put("lookups", new Count(term.lookups()))
                .put("void", new Flag(term.isVoid()))
                .text("note", term.note());
        term.leadsTo().ifPresent(below -> group.put("leads-to", node(below)));
        return group;
    }

    private static Group sender(SpfResult result) {
        Group group = new Group();
        result.evidence().client().ifPresent(client -> group.text("address", IpNetwork.renderAddress(client)));
        group.text("result", result.keyword());
        result.mechanism().ifPresent(term -> group.text("by", term));
        return group.put("lookups", new Count(result.evidence().dnsTerms()));
    }

    private static Group dmarc(Examination examination) {
        Group group = new Group()
                .put("walk", items(examination.walk().queries(), DoctorJson::query))
                .put("policies", policies(examination.policies()))
                .put("older-policies", policies(examination.older()));
        examination.walk().organizationalDomain().ifPresent(domain -> group.text("organizational-domain", domain));
        return group;
    }

    private static Items policies(List<DmarcPolicy> policies) {
        return items(policies, policy -> new Text(policy.keyword()));
    }

    private static Group query(RecordQuery query) {
        String answer = switch (query.finding()) {
            case RecordQuery.Finding.Published published -> "record";
            case RecordQuery.Finding.Several several -> "several";
            case RecordQuery.Finding.NoRecord none -> "nothing";
            case RecordQuery.Finding.LookupFailed failed -> "failed";
        };
        return new Group().text("name", query.name()).text("answer", answer);
    }

    private static Group servers(AuthoritativeAnswers answers) {
        Group group = new Group().text("name", answers.name());
        answers.zone().ifPresent(zone -> group.text("zone", zone));
        return group.put("answers", items(answers.servers(), DoctorJson::server));
    }

    private static Group server(ServerAnswer server) {
        Group group = new Group()
                .text("server", server.server())
                .text("address", IpNetwork.renderAddress(server.address()))
                .text("udp", kind(server.overUdp()))
                .text("tcp", kind(server.overTcp()));
        server.serial().ifPresent(serial -> group.put("serial", new Count(serial)));
        return group;
    }

    private static String kind(Answer answer) {
        return switch (answer) {
            case Answer.Records records -> "records";
            case Answer.Alias alias -> "alias";
            case Answer.None none -> none.nameExists() ? "no-data" : "no-such-name";
            case Answer.Failed failed -> "failed";
        };
    }
}
