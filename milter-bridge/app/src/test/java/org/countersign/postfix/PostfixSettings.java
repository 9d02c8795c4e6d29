package org.countersign.postfix;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The configuration of a {@link PostfixInstance}.
 *
 * @param mailboxes the addresses that it delivers to; every other recipient is refused
 * @param inboundMilters the value of {@code smtpd_milters} of the inbound port, for example
 *     {@code inet:127.0.0.1:8891} or {@code unix:/path}
 * @param submissionMilters the same for the submission port
 * @param main further parameters of main.cf, which override the defaults
 */
public record PostfixSettings(
        List<String> mailboxes, List<String> inboundMilters, List<String> submissionMilters, Map<String, String> main) {
    static final String HOST = "mx.receiver.example";
    private static final int NOBODY = 65534;

    public PostfixSettings {
        mailboxes = List.copyOf(mailboxes);
        inboundMilters = List.copyOf(inboundMilters);
        submissionMilters = List.copyOf(submissionMilters);
        main = Map.copyOf(main);
    }

    /** Postfix without milters. */
    public static PostfixSettings delivering(String... mailboxes) {
        return new PostfixSettings(List.of(mailboxes), List.of(), List.of(), Map.of());
    }

    public PostfixSettings withInboundMilters(String... addresses) {
        return new PostfixSettings(mailboxes, List.of(addresses), submissionMilters, main);
    }

    public PostfixSettings withSubmissionMilters(String... addresses) {
        return new PostfixSettings(mailboxes, inboundMilters, List.of(addresses), main);
    }

    public PostfixSettings with(String parameter, String value) {
        Map<String, String> more = new LinkedHashMap<>(main);
        more.put(parameter, value);
        return new PostfixSettings(mailboxes, inboundMilters, submissionMilters, more);
    }

    String mainCf(Path directory) {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("compatibility_level", "3.6");
        parameters.put("config_directory", directory.resolve("conf").toString());
        parameters.put("queue_directory", directory.resolve("queue").toString());
        parameters.put("data_directory", directory.resolve("data").toString());
        parameters.put("maillog_file", directory.resolve("log/mail.log").toString());
        parameters.put("maillog_file_prefixes", directory.resolve("log").toString());
        parameters.put("mail_owner", "postfix");
        parameters.put("setgid_group", "postdrop");
        parameters.put("myhostname", HOST);
        parameters.put("inet_interfaces", "127.0.0.1");
        parameters.put("inet_protocols", "all");
        parameters.put("mynetworks", "127.0.0.0/8");
        // No lookups, and no mail to other hosts.
        parameters.put("smtp_dns_support_level", "disabled");
        parameters.put("smtpd_peername_lookup", "no");
        parameters.put("default_transport", "error:this host delivers to its own mailboxes only");
        parameters.put("relay_transport", "error:this host delivers to its own mailboxes only");
        parameters.put("mydestination", "");
        parameters.put("local_recipient_maps", "");
        parameters.put("alias_maps", "");
        parameters.put("alias_database", "");
        parameters.put("virtual_mailbox_domains", domains());
        parameters.put("virtual_mailbox_base", directory.resolve("mail").toString());
        parameters.put(
                "virtual_mailbox_maps", "texthash:" + directory.resolve("conf").resolve("mailboxes"));
        parameters.put("virtual_uid_maps", "static:" + NOBODY);
        parameters.put("virtual_gid_maps", "static:" + NOBODY);
        parameters.put("smtpd_relay_restrictions", "permit_mynetworks, reject_unauth_destination");
        parameters.put("smtpd_recipient_restrictions", "reject_unlisted_recipient");
        parameters.put("smtpd_authorized_xclient_hosts", "127.0.0.0/8");
        // Postfix adds no missing header fields.
        parameters.put("local_header_rewrite_clients", "");
        parameters.put("milter_protocol", "6");
        parameters.put("milter_default_action", "tempfail");
        parameters.putAll(main);
        return parameters.entrySet().stream()
                .map(parameter -> parameter.getKey() + " = " + parameter.getValue() + "\n")
                .collect(Collectors.joining());
    }

    String masterCf(int inboundPort, int submissionPort) {
        return listener(inboundPort, inboundMilters, "")
                + listener(submissionPort, submissionMilters, " -o milter_macro_daemon_name=ORIGINATING")
                + """
                pickup unix n - n 60 1 pickup
                cleanup unix n - n - 0 cleanup
                qmgr unix n - n 300 1 qmgr
                rewrite unix - - n - - trivial-rewrite
                bounce unix - - n - 0 bounce
                defer unix - - n - 0 bounce
                trace unix - - n - 0 bounce
                verify unix - - n - 1 verify
                flush unix n - n 1000? 0 flush
                proxymap unix - - n - - proxymap
                proxywrite unix - - n - 1 proxymap
                showq unix n - n - - showq
                error unix - - n - - error
                retry unix - - n - - error
                discard unix - - n - - discard
                smtp unix - - n - - smtp
                virtual unix - n n - - virtual
                anvil unix - - n - 1 anvil
                postlog unix-dgram n - n - 1 postlogd
                """;
    }

    String mailboxMap() {
        return mailboxes.stream()
                .map(mailbox -> mailbox + " " + mailbox + "/\n")
                .collect(Collectors.joining());
    }

    private static String listener(int port, List<String> milters, String more) {
        return "127.0.0.1:" + port + " inet n - n - - smtpd -o smtpd_milters=" + String.join(",", milters) + more
                + "\n";
    }

    private String domains() {
        return mailboxes.stream()
                .map(mailbox -> mailbox.substring(mailbox.indexOf('@') + 1))
                .distinct()
                .collect(Collectors.joining(", "));
    }
}
