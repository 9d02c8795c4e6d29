#!/bin/sh
# Runs Sendmail as if it were installed on a machine of its own. To be started in new mount, UTS and process namespaces.
# The file system is that of this machine, with the files of Sendmail's packages, and all changes are lost at the end.
#
# usage: sandbox.sh DIRECTORY PACKAGES HOSTNAME
#   DIRECTORY  an empty directory "work"; "etc", which is copied to /etc; "run", which becomes /run/countersign; the
#              files "log" and "ready" appear in "run"
#   PACKAGES   the files of Sendmail's packages
set -eu
directory=$1 packages=$2
hostname "$3"
mount --make-rprivate /
mount -t tmpfs sandbox "$directory/work"
cd "$directory/work"
mkdir scratch root
cp -a "$packages" upper
mount -t overlay -o lowerdir=/,upperdir=upper,workdir=scratch sandbox root
cd root
mount -t proc proc proc
mount -t tmpfs -o mode=755 dev dev
for device in null zero full random urandom; do
    : >"dev/$device"
    mount --bind "/dev/$device" "dev/$device"
done
ln -s /proc/self/fd dev/fd
ln -s /run/countersign/syslog dev/log
mount -t tmpfs -o mode=755 run run
mkdir -p run/countersign run/sendmail
mount --bind "$directory/run" run/countersign
mount -t tmpfs -o mode=1777 tmp tmp

# What the installation scripts of the packages do.
ln -sfn ../libexec/sendmail/sendmail usr/sbin/sendmail
ln -sfn ../libexec/sendmail/sendmail usr/sbin/sendmail-mta
ln -sfn ../libexec/sendmail/sendmail usr/bin/mailq
ln -sfn ../libexec/sendmail/sendmail usr/bin/newaliases
echo 'smmsp:x:64001:64001::/:/usr/sbin/nologin' >>etc/passwd
echo 'smmta:x:64002:64002::/:/usr/sbin/nologin' >>etc/passwd
echo 'smmsp:x:64001:' >>etc/group
echo 'smmta:x:64002:' >>etc/group
mkdir -p var/lib/sendmail var/spool/mqueue var/spool/mqueue-client
chmod 700 var/spool/mqueue
chown 64001:64001 var/spool/mqueue-client
chmod 770 var/spool/mqueue-client
cp -r "$directory/etc/." etc/

exec chroot . /bin/sh -eu -c '
cd /
python3 -c "
import socket
log = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
log.bind(\"/run/countersign/syslog\")
open(\"/run/countersign/ready\", \"w\").close()
with open(\"/run/countersign/log\", \"ab\", 0) as out:
    while True:
        out.write(log.recv(65536).rstrip(b\"\\n\\0\") + b\"\\n\")
" &
while [ ! -e /run/countersign/ready ]; do sleep 0.05; done
exec sh /etc/mail/start.sh
'
