/*
 * What the calls of Windows do that this project makes, step by step, as text: what was returned, and the last error where that says something. Built
 * by mingw it runs under Wine, or on Windows; built by gcc it runs over the simulation. Both must say the same (doc/lapce.ipc.shm.windows.md).
 */
#ifdef _WIN32
#define _WIN32_WINNT 0x0A00
#include <windows.h>
#include <sddl.h>
#include <aclapi.h>
#else
#define SCENARIOS
#include "simulated_windows.h"
#endif
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define STEP(text) printf("%-58s ", text)
#ifdef _WIN32
#define FILE_BYTES(information) (information).EndOfFile.QuadPart
#else
#define FILE_BYTES(information) (information).EndOfFile
#endif
#define NAME L"Local\\lapce_ipc_scenario"

static WCHAR folder[512];

static void value(long long result)
{
    printf("%lld\n", result);
}

/* A handle or pointer, and the last error. */
static void *handle(void *result)
{
    printf("%s %lu\n", result == INVALID_HANDLE_VALUE ? "invalid" : result != NULL ? "there" : "null", (unsigned long) GetLastError());
    SetLastError(0);
    return result;
}

/* A truth, and the last error if it is false. */
static BOOL truth(BOOL result)
{
    printf("%s", result ? "true\n" : "false ");
    if (!result) {
        printf("%lu\n", (unsigned long) GetLastError());
    }
    SetLastError(0);
    return result;
}

static WCHAR *file(const WCHAR *name)
{
    static WCHAR paths[4][600];
    static int next;
    WCHAR *path = paths[next++ % 4];
    int length = 0;
    while (folder[length]) {
        path[length] = folder[length];
        length++;
    }
    for (int i = 0; (path[length + i] = name[i]) != 0; i++) {
    }
    return path;
}

static HANDLE section(uint64_t size, const WCHAR *name)
{
    return CreateFileMappingW(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, (DWORD) (size >> 32), (DWORD) size, name);
}

static void sections(void)
{
    SetLastError(0xdead);
    STEP("section: made, last error was not 0");
    HANDLE made = handle(section(100000, NAME));
    STEP("section: made again, larger");
    HANDLE again = handle(section(500000, NAME));
    STEP("section: view of all, a multiple of 64 KiB");
    char *view = MapViewOfFile(made, FILE_MAP_ALL_ACCESS, 0, 0, 0);
    value((uintptr_t) view % 65536);
    MEMORY_BASIC_INFORMATION information;
    STEP("section: size of the view");
    value(VirtualQuery(view, &information, sizeof information) == 0 ? -1 : (long long) information.RegionSize);
    STEP("section: first byte");
    value(view[0]);
    view[0] = 7;
    STEP("section: view of the other handle shares it");
    char *other = MapViewOfFile(again, FILE_MAP_ALL_ACCESS, 0, 0, 0);
    value(other[0]);
    STEP("section: view larger than it is");
    handle(MapViewOfFile(made, FILE_MAP_ALL_ACCESS, 0, 0, 500000));
    STEP("section: view from a page that is no multiple of 64 KiB");
    handle(MapViewOfFile(made, FILE_MAP_ALL_ACCESS, 0, 4096, 4096));
    STEP("section: view without handle");
    handle(MapViewOfFile((HANDLE) 0x7ffffff0, FILE_MAP_ALL_ACCESS, 0, 0, 0));
    STEP("section: opened, missing");
    handle(OpenFileMappingW(FILE_MAP_ALL_ACCESS, FALSE, L"Local\\lapce_ipc_missing"));
    STEP("section: opened");
    HANDLE opened = handle(OpenFileMappingW(FILE_MAP_ALL_ACCESS, FALSE, NAME));
    STEP("section: opened in other letters");
    handle(OpenFileMappingW(FILE_MAP_ALL_ACCESS, FALSE, L"Local\\LAPCE_ipc_scenario"));
    STEP("section: opened without a prefix");
    HANDLE bare = handle(OpenFileMappingW(FILE_MAP_ALL_ACCESS, FALSE, L"lapce_ipc_scenario"));
    STEP("section: of no size");
    handle(section(0, NULL));
    STEP("section: with a backslash in its name");
    handle(section(4096, L"Local\\lapce\\ipc"));
    STEP("section: without a name");
    HANDLE unnamed = handle(section(4096, NULL));
    STEP("section: handle closed");
    truth(CloseHandle(unnamed));
    STEP("section: handle closed twice");
    truth(CloseHandle(unnamed));
    CloseHandle(again);
    CloseHandle(opened);
    CloseHandle(bare);
    STEP("section: one handle left, opened");
    opened = handle(OpenFileMappingW(FILE_MAP_ALL_ACCESS, FALSE, NAME));
    CloseHandle(opened);
    CloseHandle(made);
    STEP("section: no handle left, two views, opened");
    handle(OpenFileMappingW(FILE_MAP_ALL_ACCESS, FALSE, NAME));
    STEP("section: no handle left, two views, made anew");
    made = handle(section(4096, NAME));
    char *fresh = MapViewOfFile(made, FILE_MAP_ALL_ACCESS, 0, 0, 0);
    STEP("section: first byte of the new one, of the old one");
    printf("%d %d\n", fresh[0], view[0]);
    STEP("section: unmapped");
    truth(UnmapViewOfFile(view));
    STEP("section: unmapped twice");
    truth(UnmapViewOfFile(view));
    UnmapViewOfFile(other);
    UnmapViewOfFile(fresh);
    CloseHandle(made);
}

