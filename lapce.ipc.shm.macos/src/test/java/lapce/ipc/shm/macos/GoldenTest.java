package lapce.ipc.shm.macos;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/// The constants, structures and descriptors against `macos.txt`, which says where each value is from. No compiler with macOS's headers is at hand.
class GoldenTest {
    private static final Set<String> OURS = Set.of("NONE_VARIADIC", "LONGEST_UUID", "PERMISSIONS");

    @Test
    void constantsAreThoseOfTheHeaders() throws ReflectiveOperationException, IOException {
        Set<String> constants = new TreeSet<>();
        for (Field field : Libc.class.getDeclaredFields()) {
            if (Modifier.isStatic(field.getModifiers()) && field.getType() == int.class && !OURS.contains(field.getName())) {
                field.setAccessible(true);
                constants.add("constant " + field.getName() + " " + field.getInt(null));
            }
        }
        assertEquals(golden("constant"), constants);
    }

    @Test
    void fieldsLieWhereTheHeadersSay() throws IOException {
        Set<String> fields = new TreeSet<>();
        for (MemoryLayout member : Libc.STAT.memberLayouts()) {
            member.name().ifPresent(name -> fields.add(
                    "offset " + name + " " + Libc.STAT.byteOffset(PathElement.groupElement(name))));
        }
        fields.add("offset sizeof " + Libc.STAT.byteSize());
        assertEquals(golden("offset"), fields);
    }

    @Test
    @EnabledIf("lapce.ipc.shm.macos.Simulation#isAvailable")
    void callsAreThoseOfThePrototypes() throws IOException {
        List<String> calls = new ArrayList<>();
        for (String linked : Simulation.libc().linked()) {
            calls.add("call " + linked);
        }
        assertEquals(golden("call"), new TreeSet<>(calls));
    }

    /// Without what stands behind `#`, which is where it is from.
    private static Set<String> golden(String kind) throws IOException {
        try (InputStream golden = GoldenTest.class.getResourceAsStream("macos.txt")) {
            return new TreeSet<>(new String(golden.readAllBytes(), StandardCharsets.UTF_8).lines()
                    .map(line -> line.replaceAll("\\s*#.*", ""))
                    .filter(line -> line.startsWith(kind + " "))
                    .toList());
        }
    }
}
