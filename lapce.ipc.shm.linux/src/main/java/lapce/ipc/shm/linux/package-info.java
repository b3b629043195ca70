/// Linux 3.15 or later with glibc 2.28 or later, x86-64 and AArch64.
///
/// | mechanism | from |
/// |---|---|
/// | regions: POSIX shared memory under `/dev/shm`, all of it reserved | shm_open(3), posix_fallocate(3), mmap(2) |
/// | parkers: futexes without the private flag | futex(2) |
/// | life locks: open-file-description locks, asked for without being taken | fcntl(2) |
/// | identity: effective user id, boot id | getuid(2), `/proc/sys/kernel/random/boot_id` |
///
/// Names may have 255 bytes; the longest made here has 193.
package lapce.ipc.shm.linux;
