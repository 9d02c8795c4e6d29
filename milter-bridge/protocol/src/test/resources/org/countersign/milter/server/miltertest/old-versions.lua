-- Version 2 is the oldest that any mail server in use has. It has neither insertion nor macro lists.
for version = 2, 5 do
    local conn = open(version, 0x3f, 0x7f)
    greet(conn)
    send_accepted(conn, "version-" .. version)
    mt.disconnect(conn)
end

local conn = mt.connect(socket)
check(conn ~= nil, "no connection")
check(mt.negotiate(conn, 1, 0x3f, 0x7f) ~= nil, "version 1 was accepted")
mt.disconnect(conn, false)
