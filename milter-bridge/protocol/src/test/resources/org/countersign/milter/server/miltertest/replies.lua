-- Each stage has exactly one reply, and each decision its own.
local conn = open(6, 0x1ff, REPLY_TO_ALL)
done(mt.conninfo(conn, "client.example", "192.0.2.1"))
expect(conn, SMFIR_CONTINUE, "connect")
done(mt.helo(conn, "helo.example"))
expect(conn, SMFIR_CONTINUE, "helo")
done(mt.unknown(conn, "NONSENSE"))
expect(conn, SMFIR_CONTINUE, "unknown command")
for _, queue_id in ipairs({ "accept", "reject", "tempfail", "quarantine", "discard" }) do
    done(mt.macro(conn, SMFIC_MAIL, "i", queue_id))
    done(mt.mailfrom(conn, "<a@sender.example>", "SIZE=1", "BODY=8BITMIME"))
    expect(conn, SMFIR_CONTINUE, "mail")
    done(mt.rcptto(conn, "<b@here.example>", "NOTIFY=NEVER"))
    expect(conn, SMFIR_CONTINUE, "recipient")
    done(mt.unknown(conn, "VRFY x"))
    expect(conn, SMFIR_CONTINUE, "unknown command within a message")
    done(mt.data(conn))
    expect(conn, SMFIR_CONTINUE, "data")
    done(mt.header(conn, "From", "a@sender.example"))
    expect(conn, SMFIR_CONTINUE, "header")
    done(mt.eoh(conn))
    expect(conn, SMFIR_CONTINUE, "end of header")
    done(mt.bodystring(conn, "text\r\n"))
    expect(conn, SMFIR_CONTINUE, "body")
    done(mt.eom(conn))
    if queue_id == "reject" then
        check(mt.eom_check(conn, MT_SMTPREPLY, "550", "5.7.26", "rejected"), "not rejected")
    elseif queue_id == "tempfail" then
        check(mt.eom_check(conn, MT_SMTPREPLY, "451", "4.7.0", "not now"), "not deferred")
    elseif queue_id == "quarantine" then
        check(mt.eom_check(conn, MT_QUARANTINE, "a reason"), "not in quarantine")
        expect(conn, SMFIR_CONTINUE, "end of message")
    elseif queue_id == "discard" then
        expect(conn, SMFIR_DISCARD, "end of message")
    else
        expect(conn, SMFIR_CONTINUE, "end of message")
    end
end
mt.disconnect(conn)
