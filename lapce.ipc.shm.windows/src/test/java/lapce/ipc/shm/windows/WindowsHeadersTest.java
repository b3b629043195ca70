package lapce.ipc.shm.windows;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// What no simulation can tell: that constants, structures and prototypes of [Kernel32] are those of the Windows headers. They stand in two
/// files, to which the class is compared everywhere, and which are compared with the headers where mingw-w64 is.
class WindowsHeadersTest {
    private static final Path RESOURCES = Path.of("src", "test", "resources", "lapce", "ipc", "shm", "windows");
    private static final Path HEADERS = RESOURCES.resolve("windows-headers.txt");
    private static final Path CALLS = RESOURCES.resolve("windows-calls.txt");
    private static final String MINGW = "x86_64-w64-mingw32-gcc";

    private static final SymbolLookup NOWHERE = _ -> Optional.of(MemorySegment.ofAddress(1)); // to be linked, and never called
    private static final Kernel32 LINKED = new Kernel32(NOWHERE, "errno");

    @Test
    void constantsAndStructuresAreThoseOfTheFile() throws Exception {
        assertEquals(Files.readString(HEADERS), text(constantsAndStructures()));
    }

    @Test
    void callsAreThoseOfTheFile() throws Exception {
        assertEquals(Files.readString(CALLS), text(LINKED.linked().stream().sorted().toList()));
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
}
