/// macOS on Apple silicon and x86-64; 14.4 or later to sleep in the kernel, see [OsSyncParker] for earlier ones. Never run on a Mac by its authors: checked
/// against a library that keeps macOS's rules, see `doc/lapce.ipc.shm.macos.md`.
///
/// | mechanism | from |
/// |---|---|
/// | regions: POSIX shared memory, whose names [lapce.ipc.shm.Registry] keeps, since the system lists none | shm_open(2), ftruncate(2), mmap(2) |
/// | parkers: waiting at an address, for other processes too | os_sync_wait_on_address(3) |
/// | life locks: locks of open files | flock(2) |
/// | identity: effective user id, boot session | geteuid(2), `kern.bootsessionuuid` (sysctl(3)) |
///
/// Names have at most 31 characters there; those made here have 30.
package lapce.ipc.shm.macos;
