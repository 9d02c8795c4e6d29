-- A mail server may offer anything: nothing, only one flag, or flags that do not exist yet.
for bit = 0, 20 do
    local conn = open(6, 2 ^ bit, 2 ^ bit)
    greet(conn)
    send_accepted(conn, "bit-" .. bit)
    mt.disconnect(conn)
end

local nothing = open(6, 0, 0)
check(not mt.test_action(nothing, SMFIF_ADDHDRS), "a right was taken that was not offered")
greet(nothing)
send_accepted(nothing, "nothing")
send(nothing, "reject")
check(mt.eom_check(nothing, MT_SMTPREPLY, "550", "5.7.26", "rejected"), "not rejected")
mt.disconnect(nothing)

local everything = open(6, 0x7fffffff, 0x1fffff)
check(mt.test_action(everything, SMFIF_ADDHDRS), "insertion is not used")
greet(everything)
send_accepted(everything, "everything")
mt.disconnect(everything)
