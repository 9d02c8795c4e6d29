-- The server of this test takes 500 recipients. One more defers the message, and the connection goes on.
local conn = open(6, 0x1ff, 0x1fffff)
greet(conn)
for _, count in ipairs({ 500, 501, 5000 }) do
    done(mt.macro(conn, SMFIC_MAIL, "i", "recipients-" .. count))
    done(mt.mailfrom(conn, "<a@sender.example>"))
    for n = 1, count do
        done(mt.rcptto(conn, "<" .. n .. "@here.example>"))
    end
    done(mt.header(conn, "From", "a@sender.example"))
    done(mt.eoh(conn))
    done(mt.bodystring(conn, "text\r\n"))
    done(mt.eom(conn))
    if count == 500 then
        expect(conn, SMFIR_CONTINUE, "end of message")
    else
        check(mt.eom_check(conn, MT_SMTPREPLY, "452", "4.5.3", "Too many recipients"), "not deferred: " .. mt.getreply(conn))
    end
end
send_accepted(conn, "afterwards")
mt.disconnect(conn)
