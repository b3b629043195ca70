package lapce.ipc.shm.windows;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/// The calls over the simulation; and what no simulation can tell: that constants, structures and prototypes are those of the Windows headers.
/// They stand in two files, to which this class is compared everywhere, and which are compared with the headers where mingw-w64 is.
class Kernel32Test {
    private static final Path RESOURCES = Path.of("src", "test", "resources", "lapce", "ipc", "shm", "windows");
    private static final Path HEADERS = RESOURCES.resolve("windows-headers.txt");
    private static final Path CALLS = RESOURCES.resolve("windows-calls.txt");
    private static final String MINGW = "x86_64-w64-mingw32-gcc";
    private static final String NAME = "Local\\lapce_ipc_kernel32-test";
    private static final Owner STRANGER = new Owner("S-1-5-21-9-9-9-9");

    // --- golden files ---

    @Test
    void constantsAndStructuresAreThoseOfTheFile() throws Exception {
        assertEquals(Files.readString(HEADERS), text(constantsAndStructures()));
    }

    @Test
    void callsAreThoseOfTheFile() throws Exception {
        assertEquals(Files.readString(CALLS), text(Simulation.kernel().linked().stream().sorted().toList()));
    }

    private static String text(List<String> lines) {
        return String.join("\n", lines) + "\n";
    }

    /// Each line is an expression of C, and its value.
    private static List<String> constantsAndStructures() throws IllegalAccessException {
        List<String> lines = new ArrayList<>();
        for (Field field : Kernel32.class.getDeclaredFields()) {
            if (Modifier.isStatic(field.getModifiers()) && field.getType() == int.class) {
                field.setAccessible(true);
                lines.add(field.getName() + " " + field.getInt(null));
            } else if (field.getType() == StructLayout.class && !field.getName().equals("CALL_STATE")) {
                field.setAccessible(true);
                addStructure(field.getName(), (StructLayout) field.get(null), lines);
            }
        }
        return lines;
    }

    private static void addStructure(String name, StructLayout layout, List<String> lines) {
        lines.add("sizeof(" + name + ") " + layout.byteSize());
        for (MemoryLayout member : layout.memberLayouts()) {
            member.name().ifPresent(field ->
                    lines.add("offsetof(" + name + ", " + field + ") " + layout.byteOffset(PathElement.groupElement(field))));
        }
    }

    @Test
    void filesAgreeWithTheWindowsHeaders() throws IOException {
        assumeTrue(Simulation.isCommand(MINGW), "skipped: no " + MINGW + "; install gcc-mingw-w64-x86-64");
        StringBuilder source = new StringBuilder("""
                #define _WIN32_WINNT 0x0A00
                #include <stddef.h>
                #include <windows.h>
                #include <aclapi.h>
                #include <sddl.h>
                """);
        for (String line : Files.readAllLines(HEADERS)) {
            int space = line.lastIndexOf(' ');
            String expression = line.substring(0, space);
            source.append("_Static_assert((int) (LONG_PTR) (%s) == %s, \"%s\");\n"
                    .formatted(expression, line.substring(space + 1), expression));
        }
        Files.readAllLines(CALLS).forEach(line -> source.append(call(line)));
        Path file = Path.of("target", "windows_headers.c");
        Files.writeString(file, source);
        Simulation.run(List.of(MINGW, "-fsyntax-only", "-Wall", "-Wextra", "-Wconversion", "-Wno-sign-conversion", "-Werror", file.toString()));
    }

    /// A call with arguments of these kinds: what has another number of them, another kind, or a narrower one is an error or a warning.
    private static String call(String line) {
        String name = line.substring(0, line.indexOf('('));
        String arguments = line.substring(line.indexOf('(') + 1, line.indexOf(')'));
        int resultSize = line.endsWith(" int") ? 4 : 8;
        return """
                void call_%s(void *ptr, unsigned int_, unsigned long long long_) {
                    (void) ptr, (void) int_, (void) long_;
                    _Static_assert(sizeof(%2$s) == %3$d, "result of %1$s");
                    (void) %2$s;
                }
                """.formatted(name, name + "(" + arguments.replace("int", "int_").replace("long", "long_") + ")", resultSize);
    }

