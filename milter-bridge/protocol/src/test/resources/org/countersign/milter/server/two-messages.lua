-- Two messages over one connection. The variable "socket" names the filter, "offer" is what is offered as
-- actions and as protocol steps alike, since releases of miltertest differ in the order of the two.

local function fail(problem)
    mt.echo(problem)
    error(problem)
end

local function done(problem)
    if problem ~= nil then
        fail(problem)
    end
end

local function offer_message(conn, queue_id)
    done(mt.macro(conn, SMFIC_MAIL, "{auth_authen}", "jo", "i", queue_id))
    done(mt.mailfrom(conn, "<a@sender.example>", "BODY=8BITMIME"))
    done(mt.rcptto(conn, "<b@here.example>"))
    done(mt.header(conn, "Authentication-Results", "mx.example; spf=pass"))
    done(mt.header(conn, "From", "a@sender.example"))
    done(mt.header(conn, "Authentication-Results", "mx.example; dkim=pass"))
    done(mt.eoh(conn))
    done(mt.bodystring(conn, "first line\r"))
    done(mt.bodystring(conn, "\nsecond line\r\n"))
    done(mt.eom(conn))
end

local conn = mt.connect(socket)
if conn == nil then
    fail("no connection")
end
done(mt.negotiate(conn, 6, tonumber(offer), tonumber(offer)))
if not mt.test_action(conn, SMFIF_ADDHDRS) or not mt.test_action(conn, SMFIF_CHGHDRS) then
    fail("no right to edit the header was asked for")
end
-- miltertest adds the space to what it sends, where it has to, but not to what it checks.
local space = ""
if mt.test_option(conn, SMFIP_HDR_LEADSPC) then
    space = " "
end
done(mt.conninfo(conn, "client.example", "192.0.2.1"))
done(mt.helo(conn, "helo.example"))

offer_message(conn, "one")
if mt.getreply(conn) ~= SMFIR_CONTINUE then
    fail("the first message was not accepted")
end
if not mt.eom_check(conn, MT_HDRDELETE, "Authentication-Results") then
    fail("nothing was deleted")
end
if not mt.eom_check(conn, MT_HDRINSERT, "Authentication-Results", space .. "mx.example; none", 0) then
    fail("nothing was inserted on top")
end
done(mt.abort(conn))

offer_message(conn, "two")
if not mt.eom_check(conn, MT_SMTPREPLY, "550", "5.7.26", "no 100%% thanks") then
    fail("the second message was not refused with our text")
end

mt.disconnect(conn)