static void events(void)
{
    STEP("event: made");
    HANDLE made = handle(CreateEventW(NULL, FALSE, FALSE, NAME));
    STEP("event: made again, signaled and by hand");
    HANDLE again = handle(CreateEventW(NULL, TRUE, TRUE, NAME));
    STEP("event: waited for, not signaled");
    value(WaitForSingleObject(made, 0));
    SetEvent(made);
    SetEvent(again);
    STEP("event: signaled twice, waited for twice");
    printf("%lu ", (unsigned long) WaitForSingleObject(again, 100));
    value(WaitForSingleObject(made, 1));
    STEP("event: a section of its name");
    handle(section(4096, NAME));
    STEP("event: view of it");
    handle(MapViewOfFile(made, FILE_MAP_ALL_ACCESS, 0, 0, 0));
    STEP("event: by hand stays signaled");
    HANDLE manual = CreateEventW(NULL, TRUE, TRUE, NULL);
    printf("%lu ", (unsigned long) WaitForSingleObject(manual, 0));
    value(WaitForSingleObject(manual, 0));
    CloseHandle(manual);
    STEP("event: signaled after its handle was closed");
    truth(SetEvent(manual));
    STEP("event: waited for after its handle was closed");
    value((int) WaitForSingleObject(manual, 0));
    CloseHandle(again);
    CloseHandle(made);
    STEP("event: of a section's name");
    HANDLE taken = section(4096, NAME);
    handle(CreateEventW(NULL, FALSE, FALSE, NAME));
    STEP("event: a section is signaled");
    truth(SetEvent(taken));
    CloseHandle(taken);
    STEP("event: name of a closed section");
    made = handle(CreateEventW(NULL, FALSE, FALSE, NAME));
    CloseHandle(made);
}

static HANDLE opened(const WCHAR *path)
{
    return CreateFileW(path, GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL, OPEN_EXISTING,
        FILE_FLAG_OVERLAPPED, NULL);
}

static BOOL locked(HANDLE of, DWORD flags, OVERLAPPED *overlapped, HANDLE event)
{
    memset(overlapped, 0, sizeof *overlapped);
    overlapped->OffsetHigh = 1;
    overlapped->hEvent = event;
    return LockFileEx(of, flags, 0, 1, 0, overlapped);
}

static BOOL unlocked(HANDLE of)
{
    OVERLAPPED overlapped;
    memset(&overlapped, 0, sizeof overlapped);
    overlapped.OffsetHigh = 1;
    return UnlockFileEx(of, 0, 1, 0, &overlapped);
}

