package lapce.ipc.shm.windows;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// The Windows calls this module makes, each under its C prototype; constants and structures have their names in the Windows headers, and
/// are the same on x86-64 and AArch64. No other class here sees a `Linker`. What is called is given, so that tests can give a simulation.
///
/// A method that can fail throws [Failed], with the error number for the caller to translate. The error number is captured per call.
/// A handle that goes with a region is a segment of the region's arena: a call that is given it keeps the arena from closing.
@SuppressWarnings("restricted") // the module's whole native surface is this file
final class Kernel32 {
    /// A call that failed. Checked, so that every caller says what it means.
    static final class Failed extends Exception {
        private static final long serialVersionUID = 1;
        private final int error;

        Failed(String call, int error) {
            super(call + " failed: Windows error " + error, null, false, false);
            this.error = error;
        }

        int error() {
            return error;
        }
    }

    // winerror.h
    static final int ERROR_FILE_NOT_FOUND = 2;
    static final int ERROR_PATH_NOT_FOUND = 3;
    static final int ERROR_ACCESS_DENIED = 5;
    static final int ERROR_NOT_ENOUGH_MEMORY = 8;
    static final int ERROR_SHARING_VIOLATION = 32;
    static final int ERROR_LOCK_VIOLATION = 33;
    static final int ERROR_FILE_EXISTS = 80;
    static final int ERROR_DISK_FULL = 112;
    static final int ERROR_ALREADY_EXISTS = 183;
    static final int ERROR_IO_PENDING = 997;
    static final int ERROR_COMMITMENT_LIMIT = 1455;

    private static final int INVALID_HANDLE_VALUE = -1; // as a pointer is sign-extended
    private static final StructLayout CALL_STATE = Linker.Option.captureStateLayout();

    private final SymbolLookup libraries;
    private final Linker.Option lastError;
    private final long lastErrorOffset;
    private final List<String> linked = new ArrayList<>();

    /// Links everything.
    ///
    /// @param captureName where a call leaves its error number: `GetLastError`, or what a simulation has in its place
    Kernel32(SymbolLookup libraries, String captureName) {
        this.libraries = libraries;
        this.lastError = Linker.Option.captureCallState(captureName);
        this.lastErrorOffset = offset(CALL_STATE, captureName);
        super(); // behind which the calls below are linked
    }

    static Kernel32 ofSystem() {
        SymbolLookup kernel32 = SymbolLookup.libraryLookup("kernel32", Arena.global());
        SymbolLookup advapi32 = SymbolLookup.libraryLookup("advapi32", Arena.global());
        return new Kernel32(kernel32.or(advapi32), "GetLastError");
    }

    /// One call, whose result is as wide as it may be.
    private interface Call {
        long invoke(MemorySegment state, Arena arena) throws Throwable;
    }

    /// What a call returned, and the error number it left, which some leave though they succeed.
    private record Result(String call, long value, int error) {
        Failed failed() {
            return new Failed(call, error);
        }

        long nonZero() throws Failed {
            if (value == 0) {
                throw failed();
            }
            return value;
        }
    }

