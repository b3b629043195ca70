/* The Windows calls that lapce.ipc.shm.windows makes, as the documentation has them and Wine 8 was seen to do them, within one process of
 * Linux. Everything is behind one mutex. An error number is left in errno, where Windows has GetLastError. A security descriptor and a SID are
 * kept as the texts they were made from. Not simulated: who may access what, quotas, and a file whose deletion waits for its last handle. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "simulated_windows.h"

#define USER "S-1-5-21-1004336348-1177238915-682003330-1001"
#define MOST_HANDLES (1 << 16)
#define PAGE 4096ull
#define GRANULARITY 65536ull
#define COMMIT_LIMIT (1ull << 32)
#define STATUS_PENDING 0x103
#define CURRENT_PROCESS ((HANDLE)-1)

enum {
    FILE_NOT_FOUND = 2, PATH_NOT_FOUND = 3, TOO_MANY_OPEN_FILES = 4, ACCESS_DENIED = 5, INVALID_HANDLE = 6, LOCK_VIOLATION = 33,
    INVALID_PARAMETER = 87, INSUFFICIENT_BUFFER = 122, INVALID_NAME = 123, NOT_LOCKED = 158, BAD_PATHNAME = 161, ALREADY_EXISTS = 183,
    OPERATION_ABORTED = 995, IO_PENDING = 997, INVALID_ADDRESS = 487, UNKNOWN_REVISION = 1305, INVALID_SECURITY_DESCR = 1338,
    COMMITMENT_LIMIT = 1455, MAPPED_ALIGNMENT = 1132, BAD_LENGTH = 24
};

enum kind { SECTION, EVENT, OPEN_FILE, TOKEN };

struct object {
    enum kind kind;
    int handles;
    char *name;           /* of a section or an event; NULL if it has none */
    char *sddl;
    int fd;               /* of a section's memory, or of an open file */
    uint64_t size;        /* of a section, in pages */
    int signaled, manual; /* of an event */
    struct object *next;  /* that has a name */
};

struct view { char *base, *reserved; uint64_t size, reservedSize; struct view *next; };
struct lock { dev_t device; ino_t file; uint64_t offset; int exclusive; struct object *holder; struct lock *next; };

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed; /* some event or lock */
static pthread_once_t once = PTHREAD_ONCE_INIT;
static struct object *handles[MOST_HANDLES];
static struct object *named;
static struct view *views;
static struct lock *locks;

static void initialize(void) {
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&changed, &attributes);
}

static void enter(void) {
    pthread_once(&once, initialize);
    pthread_mutex_lock(&mutex);
}

/* Leaves the error number last, as nothing behind it may change it. */
static void leave(int error) {
    pthread_mutex_unlock(&mutex);
    errno = error;
}

static char *narrow(const WCHAR *wide) {
    size_t length = 0;
    while (wide[length]) length++;
    char *text = malloc(length + 1);
    for (size_t i = 0; i <= length; i++) text[i] = wide[i] < 128 ? (char)wide[i] : '?';
    return text;
}

static WCHAR *widen(const char *text) {
    size_t length = strlen(text);
    WCHAR *wide = malloc((length + 1) * sizeof *wide);
    for (size_t i = 0; i <= length; i++) wide[i] = (WCHAR)text[i];
    return wide;
}

/* --- handles and names --- */

static HANDLE newHandle(struct object *object) {
    static size_t last;
    for (size_t i = 0; i < MOST_HANDLES; i++) {
        last = (last + 1) % MOST_HANDLES;
        if (!handles[last]) {
            handles[last] = object;
            object->handles++;
            return (HANDLE)((last + 1) * 4);
        }
    }
    return NULL;
}

static struct object *find(HANDLE handle, enum kind kind) {
    uintptr_t index = (uintptr_t)handle / 4 - 1;
    struct object *object = (uintptr_t)handle % 4 == 0 && index < MOST_HANDLES ? handles[index] : NULL;
    return object && object->kind == kind ? object : NULL;
}

static struct object *newObject(enum kind kind, char *name, const SECURITY_ATTRIBUTES *attributes) {
    struct object *object = calloc(1, sizeof *object);
    object->kind = kind;
    object->name = name;
    object->fd = -1;
    object->sddl = strdup(attributes && attributes->lpSecurityDescriptor ? attributes->lpSecurityDescriptor : "O:" USER "D:(A;;GA;;;WD)");
    if (name) {
        object->next = named;
        named = object;
    }
    return object;
}

