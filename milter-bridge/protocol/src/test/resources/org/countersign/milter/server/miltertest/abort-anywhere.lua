-- After an abort in any stage the connection takes the next message.
local stages = {
    function(conn) done(mt.mailfrom(conn, "<x@sender.example>")) end,
    function(conn) done(mt.rcptto(conn, "<x@here.example>")) end,
    function(conn) done(mt.data(conn)) end,
    function(conn) done(mt.header(conn, "Subject", "abandoned")) end,
    function(conn) done(mt.eoh(conn)) end,
    function(conn) done(mt.bodystring(conn, "abandoned")) end,
}

local conn = open(6, 0x1ff, REPLY_TO_ALL)
done(mt.abort(conn))
done(mt.conninfo(conn, "client.example", "192.0.2.1"))
done(mt.abort(conn))
done(mt.helo(conn, "helo.example"))
for last = 0, #stages do
    for stage = 1, last do
        stages[stage](conn)
    end
    done(mt.abort(conn))
    done(mt.abort(conn))
    send_accepted(conn, "after-" .. last)
    done(mt.abort(conn))
end
mt.disconnect(conn)

-- A mail server that is killed closes the connection in any stage.
for last = 0, #stages do
    local broken = open(6, 0x1ff, REPLY_TO_ALL)
    greet(broken)
    for stage = 1, last do
        stages[stage](broken)
    end
    mt.disconnect(broken, false)
end
