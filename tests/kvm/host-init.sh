#!/bin/bash
# The first process of the emulated host: mounts, network, KVM, and shells for those who run tests on it.
export PATH=/srv/forkd/node_modules/.bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root
mount -t proc proc /proc
mountpoint -q /sys || mount -t sysfs sys /sys
mount -t devtmpfs dev /dev 2>/dev/null
mkdir -p /dev/pts /dev/shm
mount -t devpts pts /dev/pts
for at in /dev/shm /run /tmp; do mount -t tmpfs tmpfs $at; done
mount -t cgroup2 cgroup /sys/fs/cgroup
hostname emulated-host
modprobe -a kvm-amd virtio_net
ip link set lo up
ip link set eth0 up
ip address add 10.0.2.15/24 dev eth0
# What programs are built with is as it is where the tests run, and so is the place of what was built there.
cp -a /srv/tools/. /
cache=$(cat /srv/cache-path)
mkdir -p "$cache"
mount --bind /srv/cache "$cache"
for slot in 0 1 2 3; do
  mkdir -p /run/forkd-test/$slot
  socat "TCP-LISTEN:$((7001 + slot)),fork,reuseaddr,backlog=128" "UNIX-CONNECT:/run/forkd-test/$slot/socket" 2>/dev/null &
done
# A shell for each connection, which ends with it, whatever it has left running.
python3 - <<'END' &
import socketserver, subprocess

class Shell(socketserver.BaseRequestHandler):
    def handle(self):
        subprocess.run(["/bin/bash"], stdin=self.request, stdout=self.request, stderr=subprocess.DEVNULL)

class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    request_queue_size = 128

Server(("", 7000), Shell).serve_forever()
END
echo "the emulated host is up"
# Whoever started it has gone, or hangs.
sleep 900
echo o > /proc/sysrq-trigger
sleep 60