/* Sections and events share one namespace. Without a prefix, a name is of the session. */
static char *objectName(const WCHAR *wide, int *error) {
    *error = 0;
    if (!wide) return NULL;
    char *text = narrow(wide);
    char *behind = !strncmp(text, "Local\\", 6) ? text + 6 : text;
    *error = strchr(behind, '\\') ? PATH_NOT_FOUND : !*behind ? INVALID_NAME : strlen(text) >= 260 ? 206 : 0;
    char *name = strdup(behind);
    free(text);
    return name;
}

static struct object *findNamed(const char *name) {
    struct object *object = named;
    while (object && (!name || strcmp(object->name, name))) object = object->next;
    return object;
}

static void dropLocks(struct object *holder) {
    for (struct lock **at = &locks; *at;) {
        struct lock *lock = *at;
        if (lock->holder == holder) {
            *at = lock->next;
            free(lock);
        } else {
            at = &lock->next;
        }
    }
    pthread_cond_broadcast(&changed);
}

/* A name goes with the last handle, though there are views. */
static void drop(struct object *object) {
    if (object->name) {
        struct object **at = &named;
        while (*at != object) at = &(*at)->next;
        *at = object->next;
    }
    if (object->kind == OPEN_FILE) dropLocks(object);
    if (object->fd >= 0) close(object->fd);
    free(object->name);
    free(object->sddl);
    free(object);
}

BOOL sim_CloseHandle(HANDLE handle) {
    enter();
    uintptr_t index = (uintptr_t)handle / 4 - 1;
    struct object *object = (uintptr_t)handle % 4 == 0 && index < MOST_HANDLES ? handles[index] : NULL;
    if (object) {
        handles[index] = NULL;
        if (--object->handles == 0) drop(object);
    }
    leave(object ? 0 : INVALID_HANDLE);
    return object != NULL;
}

/* How many handles are open, for tests that look for one that was not closed. */
int sim_OpenHandles(void) {
    enter();
    int open = 0;
    for (size_t i = 0; i < MOST_HANDLES; i++) open += handles[i] != NULL;
    leave(0);
    return open;
}

int sim_OpenViews(void) {
    enter();
    int open = 0;
    for (struct view *view = views; view; view = view->next) open++;
    leave(0);
    return open;
}

/* Where a handle holds a lock, -1 if nowhere: what others read there they could not, as locks of Windows are no advice. */
int64_t sim_LockedByte(HANDLE handle) {
    enter();
    int64_t offset = -1;
    for (struct lock *lock = locks; lock; lock = lock->next)
        if (lock->holder == find(handle, OPEN_FILE)) offset = (int64_t)lock->offset;
    leave(0);
    return offset;
}

/* --- sections --- */

HANDLE sim_CreateFileMappingW(
        HANDLE file, const SECURITY_ATTRIBUTES *attributes, DWORD protect, DWORD sizeHigh, DWORD sizeLow, const WCHAR *wide) {
    uint64_t size = (uint64_t)sizeHigh << 32 | sizeLow;
    enter();
    HANDLE handle = NULL;
    int error;
    char *name = objectName(wide, &error);
    struct object *there = findNamed(name);
    if (error) {
        ;
    } else if (file != (HANDLE)-1 || protect != 4 || size == 0 || (attributes && attributes->nLength != 24)) {
        error = INVALID_PARAMETER;
    } else if (there) {
        error = there->kind == SECTION ? ALREADY_EXISTS : INVALID_HANDLE;
        if (there->kind == SECTION) handle = newHandle(there);
    } else if (size > COMMIT_LIMIT) {
        error = COMMITMENT_LIMIT;
    } else {
        int fd = memfd_create("section", MFD_CLOEXEC);
        uint64_t pages = (size + PAGE - 1) / PAGE * PAGE;
        if (fd < 0 || ftruncate(fd, (off_t)pages)) {
            if (fd >= 0) close(fd);
            error = COMMITMENT_LIMIT;
        } else {
            struct object *section = newObject(SECTION, name, attributes);
            section->fd = fd;
            section->size = pages;
            name = NULL;
            handle = newHandle(section);
        }
    }
    free(name);
    leave(error);
    return handle;
}