/* There are files "a" and "b" of one byte in the folder. */
static void files(void)
{
    const DWORD exclusive = LOCKFILE_EXCLUSIVE_LOCK | LOCKFILE_FAIL_IMMEDIATELY, shared = LOCKFILE_FAIL_IMMEDIATELY;
    OVERLAPPED overlapped;
    STEP("file: opened, missing");
    handle(opened(file(L"missing")));
    STEP("file: opened, in a missing directory");
    handle(opened(file(L"missing/a")));
    STEP("file: opened");
    HANDLE first = handle(opened(file(L"a")));
    HANDLE second = opened(file(L"a"));
    HANDLE event = CreateEventW(NULL, TRUE, FALSE, NULL);
    STEP("file: unlocked, not locked");
    value(unlocked(first)); /* 158 on Windows, 33 under Wine */
    STEP("file: locked");
    truth(locked(first, exclusive, &overlapped, event));
    STEP("file: locked again by the same handle");
    truth(locked(first, exclusive, &overlapped, event));
    STEP("file: locked by another handle");
    truth(locked(second, exclusive, &overlapped, event));
    STEP("file: shared by another handle");
    truth(locked(second, shared, &overlapped, event));
    STEP("file: unlocked");
    truth(unlocked(first));
    STEP("file: shared by another handle");
    truth(locked(second, shared, &overlapped, event));
    STEP("file: locked while another shares it");
    truth(locked(first, exclusive, &overlapped, event));
    STEP("file: shared while another shares it");
    truth(locked(first, shared, &overlapped, event));
    STEP("file: unlocked");
    truth(unlocked(second));
    STEP("file: unlocked by the other");
    truth(unlocked(first));
    STEP("file: locked, and let go by closing");
    truth(locked(second, exclusive, &overlapped, event));
    CloseHandle(second);
    STEP("file: locked by who stayed");
    truth(locked(first, exclusive, &overlapped, event));
    FILE_STANDARD_INFO information;
    STEP("file: asked about, no room");
    truth(GetFileInformationByHandleEx(first, FileStandardInfo, &information, 1));
    STEP("file: asked about");
    truth(GetFileInformationByHandleEx(first, FileStandardInfo, &information, sizeof information));
    STEP("file: bytes, names, to be deleted");
    printf("%lld %lu %d\n", (long long) FILE_BYTES(information), (unsigned long) information.NumberOfLinks, information.DeletePending);
    STEP("file: renamed to a name that is taken");
    truth(MoveFileExW(file(L"a"), file(L"b"), 0));
    STEP("file: renamed while it is open and locked");
    truth(MoveFileExW(file(L"a"), file(L"c"), 0));
    STEP("file: renamed, missing");
    truth(MoveFileExW(file(L"a"), file(L"d"), 0));
    STEP("file: renamed, in a missing directory");
    truth(MoveFileExW(file(L"missing/a"), file(L"missing/d"), 0));
    STEP("file: opened by its old name");
    handle(opened(file(L"a")));
    STEP("file: opened by its new name");
    second = handle(opened(file(L"c")));
    STEP("file: locked by its new name");
    truth(locked(second, exclusive, &overlapped, event));
    CloseHandle(first);
    CloseHandle(second);
    CloseHandle(event);
}

/* Wine 8 says that it waits, and never has the lock (FIXME in its NtLockFile), so this is compared with nothing but the documentation. */
static void waiting(void)
{
    OVERLAPPED overlapped, pending;
    DWORD transferred;
    HANDLE first = opened(file(L"b")), second = opened(file(L"b")), event = CreateEventW(NULL, TRUE, FALSE, NULL), other = CreateEventW(NULL, TRUE, FALSE, NULL);
    locked(first, LOCKFILE_EXCLUSIVE_LOCK | LOCKFILE_FAIL_IMMEDIATELY, &overlapped, event);
    STEP("waiting: begun");
    truth(locked(second, 0, &pending, event));
    STEP("waiting: looked at meanwhile, by that handle");
    truth(locked(second, LOCKFILE_FAIL_IMMEDIATELY, &overlapped, other));
    STEP("waiting: unlocked by the other");
    truth(unlocked(first));
    STEP("waiting: had");
    truth(GetOverlappedResult(second, &pending, &transferred, TRUE));
    STEP("waiting: excludes the other");
    truth(locked(first, LOCKFILE_EXCLUSIVE_LOCK | LOCKFILE_FAIL_IMMEDIATELY, &overlapped, event));
    CloseHandle(first);
    CloseHandle(second);
    CloseHandle(event);
    CloseHandle(other);
}

