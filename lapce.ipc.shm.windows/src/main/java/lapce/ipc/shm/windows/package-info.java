/// Windows 10 or later, x86-64 and AArch64. **None of it has run on Windows**: it is tested over a simulation of the calls below, which does
/// what the documentation says and what Wine was seen to do, and against the constants of the mingw-w64 headers.
///
/// | mechanism | from |
/// |---|---|
/// | regions: sections of the page file, whose names are random and stand in files under `%LOCALAPPDATA%\lapce-ipc` | CreateFileMappingW, MapViewOfFile |
/// | parkers: a count in the region, and a named auto-reset event for each word that somebody waits at | CreateEventW, WaitForSingleObject, SetEvent |
/// | life locks: locks on one byte of a file, far behind its text | LockFileEx, MoveFileExW |
/// | identity: the user's SID | GetTokenInformation |
/// | access: the owner alone, by a protected list with one entry; asked for when a region is opened | GetSecurityInfo |
///
/// Memory lasts as long as a process has it open, so what a client has sent is lost if its process ends before the server takes it.
/// Names of sections and events hold in one session of the system: a service and a program on the desktop do not meet. Names that
/// differ in case alone are the same, since they are files' names. Groups of users are not supported.
package lapce.ipc.shm.windows;