HANDLE sim_OpenFileMappingW(DWORD access, BOOL inherit, const WCHAR *wide) {
    (void)access;
    (void)inherit;
    enter();
    int error;
    char *name = objectName(wide, &error);
    struct object *there = findNamed(name);
    if (!error) error = !there ? FILE_NOT_FOUND : there->kind != SECTION ? INVALID_HANDLE : 0;
    HANDLE handle = error ? NULL : newHandle(there);
    free(name);
    leave(error);
    return handle;
}

/* Each view is a mapping of its own, aligned as Windows does it, and with nothing behind it. */
void *sim_MapViewOfFile(HANDLE handle, DWORD access, DWORD offsetHigh, DWORD offsetLow, uint64_t bytes) {
    enter();
    struct object *section = find(handle, SECTION);
    int error = !section ? INVALID_HANDLE
            : offsetLow % GRANULARITY ? MAPPED_ALIGNMENT
            : bytes > section->size ? ACCESS_DENIED
            : offsetHigh || offsetLow || bytes || access != FILE_MAP_ALL_ACCESS ? INVALID_PARAMETER /* of Windows it is not, and nobody asks */ : 0;
    struct view *view = NULL;
    if (!error) {
        view = calloc(1, sizeof *view);
        view->size = section->size;
        view->reservedSize = section->size + 2 * GRANULARITY;
        view->reserved = mmap(NULL, view->reservedSize, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        view->base = (char *)(((uintptr_t)view->reserved + GRANULARITY - 1) / GRANULARITY * GRANULARITY);
        if (view->reserved == MAP_FAILED
                || mmap(view->base, view->size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, section->fd, 0) == MAP_FAILED) {
            error = COMMITMENT_LIMIT;
            free(view);
            view = NULL;
        } else {
            view->next = views;
            views = view;
        }
    }
    leave(error);
    return view ? view->base : NULL;
}

BOOL sim_UnmapViewOfFile(const void *base) {
    enter();
    struct view **at = &views;
    while (*at && (*at)->base != base) at = &(*at)->next;
    struct view *view = *at;
    if (view) {
        *at = view->next;
        munmap(view->reserved, view->reservedSize);
        free(view);
    }
    leave(view ? 0 : INVALID_ADDRESS);
    return view != NULL;
}

uint64_t sim_VirtualQuery(const void *address, MEMORY_BASIC_INFORMATION *information, uint64_t length) {
    enter();
    struct view *view = views;
    while (view && view->base != address) view = view->next;
    int error = length != 48 || sizeof *information != 48 || !view ? INVALID_PARAMETER : 0;
    if (!error) {
        memset(information, 0, sizeof *information);
        information->BaseAddress = information->AllocationBase = view->base;
        information->RegionSize = view->size;
    }
    leave(error);
    return error ? 0 : sizeof *information;
}

/* --- events --- */

HANDLE sim_CreateEventW(const SECURITY_ATTRIBUTES *attributes, BOOL manual, BOOL initial, const WCHAR *wide) {
    enter();
    int error = 0;
    char *name = wide ? objectName(wide, &error) : NULL;
    struct object *there = name ? findNamed(name) : NULL;
    HANDLE handle = NULL;
    if (there) {
        error = there->kind == EVENT ? ALREADY_EXISTS : INVALID_HANDLE;
        if (there->kind == EVENT) handle = newHandle(there);
        free(name);
    } else if (error) {
        free(name);
    } else {
        struct object *event = newObject(EVENT, name, attributes);
        event->manual = manual;
        event->signaled = initial;
        handle = newHandle(event);
    }
    leave(error);
    return handle;
}

BOOL sim_SetEvent(HANDLE handle) {
    enter();
    struct object *event = find(handle, EVENT);
    if (event) {
        event->signaled = 1;
        pthread_cond_broadcast(&changed);
    }
    leave(event ? 0 : INVALID_HANDLE);
    return event != NULL;
}

DWORD sim_WaitForSingleObject(HANDLE handle, DWORD millis) {
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += millis / 1000;
    until.tv_nsec += millis % 1000 * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_nsec -= 1000000000;
        until.tv_sec++;
    }
    enter();
    struct object *event = find(handle, EVENT);
    int error = event ? 0 : INVALID_HANDLE;
    DWORD result = event ? 0 : 0xffffffff;
    while (event && !event->signaled && !result) {
        int waited = millis == 0xffffffff ? pthread_cond_wait(&changed, &mutex) : pthread_cond_timedwait(&changed, &mutex, &until);
        if (waited == ETIMEDOUT && !event->signaled) result = 0x102;
    }
    if (event && !result && !event->manual) event->signaled = 0;
    leave(error);
    return result;
}

