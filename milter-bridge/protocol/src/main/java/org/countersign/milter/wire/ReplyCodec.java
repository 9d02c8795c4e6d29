package org.countersign.milter.wire;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.countersign.syntax.Octets;

/** Encodes and decodes the replies of a filter. */
public final class ReplyCodec {
    private ReplyCodec() {}

    /** Decodes a packet as strictly as Postfix does; a packet that is not a reply becomes {@link MilterReply.Malformed}. */
    public static MilterReply decode(Packet.Frame packet) {
        Optional<ReplyKind> kind = ReplyKind.of(packet.octet());
        if (kind.isEmpty()) {
            return new MilterReply.Malformed(packet.octet(), ProtocolProblem.UNKNOWN_CODE);
        }
        try {
            PacketFields fields = new PacketFields(packet.data());
            MilterReply reply = decode(kind.get(), fields);
            fields.requireEnd();
            return reply;
        } catch (PacketFields.Problem problem) {
            return new MilterReply.Malformed(packet.octet(), problem.problem());
        }
    }

    private static MilterReply decode(ReplyKind kind, PacketFields fields) throws PacketFields.Problem {
        return switch (kind) {
            case NEGOTIATED -> negotiated(fields);
            case CONTINUE -> new MilterReply.Continue();
            case ACCEPT -> new MilterReply.Accept();
            case REJECT -> new MilterReply.Reject();
            case TEMPFAIL -> new MilterReply.TempFail();
            case DISCARD -> new MilterReply.Discard();
            case REPLY_CODE ->
                new MilterReply.ReplyCode(ReplyText.parse(fields.text())
                        .orElseThrow(() -> new PacketFields.Problem(ProtocolProblem.BAD_REPLY_TEXT)));
            case SKIP -> new MilterReply.Skip();
            case PROGRESS -> new MilterReply.Progress();
            case QUARANTINE -> new MilterReply.Quarantine(fields.text());
            case ADD_HEADER -> new MilterReply.AddHeader(fields.text(), fields.text());
            case INSERT_HEADER -> new MilterReply.InsertHeader(fields.u32(), fields.text(), fields.text());
            case CHANGE_HEADER -> new MilterReply.ChangeHeader(fields.u32(), fields.text(), fields.text());
        };
    }

    private static MilterReply negotiated(PacketFields fields) throws PacketFields.Problem {
        int version = fields.u32();
        int actions = fields.u32();
        int protocol = fields.u32();
        Map<MacroStage, List<String>> lists = new EnumMap<>(MacroStage.class);
        while (fields.remaining() > 0) {
            MacroStage stage = MacroStage.of(fields.u32())
                    .orElseThrow(() -> new PacketFields.Problem(ProtocolProblem.UNKNOWN_STAGE));
            lists.put(stage, words(fields.text().latin1()));
        }
        return new MilterReply.Negotiated(version, actions, protocol, lists);
    }

    private static List<String> words(String list) {
        List<String> words = new ArrayList<>();
        int from = 0;
        while (from < list.length()) {
            int space = list.indexOf(' ', from);
            int to = space < 0 ? list.length() : space;
            if (to > from) {
                words.add(list.substring(from, to));
            }
            from = to + 1;
        }
        return List.copyOf(words);
    }

    static void encode(MilterReply reply, PacketBuilder out) {
        switch (reply) {
            case MilterReply.Negotiated negotiated -> encode(negotiated, out);
            case MilterReply.Continue() -> begin(ReplyKind.CONTINUE, out);
            case MilterReply.Accept() -> begin(ReplyKind.ACCEPT, out);
            case MilterReply.Reject() -> begin(ReplyKind.REJECT, out);
            case MilterReply.TempFail() -> begin(ReplyKind.TEMPFAIL, out);
            case MilterReply.Discard() -> begin(ReplyKind.DISCARD, out);
            case MilterReply.ReplyCode(ReplyText text) ->
                begin(ReplyKind.REPLY_CODE, out).text(text.render());
            case MilterReply.Skip() -> begin(ReplyKind.SKIP, out);
            case MilterReply.Progress() -> begin(ReplyKind.PROGRESS, out);
            case MilterReply.Quarantine(Octets reason) ->
                begin(ReplyKind.QUARANTINE, out).text(reason);
            case MilterReply.AddHeader(Octets name, Octets value) ->
                begin(ReplyKind.ADD_HEADER, out).text(name).text(value);
            case MilterReply.InsertHeader(int index, Octets name, Octets value) ->
                begin(ReplyKind.INSERT_HEADER, out).u32(index).text(name).text(value);
            case MilterReply.ChangeHeader(int index, Octets name, Octets value) ->
                begin(ReplyKind.CHANGE_HEADER, out).u32(index).text(name).text(value);
            case MilterReply.Malformed(int octet, ProtocolProblem problem) ->
                throw new IllegalArgumentException("not a reply: " + octet + ", " + problem);
        }
        out.end();
    }

    private static void encode(MilterReply.Negotiated reply, PacketBuilder out) {
        begin(ReplyKind.NEGOTIATED, out)
                .u32(reply.version())
                .u32(reply.actions())
                .u32(reply.protocol());
        for (MacroStage stage : MacroStage.values()) {
            List<String> names = reply.macroLists().get(stage);
            if (names != null) {
                out.u32(stage.number()).text(Octets.latin1(String.join(" ", names)));
            }
        }
    }

    private static PacketBuilder begin(ReplyKind kind, PacketBuilder out) {
        return out.begin(kind.octet());
    }

    /**
     * Encodes a reply as a packet, including the length.
     *
     * @throws IllegalArgumentException for {@link MilterReply.Malformed}
     */
    public static byte[] encode(MilterReply reply) {
        PacketBuilder out = new PacketBuilder();
        encode(reply, out);
        return out.toByteArray();
    }
}
