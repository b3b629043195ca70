/*
 * What this project calls of macOS's libSystem, on Linux, with macOS's rules, constants, error numbers and structures. The rules are those of
 * xnu's sources (bsd/kern/posix_shm.c, bsd/sys) and of the manual pages; where Linux is more generous, this refuses what macOS would.
 * Names have a prefix, so that none is taken for that of libc: the tests' lookup puts it before what is asked for.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define MAC(name) mac_##name

/* sys/errno.h of macOS, where it is not as on Linux */
enum { MAC_EAGAIN = 35, MAC_ENAMETOOLONG = 63, MAC_ETIMEDOUT = 60, MAC_ELOOP = 62, MAC_ENOTEMPTY = 66, MAC_ENOTSUP = 45 };

/* sys/fcntl.h of macOS */
enum {
    MAC_O_ACCMODE = 3, MAC_O_NONBLOCK = 4, MAC_O_NOFOLLOW = 0x100, MAC_O_CREAT = 0x200, MAC_O_TRUNC = 0x400, MAC_O_EXCL = 0x800,
    MAC_O_CLOEXEC = 0x1000000
};

enum { MAC_RENAME_EXCL = 4, MAC_SHARED = 1, MAC_CLOCK_MACH_ABSOLUTE_TIME = 32, MAC_LONGEST_NAME = 31, MAC_PAGE = 16384 };

static const char OBJECTS[] = "/dev/shm/lapce_ipc_mac_"; /* with the tests' session and the name behind it */

static int fails(int mac_errno)
{
    errno = mac_errno;
    return -1;
}

/* The result of a call of Linux's, with macOS's number for its error. */
static int translated(int result)
{
    if (result == -1) {
        switch (errno) {
            case EAGAIN: errno = MAC_EAGAIN; break;
            case ENAMETOOLONG: errno = MAC_ENAMETOOLONG; break;
            case ETIMEDOUT: errno = MAC_ETIMEDOUT; break;
            case ELOOP: errno = MAC_ELOOP; break;
            case ENOTEMPTY: errno = MAC_ENOTEMPTY; break;
            default: break; /* the same, for all that comes here */
        }
    }
    return result;
}

static int is_memory(int fd)
{
    char link[64], path[256];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    return length > 0 && strncmp(path, OBJECTS, sizeof OBJECTS - 1) == 0;
}

uid_t MAC(geteuid)(void)
{
    return geteuid();
}

int MAC(open)(const char *path, int flags, ...)
{
    int known = MAC_O_ACCMODE | MAC_O_NONBLOCK | MAC_O_NOFOLLOW | MAC_O_CLOEXEC;
    if (flags & ~known) {
        return fails(EINVAL); /* this project asks for no more */
    }
    return translated(open(path, (flags & MAC_O_ACCMODE)
        | (flags & MAC_O_NONBLOCK ? O_NONBLOCK : 0)
        | (flags & MAC_O_NOFOLLOW ? O_NOFOLLOW : 0)
        | (flags & MAC_O_CLOEXEC ? O_CLOEXEC : 0)));
}

int MAC(close)(int fd)
{
    return translated(close(fd));
}

int MAC(flock)(int fd, int operation)
{
    return is_memory(fd) ? fails(MAC_ENOTSUP) : translated(flock(fd, operation));
}

struct mac_stat {
    int32_t st_dev;
    uint16_t st_mode, st_nlink;
    uint64_t st_ino;
    uint32_t st_uid, st_gid;
    int32_t st_rdev;
    struct { int64_t seconds, nanos; } st_times[4];
    int64_t st_size, st_blocks;
    int32_t st_blksize;
    uint32_t st_flags, st_gen;
    int32_t st_lspare;
    int64_t st_qspare[2];
};

_Static_assert(sizeof(struct mac_stat) == 144, "struct stat with 64-bit inodes");

int MAC(fstat)(int fd, struct mac_stat *to)
{
    struct stat found;
    if (fstat(fd, &found) == -1) {
        return translated(-1);
    }
    memset(to, 0, sizeof *to);
    to->st_dev = (int32_t) found.st_dev;
    to->st_mode = (uint16_t) found.st_mode;
    to->st_nlink = (uint16_t) found.st_nlink;
    to->st_ino = found.st_ino;
    to->st_uid = found.st_uid;
    to->st_gid = found.st_gid;
    to->st_size = found.st_size;
    return 0;
}

int MAC(renamex_np)(const char *from, const char *to, unsigned int flags)
{
    return flags != MAC_RENAME_EXCL ? fails(EINVAL) : translated(renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE));
}

static int path_of(const char *name, char *path, size_t size)
{
    if (strlen(name) > MAC_LONGEST_NAME) {
        return fails(MAC_ENAMETOOLONG);
    }
    if (name[0] != '/' || strchr(name + 1, '/') != NULL) {
        return fails(EINVAL);
    }
    const char *session = getenv("LAPCE_IPC_SESSION");
    snprintf(path, size, "%s%s_%s", OBJECTS, session == NULL ? "" : session, name + 1);
    return 0;
}