/* --- files --- */

static int ofErrno(int error) {
    switch (error) {
        case ENOENT: return FILE_NOT_FOUND;
        case ENOTDIR: return PATH_NOT_FOUND;
        case EEXIST: return ALREADY_EXISTS;
        case EMFILE: return TOO_MANY_OPEN_FILES;
        default: return ACCESS_DENIED;
    }
}

/* The file, or its directory? */
static int missing(char *path) {
    char *separator = strrchr(path, '/');
    if (!separator) return FILE_NOT_FOUND;
    *separator = 0;
    return faccessat(AT_FDCWD, path, F_OK, 0) ? PATH_NOT_FOUND : FILE_NOT_FOUND;
}

HANDLE sim_CreateFileW(
        const WCHAR *wide, DWORD access, DWORD share, const SECURITY_ATTRIBUTES *attributes, DWORD disposition, DWORD flags, HANDLE template) {
    (void)attributes;
    enter();
    HANDLE handle = (HANDLE)-1;
    int error = INVALID_PARAMETER;
    if (access == 0xc0000000 && share == 7 && disposition == 3 && flags == 0x40000000 && !template) {
        char *path = narrow(wide);
        int fd = open(path, O_RDWR | O_CLOEXEC);
        error = fd < 0 ? ofErrno(errno) : 0;
        if (error == FILE_NOT_FOUND) error = missing(path);
        free(path);
        if (fd >= 0) {
            struct object *file = newObject(OPEN_FILE, NULL, NULL);
            file->fd = fd;
            handle = newHandle(file);
        }
    }
    leave(error);
    return handle;
}

static int isExcluded(const struct stat *file, uint64_t offset, int exclusive) {
    for (struct lock *lock = locks; lock; lock = lock->next) {
        if (lock->device == file->st_dev && lock->file == file->st_ino && lock->offset == offset && (lock->exclusive || exclusive)) return 1;
    }
    return 0;
}

static uint64_t offsetOf(const OVERLAPPED *overlapped) {
    return (uint64_t)overlapped->OffsetHigh << 32 | overlapped->Offset;
}

static void take(struct object *holder, const struct stat *file, uint64_t offset, int exclusive) {
    struct lock *lock = calloc(1, sizeof *lock);
    *lock = (struct lock){file->st_dev, file->st_ino, offset, exclusive, holder, locks};
    locks = lock;
}

/* One that must wait is pending; GetOverlappedResult waits, and what is asked for stands in the structure until then. */
BOOL sim_LockFileEx(HANDLE handle, DWORD flags, DWORD reserved, DWORD lengthLow, DWORD lengthHigh, OVERLAPPED *overlapped) {
    enter();
    struct object *file = find(handle, OPEN_FILE);
    struct stat status;
    int error = !file || fstat(file->fd, &status) ? INVALID_HANDLE
            : reserved || lengthLow != 1 || lengthHigh || !find(overlapped->hEvent, EVENT) ? INVALID_PARAMETER : 0;
    if (!error) {
        if (!isExcluded(&status, offsetOf(overlapped), flags & 2)) {
            take(file, &status, offsetOf(overlapped), flags & 2);
        } else if (flags & 1) {
            error = LOCK_VIOLATION;
        } else {
            overlapped->Internal = STATUS_PENDING;
            overlapped->InternalHigh = flags & 2;
            error = IO_PENDING;
        }
    }
    leave(error);
    return !error;
}

BOOL sim_GetOverlappedResult(HANDLE handle, OVERLAPPED *overlapped, DWORD *transferred, BOOL wait) {
    enter();
    *transferred = 0;
    struct object *file = find(handle, OPEN_FILE);
    struct stat status;
    int error = !file || fstat(file->fd, &status) ? INVALID_HANDLE : overlapped->Internal != STATUS_PENDING || !wait ? INVALID_PARAMETER : 0;
    while (!error && isExcluded(&status, offsetOf(overlapped), overlapped->InternalHigh != 0)) {
        pthread_cond_wait(&changed, &mutex);
        if (find(handle, OPEN_FILE) != file) error = OPERATION_ABORTED;
    }
    if (!error) {
        take(file, &status, offsetOf(overlapped), overlapped->InternalHigh != 0);
        overlapped->Internal = 0;
    }
    leave(error);
    return !error;
}

