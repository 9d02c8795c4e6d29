package org.countersign.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Parsers of address fields that ignore syntax errors as widespread software does. */
public final class LenientAddressParsers {
    private static final int DEEPEST_COMMENT = 4;
    private static final Pattern TOKEN = Pattern.compile(comment(DEEPEST_COMMENT)
            + "|\"(?:[^\"\\\\]|\\\\.)*\"|\\[[^\\]]*\\]|[()<>@,;:\\\\\".\\[\\]]|[^\\s()<>@,;:\\\\\".\\[\\]]+");

    private LenientAddressParsers() {}

    private static String comment(int depth) {
        return "\\((?:[^()\\\\]|\\\\." + (depth == 0 ? "" : "|" + comment(depth - 1)) + ")*\\)";
    }

    /** As Perl's Mail::Address does: what stands in brackets up to a comma is one address, wherever brackets close. */
    public static List<String> bracketJoining(String field) {
        List<String> tokens = tokens(field);
        List<String> found = new ArrayList<>();
        StringBuilder address = new StringBuilder();
        String last = "";
        int depth = 0;
        boolean named = isNamed(tokens, 0);
        for (int i = 0; i < tokens.size(); i++) {
            String token = tokens.get(i);
            boolean ends = token.equals(",") || token.equals(";");
            if (token.startsWith("(") && token.length() > 1) {
                continue;
            }
            if (token.equals("<")) {
                depth++;
            } else if (token.equals(">")) {
                depth = Math.max(depth - 1, 0);
            } else if (ends || (depth == 0 && !named && !isJoint(token) && !last.isEmpty() && !isJoint(last))) {
                found.add(address.toString());
                address.setLength(0);
                address.append(ends ? "" : token);
                last = address.toString();
                depth = ends ? 0 : depth;
                named = ends ? isNamed(tokens, i + 1) : named;
            } else if (depth > 0 || !named) {
                address.append(token);
                last = token;
            }
        }
        found.add(address.toString());
        return domains(found);
    }

    /** As Thunderbird does: colons and unpaired brackets are dropped, and what follows an {@code @} belongs to the address. */
    public static List<String> markDropping(String field) {
        List<String> found = new ArrayList<>();
        String name = "";
        String address = "";
        boolean joins = true;
        for (String token : tokens(field)) {
            if (token.equals("(")) {
                // A comment without an end goes to the end.
                break;
            }
            if (token.equals("@")) {
                address = (address.isEmpty() ? name : address) + "@";
                name = "";
            } else if (token.equals(",") || token.equals(";") || (token.equals(">") && isWhole(address))) {
                found.add(address);
                name = "";
                address = "";
            } else if (token.length() > 1 ? !token.startsWith("(") : "<>:()".indexOf(token) < 0) {
                // Two words that nothing joins stay two, and are no domain.
                address += address.isEmpty() ? "" : (joins || token.equals(".") ? "" : " ") + token;
                name += address.isEmpty() ? token : "";
            } else if (token.equals(":") || token.equals("<")) {
                name = "";
                address = token.equals("<") && isWhole(address) ? "" : address;
            }
            joins = token.equals(".") || "<>:)@".contains(token);
        }
        found.add(address);
        return domains(found);
    }

    private static boolean isWhole(String address) {
        return address.indexOf('@') >= 0 && !address.endsWith("@") && !address.endsWith(".");
    }

    private static List<String> tokens(String field) {
        List<String> tokens = new ArrayList<>();
        Matcher matcher = TOKEN.matcher(field.replace("\r\n", ""));
        while (matcher.find()) {
            tokens.add(matcher.group());
        }
        return tokens;
    }

    private static boolean isNamed(List<String> tokens, int from) {
        return tokens.subList(from, tokens.size()).stream()
                .filter(token -> token.equals("<") || token.equals(",") || token.equals(";"))
                .findFirst()
                .filter("<"::equals)
                .isPresent();
    }

    private static boolean isJoint(String token) {
        return token.equals(".") || token.equals("@") || token.equals(":");
    }

    private static List<String> domains(List<String> addresses) {
        return SimpleFromParsers.publicOnes(addresses.stream()
                .filter(address -> address.indexOf('@') >= 0)
                .map(address -> address.substring(address.lastIndexOf('@') + 1))
                .toList());
    }
}
