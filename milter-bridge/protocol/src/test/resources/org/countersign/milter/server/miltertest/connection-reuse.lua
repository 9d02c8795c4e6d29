-- Many messages of one SMTP session, with and without an abort in between, and messages of other clients meanwhile.
local conn = open(6, 0x1ff, 0x1fffff)
local other = open(6, 0x1ff, REPLY_TO_ALL)
greet(conn)
done(mt.conninfo(other, "other.example", "unspec"))
done(mt.helo(other, "other.example"))
for n = 1, 100 do
    send_accepted(conn, "one-" .. n)
    if n % 2 == 0 then
        done(mt.abort(conn))
    end
    if n % 3 == 0 then
        done(mt.helo(conn, "again.example"))
    end
    send(other, "reject")
    check(mt.eom_check(other, MT_SMTPREPLY, "550", "5.7.26", "rejected"), "not rejected")
end
mt.disconnect(conn)
mt.disconnect(other, false)