BOOL sim_UnlockFileEx(HANDLE handle, DWORD reserved, DWORD lengthLow, DWORD lengthHigh, OVERLAPPED *overlapped) {
    enter();
    struct object *file = find(handle, OPEN_FILE);
    int error = !file ? INVALID_HANDLE : reserved || lengthLow != 1 || lengthHigh ? INVALID_PARAMETER : NOT_LOCKED;
    struct lock **at = &locks;
    while (error == NOT_LOCKED && *at) {
        struct lock *lock = *at;
        if (lock->holder == file && lock->offset == offsetOf(overlapped)) {
            *at = lock->next;
            free(lock);
            pthread_cond_broadcast(&changed);
            error = 0;
        } else {
            at = &lock->next;
        }
    }
    leave(error);
    return !error;
}

BOOL sim_GetFileInformationByHandleEx(HANDLE handle, int class, FILE_STANDARD_INFO *information, DWORD length) {
    enter();
    struct object *file = find(handle, OPEN_FILE);
    struct stat status;
    int error = !file || fstat(file->fd, &status) ? INVALID_HANDLE : length < sizeof *information ? BAD_LENGTH : class != 1 ? INVALID_PARAMETER : 0;
    if (!error) {
        memset(information, 0, sizeof *information);
        information->EndOfFile = status.st_size;
        information->NumberOfLinks = (DWORD)status.st_nlink;
    }
    leave(error);
    return !error;
}

BOOL sim_MoveFileExW(const WCHAR *from, const WCHAR *to, DWORD flags) {
    char *path = narrow(from);
    char *target = narrow(to);
    enter();
    int error = flags ? INVALID_PARAMETER : renameat2(AT_FDCWD, path, AT_FDCWD, target, RENAME_NOREPLACE) ? ofErrno(errno) : 0;
    if (error == FILE_NOT_FOUND) error = missing(path);
    free(path);
    free(target);
    leave(error);
    return !error;
}

/* --- security --- */

void *sim_LocalFree(void *memory) {
    free(memory);
    return NULL;
}

HANDLE sim_GetCurrentProcess(void) {
    return CURRENT_PROCESS;
}

BOOL sim_OpenProcessToken(HANDLE process, DWORD access, HANDLE *token) {
    enter();
    int error = process != CURRENT_PROCESS ? INVALID_HANDLE : access != 8 ? INVALID_PARAMETER : 0;
    if (!error) *token = newHandle(newObject(TOKEN, NULL, NULL));
    leave(error);
    return !error;
}

BOOL sim_GetTokenInformation(HANDLE token, int class, TOKEN_USER *user, DWORD length, DWORD *needed) {
    enter();
    *needed = sizeof *user + sizeof USER;
    int error = !find(token, TOKEN) ? INVALID_HANDLE : class != 1 ? INVALID_PARAMETER : length < *needed ? INSUFFICIENT_BUFFER : 0;
    if (!error) {
        user->User.Sid = (char *)(user + 1);
        user->User.Attributes = 0;
        strcpy(user->User.Sid, USER);
    }
    leave(error);
    return !error;
}

BOOL sim_ConvertSidToStringSidW(const char *sid, WCHAR **text) {
    *text = widen(sid);
    errno = 0;
    return 1;
}

BOOL sim_ConvertStringSecurityDescriptorToSecurityDescriptorW(const WCHAR *text, DWORD revision, void **descriptor, DWORD *size) {
    char *sddl = narrow(text);
    int error = revision != 1 ? UNKNOWN_REVISION : strncmp(sddl, "O:S-", 4) || !strstr(sddl, "D:") || size ? INVALID_SECURITY_DESCR : 0;
    if (error) {
        free(sddl);
    } else {
        *descriptor = sddl;
    }
    errno = error;
    return !error;
}

/* The owner is part of what is returned for LocalFree. */
DWORD sim_GetSecurityInfo(HANDLE handle, int type, DWORD what, char **owner, void **group, void **dacl, void **sacl, char **descriptor) {
    enter();
    struct object *object = find(handle, SECTION);
    if (!object) object = find(handle, EVENT);
    DWORD error = !object ? INVALID_HANDLE : type != 6 || what != 1 || group || dacl || sacl ? INVALID_PARAMETER : 0;
    if (!error) {
        *descriptor = strdup(object->sddl + 2);
        *strstr(*descriptor, "D:") = 0;
        *owner = *descriptor;
    }
    leave(0);
    return error;
}
