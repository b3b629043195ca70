/* What of the Windows headers the simulation and the scenarios use, for compilers that have none. The scenarios, which have literals, are
 * compiled with -fshort-wchar. */
#include <errno.h>
#include <stddef.h>
#include <stdint.h>

typedef void *HANDLE, *PSID, *PSECURITY_DESCRIPTOR;
typedef uint32_t DWORD;
typedef int32_t BOOL;
#ifdef SCENARIOS
typedef wchar_t WCHAR;
#else
typedef uint16_t WCHAR;
#endif

typedef struct { DWORD nLength; void *lpSecurityDescriptor; BOOL bInheritHandle; } SECURITY_ATTRIBUTES;
typedef struct { uint64_t Internal, InternalHigh; DWORD Offset, OffsetHigh; HANDLE hEvent; } OVERLAPPED;
typedef struct {
    void *BaseAddress, *AllocationBase;
    DWORD AllocationProtect;
    uint64_t RegionSize;
    DWORD State, Protect, Type;
} MEMORY_BASIC_INFORMATION;
typedef struct { int64_t AllocationSize, EndOfFile; DWORD NumberOfLinks; uint8_t DeletePending, Directory; } FILE_STANDARD_INFO;
typedef struct { struct { PSID Sid; DWORD Attributes; } User; } TOKEN_USER;

enum {
    FALSE = 0, TRUE = 1, PAGE_READWRITE = 4, FILE_MAP_ALL_ACCESS = 0xf001f, FILE_SHARE_READ = 1, FILE_SHARE_WRITE = 2, FILE_SHARE_DELETE = 4,
    OPEN_EXISTING = 3, FILE_FLAG_OVERLAPPED = 0x40000000, LOCKFILE_FAIL_IMMEDIATELY = 1, LOCKFILE_EXCLUSIVE_LOCK = 2, TOKEN_QUERY = 8,
    TokenUser = 1, FileStandardInfo = 1, SDDL_REVISION_1 = 1, SE_KERNEL_OBJECT = 6, OWNER_SECURITY_INFORMATION = 1
};

#define INVALID_HANDLE_VALUE ((HANDLE) -1)
#define GENERIC_READ 0x80000000u
#define GENERIC_WRITE 0x40000000u
#define GetLastError() ((DWORD) errno) /* which the simulation sets */
#define SetLastError(error) (errno = (error))

#ifdef SCENARIOS /* calls them by their own names; the simulation has a prefix, so that no name of it is taken for another library's */
#define CloseHandle sim_CloseHandle
#define CreateFileMappingW sim_CreateFileMappingW
#define OpenFileMappingW sim_OpenFileMappingW
#define MapViewOfFile sim_MapViewOfFile
#define UnmapViewOfFile sim_UnmapViewOfFile
#define VirtualQuery sim_VirtualQuery
#define CreateEventW sim_CreateEventW
#define SetEvent sim_SetEvent
#define WaitForSingleObject sim_WaitForSingleObject
#define CreateFileW sim_CreateFileW
#define LockFileEx sim_LockFileEx
#define GetOverlappedResult sim_GetOverlappedResult
#define UnlockFileEx sim_UnlockFileEx
#define GetFileInformationByHandleEx sim_GetFileInformationByHandleEx
#define MoveFileExW sim_MoveFileExW
#define LocalFree sim_LocalFree
#define GetCurrentProcess sim_GetCurrentProcess
#define OpenProcessToken sim_OpenProcessToken
#define GetTokenInformation sim_GetTokenInformation
#define ConvertSidToStringSidW sim_ConvertSidToStringSidW
#define ConvertStringSecurityDescriptorToSecurityDescriptorW sim_ConvertStringSecurityDescriptorToSecurityDescriptorW
#define GetSecurityInfo sim_GetSecurityInfo

BOOL sim_CloseHandle(HANDLE handle);
HANDLE sim_CreateFileMappingW(HANDLE file, const SECURITY_ATTRIBUTES *attributes, DWORD protect, DWORD high, DWORD low, const WCHAR *name);
HANDLE sim_OpenFileMappingW(DWORD access, BOOL inherit, const WCHAR *name);
void *sim_MapViewOfFile(HANDLE handle, DWORD access, DWORD high, DWORD low, uint64_t bytes);
BOOL sim_UnmapViewOfFile(const void *base);
uint64_t sim_VirtualQuery(const void *address, MEMORY_BASIC_INFORMATION *information, uint64_t length);
HANDLE sim_CreateEventW(const SECURITY_ATTRIBUTES *attributes, BOOL manual, BOOL initial, const WCHAR *name);
BOOL sim_SetEvent(HANDLE handle);
DWORD sim_WaitForSingleObject(HANDLE handle, DWORD millis);
HANDLE sim_CreateFileW(
    const WCHAR *path, DWORD access, DWORD share, const SECURITY_ATTRIBUTES *attributes, DWORD disposition, DWORD flags, HANDLE model);
BOOL sim_LockFileEx(HANDLE handle, DWORD flags, DWORD reserved, DWORD low, DWORD high, OVERLAPPED *overlapped);
BOOL sim_GetOverlappedResult(HANDLE handle, OVERLAPPED *overlapped, DWORD *transferred, BOOL wait);
BOOL sim_UnlockFileEx(HANDLE handle, DWORD reserved, DWORD low, DWORD high, OVERLAPPED *overlapped);
BOOL sim_GetFileInformationByHandleEx(HANDLE handle, int class, FILE_STANDARD_INFO *information, DWORD length);
BOOL sim_MoveFileExW(const WCHAR *from, const WCHAR *to, DWORD flags);
void *sim_LocalFree(void *memory);
HANDLE sim_GetCurrentProcess(void);
BOOL sim_OpenProcessToken(HANDLE process, DWORD access, HANDLE *token);
BOOL sim_GetTokenInformation(HANDLE token, int class, TOKEN_USER *user, DWORD length, DWORD *needed);
BOOL sim_ConvertSidToStringSidW(const PSID sid, WCHAR **text);
BOOL sim_ConvertStringSecurityDescriptorToSecurityDescriptorW(const WCHAR *text, DWORD revision, PSECURITY_DESCRIPTOR *descriptor, DWORD *size);
DWORD sim_GetSecurityInfo(HANDLE handle, int type, DWORD what, PSID *owner, PSID *group, void **dacl, void **sacl, PSECURITY_DESCRIPTOR *descriptor);
#endif