    private Result result(String what, Call call) throws Failed {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CALL_STATE);
            long value = call.invoke(state, arena);
            return new Result(what, value, state.get(JAVA_INT, lastErrorOffset));
        } catch (Failed e) {
            throw e;
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    /// `invokeExact` declares Throwable. A native call has none of its own to throw: memory it was given may have been closed.
    private static RuntimeException impossible(Throwable t) {
        return switch (t) {
            case IllegalStateException closed -> closed;
            case InternalError fault -> throw fault;
            default -> throw new AssertionError(t);
        };
    }

    // BOOL CloseHandle(HANDLE hObject);
    private final MethodHandle closeHandle = link("CloseHandle", FunctionDescriptor.of(JAVA_INT, ADDRESS));

    /// Never fails for a handle of ours.
    void closeHandle(long handle) {
        try {
            int ignored = (int) closeHandle.invokeExact(MemorySegment.ofAddress(handle));
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    /// A handle that is closed with the arena.
    private MemorySegment owned(long handle, Arena owner) {
        try {
            return MemorySegment.ofAddress(handle).reinterpret(owner, segment -> closeHandle(segment.address()));
        } catch (IllegalStateException e) { // the arena was closed meanwhile
            closeHandle(handle);
            throw e;
        }
    }

    // HLOCAL LocalFree(HLOCAL hMem);
    private final MethodHandle localFree = link("LocalFree", FunctionDescriptor.of(ADDRESS, ADDRESS));

    private void localFree(MemorySegment memory) {
        try {
            MemorySegment ignored = (MemorySegment) localFree.invokeExact(memory);
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    // BOOL ConvertStringSecurityDescriptorToSecurityDescriptorW(LPCWSTR StringSecurityDescriptor, DWORD StringSDRevision,
    //     PSECURITY_DESCRIPTOR *SecurityDescriptor, PULONG SecurityDescriptorSize);
    private final MethodHandle convertStringSecurityDescriptor = linkWithError(
            "ConvertStringSecurityDescriptorToSecurityDescriptorW",
            FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, ADDRESS));
    private static final int SDDL_REVISION_1 = 1;
    private static final StructLayout SECURITY_ATTRIBUTES = MemoryLayout.structLayout(
            JAVA_INT.withName("nLength"),
            MemoryLayout.paddingLayout(4),
            ADDRESS.withName("lpSecurityDescriptor"),
            JAVA_INT.withName("bInheritHandle"), // stays 0: no process started later has it
            MemoryLayout.paddingLayout(4));
    private static final long LENGTH = offset(SECURITY_ATTRIBUTES, "nLength");
    private static final long SECURITY_DESCRIPTOR = offset(SECURITY_ATTRIBUTES, "lpSecurityDescriptor");

    private MemorySegment securityAttributes(String sddl, Arena owner) throws Failed {
        MemorySegment descriptor = owner.allocate(ADDRESS);
        result("ConvertStringSecurityDescriptorToSecurityDescriptorW(" + sddl + ")", (state, arena) -> (int)
                convertStringSecurityDescriptor.invokeExact(state, utf16(sddl, arena), SDDL_REVISION_1, descriptor, MemorySegment.NULL))
                .nonZero();
        MemorySegment attributes = owner.allocate(SECURITY_ATTRIBUTES);
        attributes.set(JAVA_INT, LENGTH, (int) SECURITY_ATTRIBUTES.byteSize());
        attributes.set(ADDRESS, SECURITY_DESCRIPTOR, descriptor.get(ADDRESS, 0).reinterpret(owner, this::localFree));
        return attributes;
    }

    // HANDLE CreateFileMappingW(HANDLE hFile, LPSECURITY_ATTRIBUTES lpFileMappingAttributes, DWORD flProtect,
    //     DWORD dwMaximumSizeHigh, DWORD dwMaximumSizeLow, LPCWSTR lpName);
    private final MethodHandle createFileMapping = linkWithError(
            "CreateFileMappingW",
            FunctionDescriptor.of(ADDRESS, ADDRESS, ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS));
    private static final int PAGE_READWRITE = 4; // and SEC_COMMIT, the default, which reserves all of it

    /// Makes a section of the page file. The system also succeeds where one has the name; that one is left alone.
    MemorySegment createFileMapping(String name, long byteSize, String sddl, Arena owner) throws Failed {
        Result made = result("CreateFileMappingW(" + name + ", size=" + byteSize + ")", (state, arena) -> ((MemorySegment)
                createFileMapping.invokeExact(
                        state,
                        MemorySegment.ofAddress(INVALID_HANDLE_VALUE),
                        securityAttributes(sddl, arena),
                        PAGE_READWRITE,
                        (int) (byteSize >>> Integer.SIZE),
                        (int) byteSize,
                        utf16(name, arena))).address());
        MemorySegment section = owned(made.nonZero(), owner);
        if (made.error == ERROR_ALREADY_EXISTS) {
            throw made.failed();
        }
        return section;
    }

    // HANDLE OpenFileMappingW(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCWSTR lpName);
    private final MethodHandle openFileMapping =
            linkWithError("OpenFileMappingW", FunctionDescriptor.of(ADDRESS, JAVA_INT, JAVA_INT, ADDRESS));
    private static final int FILE_MAP_ALL_ACCESS = 0xf001f; // of which the right to read the owner is part

    MemorySegment openFileMapping(String name, Arena owner) throws Failed {
        Result opened = result("OpenFileMappingW(" + name + ")", (state, arena) ->
                ((MemorySegment) openFileMapping.invokeExact(state, FILE_MAP_ALL_ACCESS, 0, utf16(name, arena))).address());
        return owned(opened.nonZero(), owner);
    }

    // LPVOID MapViewOfFile(HANDLE hFileMappingObject, DWORD dwDesiredAccess, DWORD dwFileOffsetHigh, DWORD dwFileOffsetLow,
    //     SIZE_T dwNumberOfBytesToMap);
    private final MethodHandle mapViewOfFile = linkWithError(
            "MapViewOfFile", FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));

    /// Maps a section, whole, as it is in pages. It is unmapped when the arena closes, before the section is closed: the section's name
    /// would go with its last handle, though it were mapped.
    MemorySegment mapViewOfFile(MemorySegment section, Arena owner) throws Failed {
        long view = result("MapViewOfFile", (state, _) -> ((MemorySegment)
                mapViewOfFile.invokeExact(state, section, FILE_MAP_ALL_ACCESS, 0, 0, 0L)).address()).nonZero();
        MemorySegment start = MemorySegment.ofAddress(view);
        long byteSize = 0;
        try {
            byteSize = regionSize(start);
        } finally {
            if (byteSize == 0) {
                unmapViewOfFile(start);
            }
        }
        return start.reinterpret(byteSize, owner, this::unmapViewOfFile);
    }

    // BOOL UnmapViewOfFile(LPCVOID lpBaseAddress);
    private final MethodHandle unmapViewOfFile = link("UnmapViewOfFile", FunctionDescriptor.of(JAVA_INT, ADDRESS));

    /// Never fails for a view of ours.
    private void unmapViewOfFile(MemorySegment view) {
        try {
            int ignored = (int) unmapViewOfFile.invokeExact(view);
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    // SIZE_T VirtualQuery(LPCVOID lpAddress, PMEMORY_BASIC_INFORMATION lpBuffer, SIZE_T dwLength);
    private final MethodHandle virtualQuery =
            linkWithError("VirtualQuery", FunctionDescriptor.of(JAVA_LONG, ADDRESS, ADDRESS, JAVA_LONG));
    private static final StructLayout MEMORY_BASIC_INFORMATION = MemoryLayout.structLayout(
            ADDRESS.withName("BaseAddress"),
            ADDRESS.withName("AllocationBase"),
            JAVA_INT.withName("AllocationProtect"),
            MemoryLayout.paddingLayout(4),
            JAVA_LONG.withName("RegionSize"),
            JAVA_INT.withName("State"),
            JAVA_INT.withName("Protect"),
            JAVA_INT.withName("Type"),
            MemoryLayout.paddingLayout(4));
    private static final long REGION_SIZE = offset(MEMORY_BASIC_INFORMATION, "RegionSize");

    private long regionSize(MemorySegment view) throws Failed {
        try (Arena owner = Arena.ofConfined()) {
            MemorySegment information = owner.allocate(MEMORY_BASIC_INFORMATION);
            result("VirtualQuery", (state, _) -> (long)
                    virtualQuery.invokeExact(state, view, information, MEMORY_BASIC_INFORMATION.byteSize())).nonZero();
            return information.get(JAVA_LONG, REGION_SIZE);
        }
    }

    // HANDLE CreateEventW(LPSECURITY_ATTRIBUTES lpEventAttributes, BOOL bManualReset, BOOL bInitialState, LPCWSTR lpName);
    private final MethodHandle createEvent =
            linkWithError("CreateEventW", FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS));

    /// An event that lets one waiting thread go for each signal: a new one, or the one that has the name.
    MemorySegment createEvent(String name, String sddl, Arena owner) throws Failed {
        Result made = result("CreateEventW(" + name + ")", (state, arena) -> ((MemorySegment)
                createEvent.invokeExact(state, securityAttributes(sddl, arena), 0, 0, utf16(name, arena))).address());
        return owned(made.nonZero(), owner);
    }

    private MemorySegment unnamedManualResetEvent(Arena owner) throws Failed {
        Result made = result("CreateEventW", (state, _) ->
                ((MemorySegment) createEvent.invokeExact(state, MemorySegment.NULL, 1, 0, MemorySegment.NULL)).address());
        return owned(made.nonZero(), owner);
    }

    // BOOL SetEvent(HANDLE hEvent);
    private final MethodHandle setEvent = link("SetEvent", FunctionDescriptor.of(JAVA_INT, ADDRESS));

    /// Never fails for an event of ours.
    void setEvent(MemorySegment event) {
        try {
            int ignored = (int) setEvent.invokeExact(event);
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    // DWORD WaitForSingleObject(HANDLE hHandle, DWORD dwMilliseconds);
    private final MethodHandle waitForSingleObject =
            link("WaitForSingleObject", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));

    /// Returns when signaled or when the time is up: the caller looks.
    void waitForSingleObject(MemorySegment event, int millis) {
        try {
            int ignored = (int) waitForSingleObject.invokeExact(event, millis);
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    // HANDLE CreateFileW(LPCWSTR lpFileName, DWORD dwDesiredAccess, DWORD dwShareMode,
    //     LPSECURITY_ATTRIBUTES lpSecurityAttributes, DWORD dwCreationDisposition, DWORD dwFlagsAndAttributes, HANDLE hTemplateFile);
    private final MethodHandle createFile = linkWithError(
            "CreateFileW",
            FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS));
    private static final int GENERIC_READ = 0x8000_0000;
    private static final int GENERIC_WRITE = 0x4000_0000;
    private static final int FILE_SHARE_READ = 1;
    private static final int FILE_SHARE_WRITE = 2;
    private static final int FILE_SHARE_DELETE = 4;
    private static final int OPEN_EXISTING = 3;
    private static final int FILE_FLAG_OVERLAPPED = 0x4000_0000;

    /// Opens a file that is there, which others may delete and rename meanwhile. Overlapped, since the calls on a handle that is not wait for
    /// one another: no thread could look at a lock while another awaits it.
    long openFile(String path) throws Failed {
        Result opened = result("CreateFileW(" + path + ")", (state, arena) -> ((MemorySegment) createFile.invokeExact(
                state,
                utf16(path, arena),
                GENERIC_READ | GENERIC_WRITE,
                FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                MemorySegment.NULL,
                OPEN_EXISTING,
                FILE_FLAG_OVERLAPPED,
                MemorySegment.NULL)).address());
        if (opened.value == INVALID_HANDLE_VALUE) {
            throw opened.failed();
        }
        return opened.value;
    }

    // BOOL LockFileEx(HANDLE hFile, DWORD dwFlags, DWORD dwReserved, DWORD nNumberOfBytesToLockLow,
    //     DWORD nNumberOfBytesToLockHigh, LPOVERLAPPED lpOverlapped);
    private final MethodHandle lockFile = linkWithError(
            "LockFileEx",
            FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS));
    static final int LOCKFILE_FAIL_IMMEDIATELY = 1;
    static final int LOCKFILE_EXCLUSIVE_LOCK = 2;
    private static final StructLayout OVERLAPPED = MemoryLayout.structLayout(
            JAVA_LONG.withName("Internal"),
            JAVA_LONG.withName("InternalHigh"),
            JAVA_INT.withName("Offset"),
            JAVA_INT.withName("OffsetHigh"),
            ADDRESS.withName("hEvent"));
    private static final long OFFSET = offset(OVERLAPPED, "Offset"); // its high half follows it
    private static final long EVENT = offset(OVERLAPPED, "hEvent");
    private static final long LOCKED_BYTE = 1L << Integer.SIZE; // far behind the text

    /// Takes the lock. Fails with [#ERROR_LOCK_VIOLATION] if another open of the file excludes it, or waits, as the flags say.
    void lockFile(long file, int flags) throws Failed {
        try (Arena owner = Arena.ofConfined()) {
            MemorySegment overlapped = lockedByte(owner);
            overlapped.set(ADDRESS, EVENT, unnamedManualResetEvent(owner));
            Result locked = result("LockFileEx", (state, _) -> (int)
                    lockFile.invokeExact(state, MemorySegment.ofAddress(file), flags, 0, 1, 0, overlapped));
            if (locked.value == 0 && locked.error == ERROR_IO_PENDING) {
                locked = result("LockFileEx, awaited,", (state, arena) -> (int) getOverlappedResult.invokeExact(
                        state, MemorySegment.ofAddress(file), overlapped, arena.allocate(JAVA_INT), 1));
            }
            locked.nonZero();
        }
    }

    private static MemorySegment lockedByte(Arena owner) {
        MemorySegment overlapped = owner.allocate(OVERLAPPED);
        overlapped.set(JAVA_LONG, OFFSET, LOCKED_BYTE);
        return overlapped;
    }

    // BOOL GetOverlappedResult(HANDLE hFile, LPOVERLAPPED lpOverlapped, LPDWORD lpNumberOfBytesTransferred, BOOL bWait);
    private final MethodHandle getOverlappedResult = linkWithError(
            "GetOverlappedResult", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_INT));

    // BOOL UnlockFileEx(HANDLE hFile, DWORD dwReserved, DWORD nNumberOfBytesToUnlockLow, DWORD nNumberOfBytesToUnlockHigh,
    //     LPOVERLAPPED lpOverlapped);
    private final MethodHandle unlockFile = linkWithError(
            "UnlockFileEx",
            FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS));

    void unlockFile(long file) throws Failed {
        result("UnlockFileEx", (state, arena) -> (int)
                unlockFile.invokeExact(state, MemorySegment.ofAddress(file), 0, 1, 0, lockedByte(arena))).nonZero();
    }

    // BOOL GetFileInformationByHandleEx(HANDLE hFile, FILE_INFO_BY_HANDLE_CLASS FileInformationClass, LPVOID lpFileInformation,
    //     DWORD dwBufferSize);
    private final MethodHandle getFileInformationByHandleEx = linkWithError(
            "GetFileInformationByHandleEx",
            FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, JAVA_INT));
    private static final int FileStandardInfo = 1;
    private static final StructLayout FILE_STANDARD_INFO = MemoryLayout.structLayout(
            JAVA_LONG.withName("AllocationSize"),
            JAVA_LONG.withName("EndOfFile"),
            JAVA_INT.withName("NumberOfLinks"),
            JAVA_BYTE.withName("DeletePending"),
            JAVA_BYTE.withName("Directory"),
            MemoryLayout.paddingLayout(2));
    private static final long NUMBER_OF_LINKS = offset(FILE_STANDARD_INFO, "NumberOfLinks");
    private static final long DELETE_PENDING = offset(FILE_STANDARD_INFO, "DeletePending");

    /// Whether an open file has a name, and does not lose it with its last handle: either is how the system deletes a file that is open.
    boolean isNamed(long file) throws Failed {
        try (Arena owner = Arena.ofConfined()) {
            MemorySegment information = owner.allocate(FILE_STANDARD_INFO);
            result("GetFileInformationByHandleEx", (state, _) -> (int) getFileInformationByHandleEx.invokeExact(
                    state, MemorySegment.ofAddress(file), FileStandardInfo, information, (int) FILE_STANDARD_INFO.byteSize())).nonZero();
            return information.get(JAVA_INT, NUMBER_OF_LINKS) > 0 && information.get(JAVA_BYTE, DELETE_PENDING) == 0;
        }
    }

    // BOOL MoveFileExW(LPCWSTR lpExistingFileName, LPCWSTR lpNewFileName, DWORD dwFlags);
    private final MethodHandle moveFile =
            linkWithError("MoveFileExW", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_INT));

    /// Fails if there is something of the new name.
    void moveFile(String path, String to) throws Failed {
        result("MoveFileExW(" + path + ", " + to + ")", (state, arena) -> (int)
                moveFile.invokeExact(state, utf16(path, arena), utf16(to, arena), 0)).nonZero();
    }

    // HANDLE GetCurrentProcess(void);
    private final MethodHandle getCurrentProcess = link("GetCurrentProcess", FunctionDescriptor.of(ADDRESS));

    // BOOL OpenProcessToken(HANDLE ProcessHandle, DWORD DesiredAccess, PHANDLE TokenHandle);
    private final MethodHandle openProcessToken =
            linkWithError("OpenProcessToken", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, ADDRESS));
    private static final int TOKEN_QUERY = 8;

    private MemorySegment processToken(Arena owner) throws Failed {
        MemorySegment token = owner.allocate(ADDRESS);
        result("OpenProcessToken", (state, _) -> (int) openProcessToken.invokeExact(
                state, (MemorySegment) getCurrentProcess.invokeExact(), TOKEN_QUERY, token)).nonZero();
        return owned(token.get(ADDRESS, 0).address(), owner);
    }

    // BOOL GetTokenInformation(HANDLE TokenHandle, TOKEN_INFORMATION_CLASS TokenInformationClass, LPVOID TokenInformation,
    //     DWORD TokenInformationLength, PDWORD ReturnLength);
    private final MethodHandle getTokenInformation = linkWithError(
            "GetTokenInformation",
            FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS));
    private static final int TokenUser = 1; // a TOKEN_USER, which is one SID_AND_ATTRIBUTES, and behind it what that points to
    private static final int SECURITY_MAX_SID_SIZE = 68;
    private static final StructLayout SID_AND_ATTRIBUTES = MemoryLayout.structLayout(
            ADDRESS.withName("Sid"), JAVA_INT.withName("Attributes"), MemoryLayout.paddingLayout(4));
    private static final long SID = offset(SID_AND_ATTRIBUTES, "Sid");

    /// The security identifier of the user as whom this process runs.
    String userSid() throws Failed {
        try (Arena owner = Arena.ofConfined()) {
            MemorySegment token = processToken(owner);
            int length = (int) SID_AND_ATTRIBUTES.byteSize() + SECURITY_MAX_SID_SIZE;
            MemorySegment user = owner.allocate(length, ADDRESS.byteAlignment());
            result("GetTokenInformation", (state, arena) -> (int) getTokenInformation.invokeExact(
                    state, token, TokenUser, user, length, arena.allocate(JAVA_INT))).nonZero();
            return text(user.get(ADDRESS, SID));
        }
    }

    // DWORD GetSecurityInfo(HANDLE handle, SE_OBJECT_TYPE ObjectType, SECURITY_INFORMATION SecurityInfo, PSID *ppsidOwner,
    //     PSID *ppsidGroup, PACL *ppDacl, PACL *ppSacl, PSECURITY_DESCRIPTOR *ppSecurityDescriptor); the result is the error number
    private final MethodHandle getSecurityInfo = link(
            "GetSecurityInfo",
            FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS));
    private static final int SE_KERNEL_OBJECT = 6;
    private static final int OWNER_SECURITY_INFORMATION = 1;

    /// The security identifier of an object's owner.
    String owner(MemorySegment handle) throws Failed {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment sid = arena.allocate(ADDRESS);
            MemorySegment descriptor = arena.allocate(ADDRESS);
            MemorySegment none = MemorySegment.NULL;
            int error = (int) getSecurityInfo.invokeExact(
                    handle, SE_KERNEL_OBJECT, OWNER_SECURITY_INFORMATION, sid, none, none, none, descriptor);
            if (error != 0) {
                throw new Failed("GetSecurityInfo", error);
            }
            MemorySegment ignored = descriptor.get(ADDRESS, 0).reinterpret(arena, this::localFree); // which the owner is part of
            return text(sid.get(ADDRESS, 0));
        } catch (Failed e) {
            throw e;
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    // BOOL ConvertSidToStringSidW(PSID Sid, LPWSTR *StringSid);
    private final MethodHandle convertSidToStringSid =
            linkWithError("ConvertSidToStringSidW", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));

    private String text(MemorySegment sid) throws Failed {
        try (Arena owner = Arena.ofConfined()) {
            MemorySegment text = owner.allocate(ADDRESS);
            result("ConvertSidToStringSidW", (state, _) -> (int) convertSidToStringSid.invokeExact(state, sid, text)).nonZero();
            return text.get(ADDRESS, 0)
                    .reinterpret(Long.MAX_VALUE, owner, this::localFree)
                    .getString(0, StandardCharsets.UTF_16LE);
        }
    }

    private static MemorySegment utf16(String text, Arena arena) {
        return arena.allocateFrom(text, StandardCharsets.UTF_16LE);
    }

    private static long offset(StructLayout layout, String field) {
        return layout.byteOffset(MemoryLayout.PathElement.groupElement(field));
    }

    /// Links a call that leaves an error number, for [#result].
    private MethodHandle linkWithError(String name, FunctionDescriptor descriptor) {
        return link(name, descriptor, lastError);
    }

    private MethodHandle link(String name, FunctionDescriptor descriptor, Linker.Option... options) {
        MemorySegment symbol = libraries.find(name)
                .orElseThrow(() -> new UnsatisfiedLinkError("Windows has no " + name + "; Windows 10 or later is needed"));
        linked.add(name + descriptor.argumentLayouts().stream().map(Kernel32::kind).collect(Collectors.joining(", ", "(", ") "))
                + kind(descriptor.returnLayout().orElseThrow()));
        return Linker.nativeLinker().downcallHandle(symbol, descriptor, options);
    }

    private static String kind(MemoryLayout layout) {
        return layout.equals(ADDRESS) ? "ptr" : layout.equals(JAVA_INT) ? "int" : "long";
    }

    /// What was linked, for a test of it: each call with the kinds of its arguments and of its result.
    List<String> linked() {
        return List.copyOf(linked);
    }
}
