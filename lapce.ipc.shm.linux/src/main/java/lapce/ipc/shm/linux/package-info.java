/// Linux 3.15 or later with glibc 2.28 or later, x86-64 and AArch64.
///
/// | mechanism | from |
/// |---|---|
/// | regions: POSIX shared memory (shm_overview(7)) under `/dev/shm`, all of it reserved, named last | open(2) with O_TMPFILE, posix_fallocate(3), linkat(2), mmap(2) |
/// | parkers: futexes without the private flag | futex(2) |
/// | life locks: open-file-description locks, asked for without being taken | fcntl(2) |
/// | identity: effective user id, group id, boot id | getuid(2), getgrnam(3), `/proc/sys/kernel/random/boot_id` |
///
/// Names may have 255 bytes; the longest made here, a group's region, has 194.
package lapce.ipc.shm.linux;
