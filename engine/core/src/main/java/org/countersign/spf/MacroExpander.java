package org.countersign.spf;

import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.countersign.domain.DomainName;
import org.countersign.domain.IpNetwork;
import org.countersign.spf.MacroString.Literal;
import org.countersign.spf.MacroString.Macro;
import org.countersign.spf.MacroString.Part;
import org.countersign.spf.MacroString.Symbol;
import org.countersign.syntax.Ascii;

/** Expands the macros of one check (RFC 7208 §7). */
final class MacroExpander {
    private static final int MAX_NAME = 253;
    // RFC 5321 §4.5.3.1 allows 64 octets in a local-part and 255 in a domain. A much longer value gives no name,
    // so that it is not split and joined for each of thousands of macros.
    private static final int MAX_VALUE = 512;
    private static final String HEX = "0123456789ABCDEF";

    private final SpfRequest request;
    private final DomainName senderDomain;
    private final DomainName receivingHost;
    private final InstantSource clock;

    MacroExpander(SpfRequest request, DomainName senderDomain, DomainName receivingHost, InstantSource clock) {
        this.request = request;
        this.senderDomain = senderDomain;
        this.receivingHost = receivingHost;
        this.clock = clock;
    }

    /** Whether a term with this text can match: %{s} and %{l} need a US-ASCII local part (RFC 8616 §4). */
    boolean isUsable(MacroString text) {
        return !text.usesLocalPart() || Ascii.isAscii(request.localPart());
    }

    /**
     * The target name of a domain-spec (RFC 7208 §4.8).
     *
     * @param domain the domain whose record contains the text
     * @param validatedName the value of %{p}
     * @return empty if the DNS cannot be queried for it
     */
    Optional<DomainName> target(MacroString text, DomainName domain, String validatedName) {
        if (!isUsable(text)) {
            return Optional.empty();
        }
        // Only the end of the text can become part of the name, so the expansion begins there. It ends as soon as
        // the text has two characters more than a name: one that shows that it is too long, and a trailing dot.
        char[] tail = new char[MAX_NAME + 2];
        int at = tail.length;
        List<Part> parts = text.parts();
        for (int i = parts.size() - 1; i >= 0 && at > 0; i--) {
            Optional<String> value = value(parts.get(i), domain, validatedName);
            if (value.isEmpty()) {
                return Optional.empty();
            }
            String piece = value.get();
            int taken = Math.min(piece.length(), at);
            piece.getChars(piece.length() - taken, piece.length(), tail, at - taken);
            at -= taken;
        }
        return name(new String(tail, at, tail.length - at));
    }

    private static Optional<DomainName> name(String text) {
        String name = text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
        if (name.length() > MAX_NAME) {
            // RFC 7208 §7.3: labels are removed from the left until the rest is short enough.
            int dot = name.indexOf('.', name.length() - MAX_NAME - 1);
            if (dot < 0) {
                return Optional.empty();
            }
            name = name.substring(dot + 1);
        }
        return DomainName.parseQueryName(name);
    }

    /** An explanation in printable US-ASCII, with at most {@code limit} characters. */
    String explanation(MacroString text, DomainName domain, String validatedName, int limit) {
        StringBuilder out = new StringBuilder();
        for (Part part : text.parts()) {
            out.append(value(part, domain, validatedName).orElse("?"));
            if (out.length() > limit) {
                out.replace(limit - 3, out.length(), "...");
                break;
            }
        }
        for (int i = 0; i < out.length(); i++) {
            // RFC 7208 §6.2: an SMTP reply may contain it, so it must be US-ASCII.
            if (out.charAt(i) < ' ' || out.charAt(i) > '~') {
                out.setCharAt(i, '?');
            }
        }
        return out.toString();
    }

    private Optional<String> value(Part part, DomainName domain, String validatedName) {
        return switch (part) {
            case Literal literal -> Optional.of(literal.text());
            case Symbol symbol -> Optional.of(symbol.meaning());
            case Macro macro -> {
                String value = value(macro.letter(), domain, validatedName);
                if (value.length() > MAX_VALUE) {
                    yield Optional.empty();
                }
                String transformed = macro.transforms() ? transform(value, macro) : value;
                yield Optional.of(macro.urlEscaped() ? urlEscape(transformed) : transformed);
            }
        };
    }

    private String value(MacroString.Letter letter, DomainName domain, String validatedName) {
        return switch (letter) {
            case SENDER -> request.localPart() + "@" + senderDomain;
            case LOCAL_PART -> request.localPart();
            case SENDER_DOMAIN -> senderDomain.toString();
            case DOMAIN -> domain.toString();
            case IP -> dotted();
            case VALIDATED_NAME -> validatedName;
            case FAMILY -> request.client().getAddress().length == 4 ? "in-addr" : "ip6";
            case HELO -> helo();
            case READABLE_IP -> IpNetwork.renderAddress(request.client());
            case RECEIVER -> receiver();
            case TIMESTAMP -> Long.toString(clock.instant().getEpochSecond());
        };
    }

    /** RFC 7208 §7.3: a dotted quad, or the hexadecimal digits of an IPv6 address separated by dots. */
    private String dotted() {
        byte[] octets = request.client().getAddress();
        if (octets.length == 4) {
            return IpNetwork.renderAddress(request.client());
        }
        StringBuilder out = new StringBuilder(63);
        for (byte octet : octets) {
            out.append(out.isEmpty() ? "" : ".");
            out.append(Character.forDigit(octet >> 4 & 0xF, 16));
            out.append('.').append(Character.forDigit(octet & 0xF, 16));
        }
        return out.toString();
    }

    /** RFC 7208 §7.3: the word {@code unknown} if this host has no fully qualified name. */
    private String receiver() {
        return receivingHost.labelCount() > 1 ? receivingHost.toString() : "unknown";
    }

    /** RFC 8616 §4: names have A-labels when they are compared or looked up. */
    private String helo() {
        String helo = request.helo();
        return Ascii.isAscii(helo)
                ? helo
                : DomainName.parse(helo).map(DomainName::toString).orElse(helo);
    }

    /** RFC 7208 §7.3: splits, reverses, takes parts from the right, and joins them with dots. */
    private static String transform(String value, Macro macro) {
        String delimiters = macro.delimiters().isEmpty() ? "." : macro.delimiters();
        List<String> parts = new ArrayList<>();
        int from = 0;
        for (int i = 0; i <= value.length(); i++) {
            if (i == value.length() || delimiters.indexOf(value.charAt(i)) >= 0) {
                parts.add(value.substring(from, i));
                from = i + 1;
            }
        }
        if (macro.reversed()) {
            Collections.reverse(parts);
        }
        int count = macro.rightmost() == 0 ? parts.size() : Math.min(macro.rightmost(), parts.size());
        return String.join(".", parts.subList(parts.size() - count, parts.size()));
    }

    /** RFC 7208 §7.3: escapes all but the unreserved characters of RFC 3986 §2.3. */
    private static String urlEscape(String value) {
        StringBuilder out = new StringBuilder(value.length());
        for (byte octet : value.getBytes(StandardCharsets.UTF_8)) {
            if (Ascii.isAlphaNumeric(octet & 0xFF) || octet == '-' || octet == '.' || octet == '_' || octet == '~') {
                out.append((char) octet);
            } else {
                out.append('%').append(HEX.charAt(octet >> 4 & 0xF)).append(HEX.charAt(octet & 0xF));
            }
        }
        return out.toString();
    }
}
