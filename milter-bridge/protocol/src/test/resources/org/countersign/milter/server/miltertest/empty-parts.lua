-- Each part of a message may be missing or empty.
local conn = open(6, 0x1ff, REPLY_TO_ALL)
greet(conn)

-- No macro in any stage, and the null reverse-path.
done(mt.mailfrom(conn, "<>"))
done(mt.rcptto(conn, "<b@here.example>"))
done(mt.header(conn, "From", "a@sender.example"))
done(mt.eoh(conn))
done(mt.eom(conn))
expect(conn, SMFIR_CONTINUE, "end of a message without a body")

done(mt.mailfrom(conn, "<a@sender.example>"))
done(mt.rcptto(conn, "<b@here.example>"))
done(mt.eoh(conn))
done(mt.bodystring(conn, "a body without a header\r\n"))
done(mt.eom(conn))
expect(conn, SMFIR_CONTINUE, "end of a message without a header")

done(mt.mailfrom(conn, "<a@sender.example>"))
done(mt.rcptto(conn, "<b@here.example>"))
done(mt.header(conn, "Subject", ""))
done(mt.header(conn, "X", " "))
done(mt.eoh(conn))
for _ = 1, 100 do
    done(mt.bodystring(conn, ""))
end
done(mt.bodystring(conn, "\r"))
done(mt.bodystring(conn, ""))
done(mt.bodystring(conn, "\n"))
done(mt.eom(conn))
expect(conn, SMFIR_CONTINUE, "end of a message in empty pieces")

-- Without the end of the header, which miltertest sends itself otherwise.
done(mt.mailfrom(conn, "<a@sender.example>"))
done(mt.rcptto(conn, "<b@here.example>"))
done(mt.eom(conn))
expect(conn, SMFIR_CONTINUE, "end of an empty message")

mt.disconnect(conn)