    @Test
    void everyCallIsInTheFileOnce() throws IOException {
        List<String> lines = Files.readAllLines(CALLS);
        assertEquals(lines.stream().distinct().sorted().toList(), lines);
        assertTrue(lines.stream().allMatch(Pattern.compile("\\w+\\(((ptr|int|long)(, )?)*\\) (ptr|int|long)").asMatchPredicate()));
    }

    // --- calls ---

    private final Kernel32 kernel = Simulation.kernel();

    Kernel32Test() {}

    @Test
    void theUserIsKnownBySid() throws Exception {
        assertTrue(kernel.userSid().matches("S-1(-\\d+)+"), kernel.userSid());
    }

    @Test
    void twoViewsOfASectionShareItsMemory() throws Exception {
        try (Arena arena = Arena.ofShared()) {
            MemorySegment first = kernel.mapViewOfFile(create(NAME, 5000, arena), arena);
            MemorySegment second = kernel.mapViewOfFile(kernel.openFileMapping(NAME, arena), arena);
            assertEquals(8192, second.byteSize());
            assertEquals(0, first.address() % 65_536);
            assertNotEquals(first.address(), second.address());
            first.set(ValueLayout.JAVA_BYTE, 8191, (byte) 7);
            assertEquals(7, second.get(ValueLayout.JAVA_BYTE, 8191));
        }
    }

    private MemorySegment create(String name, long byteSize, Arena arena) throws Kernel32.Failed {
        return kernel.createFileMapping(name, byteSize, new Owner(kernel.userSid()).sddl(), arena);
    }

    @Test
    void aSizeBeyondFourGigabytesArrivesWhole() {
        assertFailsWith(Kernel32.ERROR_COMMITMENT_LIMIT, () -> create(NAME + "-large", (1L << 32) + 1, Arena.global()));
    }

    @Test
    void aSectionIsMadeOnceAndItsNameGoesWithItsLastHandle() throws Exception {
        int open = Simulation.openHandles();
        try (Arena arena = Arena.ofConfined()) {
            create(NAME, 4096, arena);
            assertFailsWith(Kernel32.ERROR_ALREADY_EXISTS, () -> create(NAME, 8192, arena));
        }
        assertFailsWith(Kernel32.ERROR_FILE_NOT_FOUND, () -> kernel.openFileMapping(NAME, Arena.global()));
        assertEquals(open, Simulation.openHandles());
    }

    @Test
    void anEventsNameIsNoSections() throws Exception {
        try (Arena arena = Arena.ofConfined()) {
            kernel.createEvent(NAME, STRANGER.sddl(), arena);
            assertFailsWith(6, () -> create(NAME, 4096, arena));
            assertFailsWith(6, () -> kernel.openFileMapping(NAME, arena));
        }
    }

    @Test
    void theOwnerIsWhoTheDescriptorSays() throws Exception {
        try (Arena arena = Arena.ofConfined()) {
            assertEquals(kernel.userSid(), kernel.owner(create(NAME, 4096, arena)));
            assertEquals(STRANGER.sid(), kernel.owner(kernel.createEvent(NAME + "-ev", STRANGER.sddl(), arena)));
        }
    }

    @Test
    void aDescriptorThatIsNoneIsRefused() {
        assertFailsWith(1338, () -> kernel.createFileMapping(NAME, 4096, "nonsense", Arena.global()));
    }

    @Test
    void aFailureNamesCallAndError() {
        String message = assertThrows(Kernel32.Failed.class, () -> kernel.openFileMapping(NAME + "-none", Arena.global())).getMessage();
        assertEquals("OpenFileMappingW(" + NAME + "-none) failed: Windows error 2", message);
    }

    private static void assertFailsWith(int error, Executable call) {
        Kernel32.Failed failed = assertThrows(Kernel32.Failed.class, call);
        assertEquals(error, failed.error(), failed.getMessage());
    }
}