static void security(void)
{
    HANDLE token = NULL;
    char buffer[256];
    DWORD length = 0;
    WCHAR *sid = NULL;
    STEP("security: token of this process");
    truth(OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token));
    STEP("security: user of the token, no room");
    truth(GetTokenInformation(token, TokenUser, (void *) buffer, 1, &length));
    STEP("security: user of the token");
    truth(GetTokenInformation(token, TokenUser, (void *) buffer, sizeof buffer, &length));
    STEP("security: text of the user");
    truth(ConvertSidToStringSidW(((TOKEN_USER *) buffer)->User.Sid, &sid));
    STEP("security: starts with");
    printf("%c%c%c%c\n", (char) sid[0], (char) sid[1], (char) sid[2], (char) sid[3]);
    WCHAR sddl[400];
    int end = 0;
    const WCHAR *parts[] = { L"O:", sid, L"D:P(A;;GA;;;", sid, L")" };
    for (int part = 0; part < 5; part++) {
        for (int i = 0; parts[part][i]; i++) {
            sddl[end++] = parts[part][i];
        }
    }
    sddl[end] = 0;
    PSECURITY_DESCRIPTOR descriptor = NULL, found = NULL;
    STEP("security: descriptor of a text");
    truth(ConvertStringSecurityDescriptorToSecurityDescriptorW(sddl, SDDL_REVISION_1, &descriptor, NULL));
    PSECURITY_DESCRIPTOR bad = NULL;
    STEP("security: descriptor of another revision");
    truth(ConvertStringSecurityDescriptorToSecurityDescriptorW(sddl, 2, &bad, NULL));
    SECURITY_ATTRIBUTES attributes = { sizeof attributes, descriptor, FALSE };
    STEP("security: section with it");
    HANDLE made = handle(CreateFileMappingW(INVALID_HANDLE_VALUE, &attributes, PAGE_READWRITE, 0, 4096, NAME));
    STEP("security: descriptor freed");
    handle(LocalFree(descriptor));
    PSID owner = NULL;
    STEP("security: owner of the section");
    value(GetSecurityInfo(made, SE_KERNEL_OBJECT, OWNER_SECURITY_INFORMATION, &owner, NULL, NULL, NULL, &found));
    WCHAR *text = NULL;
    STEP("security: text of the owner");
    truth(ConvertSidToStringSidW(owner, &text));
    int same = 0;
    while (text[same] && text[same] == sid[same]) {
        same++;
    }
    STEP("security: owner is the user");
    value(text[same] == sid[same]);
    STEP("security: owner of no handle");
    value(GetSecurityInfo((HANDLE) 0x7ffffff0, SE_KERNEL_OBJECT, OWNER_SECURITY_INFORMATION, &owner, NULL, NULL, NULL, &found));
    LocalFree(sid);
    LocalFree(text);
    CloseHandle(made);
    CloseHandle(token);
}

/* The folder, with a separator behind it; and "waiting", to see that instead. */
int main(int count, char **arguments)
{
    if (count < 2) {
        fprintf(stderr, "scenarios: the folder is missing\n");
        return 2;
    }
    for (int i = 0; arguments[1][i]; i++) {
        folder[i] = (WCHAR) arguments[1][i];
    }
    setvbuf(stdout, NULL, _IONBF, 0);
    if (count > 2) {
        waiting();
    } else {
        sections();
        events();
        files();
        security();
    }
    return 0;
}