int MAC(shm_open)(const char *name, int flags, ...)
{
    char path[256];
    if (path_of(name, path, sizeof path) == -1) {
        return -1;
    }
    if (flags & ~(MAC_O_ACCMODE | MAC_O_CREAT | MAC_O_EXCL | MAC_O_TRUNC)) {
        return fails(EINVAL); /* O_CLOEXEC too, from macOS 26.4 on */
    }
    mode_t mode = 0;
    if (flags & MAC_O_CREAT) {
        va_list arguments;
        va_start(arguments, flags);
        mode = (mode_t) va_arg(arguments, int);
        va_end(arguments);
    }
    int fd = translated(open(path, (flags & MAC_O_ACCMODE) | O_CLOEXEC | O_NOFOLLOW
        | (flags & MAC_O_CREAT ? O_CREAT : 0)
        | (flags & MAC_O_EXCL ? O_EXCL : 0), 0600));
    if (fd >= 0 && (flags & MAC_O_CREAT) && (flags & MAC_O_EXCL) && fchmod(fd, mode & 07777) == -1) { /* no umask there */
        return translated(-1);
    }
    return fd;
}

int MAC(shm_unlink)(const char *name)
{
    char path[256];
    return path_of(name, path, sizeof path) == -1 ? -1 : translated(unlink(path));
}

/* Once for each object, in whole pages, and the memory is there or the call fails. */
int MAC(ftruncate)(int fd, off_t length)
{
    struct stat found;
    if (fstat(fd, &found) == -1) {
        return translated(-1);
    }
    if (length <= 0 || found.st_size != 0) {
        return fails(EINVAL);
    }
    off_t pages = (length + MAC_PAGE - 1) & -MAC_PAGE;
    int error = posix_fallocate(fd, 0, pages);
    return error == 0 ? 0 : fails(error == ENOSPC ? ENOMEM : error);
}

void *MAC(mmap)(void *address, size_t length, int protection, int flags, int fd, off_t offset)
{
    struct stat found;
    if (flags != MAP_SHARED || fstat(fd, &found) == -1 || length == 0 || offset + (off_t) length > found.st_size) {
        errno = EINVAL; /* also where there is no memory yet */
        return MAP_FAILED;
    }
    void *start = mmap(address, length, protection, flags, fd, offset);
    if (start == MAP_FAILED) {
        translated(-1);
    }
    return start;
}

int MAC(munmap)(void *address, size_t length)
{
    return translated(munmap(address, length));
}

int MAC(sysctlbyname)(const char *name, void *old, size_t *length, void *new, size_t new_length)
{
    char id[64];
    if (strcmp(name, "kern.bootsessionuuid") != 0 || new != NULL || new_length != 0) {
        return fails(ENOENT);
    }
    FILE *file = fopen("/proc/sys/kernel/random/boot_id", "r");
    if (file == NULL || fgets(id, sizeof id, file) == NULL) {
        return fails(ENOENT);
    }
    fclose(file);
    size_t needed = strcspn(id, "\n") + 1;
    if (*length < needed) {
        return fails(ENOMEM);
    }
    for (size_t i = 0; i < needed - 1; i++) {
        ((char *) old)[i] = id[i] >= 'a' && id[i] <= 'f' ? id[i] - 'a' + 'A' : id[i];
    }
    ((char *) old)[needed - 1] = 0;
    *length = needed;
    return 0;
}

static int is_waitable(const void *address, size_t size, uint32_t flags)
{
    return address != NULL && size == 4 && (uintptr_t) address % size == 0 && flags == MAC_SHARED;
}

int MAC(os_sync_wait_on_address_with_timeout)(
    void *address, uint64_t value, size_t size, uint32_t flags, uint32_t clock, uint64_t timeout_ns)
{
    if (!is_waitable(address, size, flags) || clock != MAC_CLOCK_MACH_ABSOLUTE_TIME || timeout_ns == 0) {
        return fails(EINVAL);
    }
    struct timespec timeout = { (time_t) (timeout_ns / 1000000000), (long) (timeout_ns % 1000000000) };
    long result = syscall(SYS_futex, address, FUTEX_WAIT, (uint32_t) value, &timeout, NULL, 0);
    return result == 0 || errno == EAGAIN ? 0 : translated(-1); /* another value is no error there */
}

int MAC(os_sync_wake_by_address_all)(void *address, size_t size, uint32_t flags)
{
    if (!is_waitable(address, size, flags)) {
        return fails(EINVAL);
    }
    long woken = syscall(SYS_futex, address, FUTEX_WAKE, INT32_MAX, NULL, NULL, 0);
    return woken > 0 ? 0 : woken == 0 ? fails(ENOENT) : translated(-1);
}
