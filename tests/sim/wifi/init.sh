#!/bin/sh
# PID 1 of the guest until its root is in place: this machine's files read-only below, memory above.
PATH=/usr/sbin:/usr/bin:/sbin:/bin
mount -t proc proc /proc
for word in $(cat /proc/cmdline); do
    case $word in lab.*=*) eval "lab_${word#lab.}" ;; esac
done
mount -t tmpfs -o mode=755,size=60% rw /mnt || exit 1
mkdir /mnt/host /mnt/layer /mnt/up /mnt/work /mnt/root
mount -t hostfs -o / none /mnt/host || exit 1
mount -t hostfs -o "$lab_layer" none /mnt/layer || exit 1
mount -t overlay -o lowerdir=/mnt/layer:/mnt/host,upperdir=/mnt/up,workdir=/mnt/work root /mnt/root || exit 1
cd /mnt/root || exit 1
mount -t devtmpfs dev dev
mount -t proc proc proc
mount -t sysfs sys sys
mkdir -p dev/pts dev/shm ".$lab_folder"
mount -t devpts -o ptmxmode=666 pts dev/pts
mount -t tmpfs -o mode=1777 shm dev/shm
mount -t tmpfs -o mode=755 run run
mount -t hostfs -o "$lab_folder" none ".$lab_folder"
pivot_root . mnt
exec chroot . /usr/bin/env -i "PATH=$PATH:/usr/local/bin" LC_ALL=C.UTF-8 "HOME=$lab_home" PYTHONDONTWRITEBYTECODE=1 \
    ${lab_cache:+"FIRSTHOP_LAB_CACHE=$lab_cache"} sh -c "ip link set lo up; cd '$lab_tree' && exec '$lab_python' -m tests.sim.wifi.guest '$lab_folder'"
