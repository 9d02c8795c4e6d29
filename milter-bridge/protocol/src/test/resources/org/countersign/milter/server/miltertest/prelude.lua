-- What the scripts in this folder have in common. The variable "socket" names the filter. It accepts a message, unless
-- the queue id is "reject", "tempfail", "quarantine" or "discard".

function fail(problem)
    mt.echo(problem)
    error(problem)
end

function check(condition, problem)
    if not condition then
        fail(problem)
    end
end

-- For functions of miltertest that return a problem, or nil.
function done(problem)
    check(problem == nil, problem)
end

local function negotiate(version, first, second)
    local conn = mt.connect(socket)
    check(conn ~= nil, "no connection")
    done(mt.negotiate(conn, version, first, second))
    return conn
end

-- Releases of miltertest differ in the order of actions and steps.
local probe = negotiate(6, 0x1ff, 0)
local actions_first = mt.test_action(probe, SMFIF_ADDHDRS)
mt.disconnect(probe)

function open(version, actions, steps)
    if actions_first then
        return negotiate(version, actions, steps)
    end
    return negotiate(version, steps, actions)
end

function greet(conn)
    done(mt.conninfo(conn, "client.example", "192.0.2.1"))
    done(mt.helo(conn, "helo.example"))
end

-- With these flags miltertest waits for a reply to each command, and each must be "continue".
REPLY_TO_ALL = 0

function expect(conn, reply, stage)
    check(mt.getreply(conn) == reply, "unexpected reply in the stage " .. stage .. ": " .. mt.getreply(conn))
end

-- Sends a whole message and ends it.
function send(conn, queue_id)
    done(mt.macro(conn, SMFIC_MAIL, "i", queue_id))
    done(mt.mailfrom(conn, "<a@sender.example>"))
    done(mt.rcptto(conn, "<b@here.example>"))
    done(mt.header(conn, "From", "a@sender.example"))
    done(mt.eoh(conn))
    done(mt.bodystring(conn, "text\r\n"))
    done(mt.eom(conn))
end

function send_accepted(conn, queue_id)
    send(conn, queue_id)
    expect(conn, SMFIR_CONTINUE, "end of message")
end
