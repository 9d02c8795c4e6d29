package org.countersign.message;

import static org.assertj.core.api.Assertions.assertThat;

import org.countersign.smtp.HeaderField;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReceivedHostTest {
    private static boolean isFromAnotherHost(String value) {
        return ReceivedHost.isFromAnotherHost(HeaderField.of("Received", " " + value));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "from mail.stranger.example (unknown [203.0.113.66])\r\n by mx.example.org (Postfix) with ESMTP id 1",
                "from localhost (mail.stranger.example [203.0.113.66]) by mx.example.org with ESMTP",
                "from [127.0.0.1] (unknown [203.0.113.66]) by mx.example.org (Postfix) with ESMTP",
                "from by (unknown [203.0.113.66]) by mx.example.org (Postfix) with ESMTP",
                "from by x.example (203.0.113.66) by mx.example.org with SMTP",
                "from by x.example (mail.stranger.example/[203.0.113.66]) by mx.example.org with SMTP",
                "from by by (8.17.1.9/8.17.1.9 203.0.113.66) by mx.example.org with SMTP",
                "from x (203.0.113.66/8.17.1.9) by mx.example.org with SMTP",
                "(from root@localhost) by mx.example.org (8.17.1.9/8.17.1.9/Debian) for 203.0.113.66",
                "from localhost (localhost) by mx.example.org (8.17.1/8.17.1) with SMTP id 1",
                "from localhost (localhost [203.0.113.66]) by mx.example.org (8.17.1/8.17.1) id 1",
                "from localhost (mail.stranger.example) by mx.example.org id 1",
                "from localhost by mx.example.org id 1",
                "from with local (unknown [203.0.113.66]) by mx.example.org (Postfix) with ESMTP",
                "FROM x (x [IPv6:2001:db8::66]) by mx.example.org with ESMTP",
                "from [203.0.113.66] (helo=localhost) by mx.example.org with smtp (Exim 4.96)",
                "from unknown (HELO localhost) (203.0.113.66) by mx.example.org with SMTP",
                "from A.stranger.example (2001:db8::66) by B.example.org (2001:db8::1) with Microsoft SMTP Server",
                "from 10.1.2.3 by mx.example.org",
                "from mail.stranger.example by mx.example.org with ESMTP",
                "from",
                "from\r\n\tmail.stranger.example",
                "from(mail.stranger.example)",
                "(qmail 12 invoked from 203.0.113.66)",
            })
    void namesAnotherHost(String value) {
        assertThat(isFromAnotherHost(value)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "by mx.example.org (Postfix, from userid 33)\r\n\tid 3F2A01; Mon, 23 Nov 2026 12:00:00 +0000 (UTC)",
                "(from root@localhost)\r\n by mx.example.org (8.17.1/8.17.1/Submit) id 1; Mon, 23 Nov 2026 12:00:00 +0000",
                "(from root@localhost)\r\n\tby mx.example.org (8.17.1.9/8.17.1.9/Debian-2+deb12u2) id 6ASD2HLp000112",
                "from localhost (localhost [127.0.0.1])\r\n\tby mx.example.org (8.17.1.9/8.17.1.9/Debian-2~x) with ESMTP",
                "from localhost (localhost)\r\n\tby mx.example.org (8.17.1.9/8.17.1.9/Debian-2+deb12u2) id 6ASD49o5000110;",
                "from root by mx.example.org with local (Exim 4.96)\r\n\t(envelope-from <root@example.org>) id 1",
                "from mx.example.org ([127.0.0.1]) by localhost (mx.example.org [127.0.0.1]) (amavisd-new, port 10024)",
                "from localhost (localhost [IPv6:::1]) by mx.example.org (Postfix) with ESMTP id 12:34:56",
                "from localhost (ip6-localhost [::1]) by mx.example.org",
                "(qmail 12 invoked by uid 0); 23 Nov 2026 12:00:00 -0000",
            })
    void namesNoHostButThisOne(String value) {
        assertThat(isFromAnotherHost(value)).isFalse();
    }
}
