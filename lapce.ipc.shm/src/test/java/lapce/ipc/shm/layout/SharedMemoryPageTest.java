package lapce.ipc.shm.layout;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.PaddingLayout;
import java.lang.foreign.StructLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// `doc/shared-memory.md` and the code say the same: each table is compared in both directions.
class SharedMemoryPageTest {
    private static final Path PAGE = Path.of("..", "doc", "shared-memory.md");
    private static final Pattern LAYOUT = Pattern.compile("### .*\\(`(\\w+\\.\\w+)`, (\\d+) bytes\\)");
    private static final Pattern FIELD = Pattern.compile("\\| (\\d+) \\| (\\d+) \\| `(\\w+)` \\|.*");
    private static final Pattern CONSTANT = Pattern.compile("\\| `(\\w+\\.\\w+)` \\| (\\w+) \\|.*");

    private static final Map<String, StructLayout> LAYOUTS = Map.of(
            "ControlLayout.LAYOUT", ControlLayout.LAYOUT,
            "ControlLayout.LINE", ControlLayout.LINE,
            "ControlLayout.SLOT_WAKES", ControlLayout.SLOT_WAKES,
            "ConnectionLayout.LAYOUT", ConnectionLayout.LAYOUT,
            "RingLayout.LAYOUT", RingLayout.LAYOUT,
            "RecordHeader.LAYOUT", RecordHeader.LAYOUT);

    private static final Map<String, Long> CONSTANTS = Map.ofEntries(
            Map.entry("Layouts.VERSION", (long) Layouts.VERSION),
            Map.entry("ControlLayout.MAGIC_VALUE", ControlLayout.MAGIC_VALUE),
            Map.entry("ConnectionLayout.MAGIC_VALUE", ConnectionLayout.MAGIC_VALUE),
            Map.entry("ControlLayout.MAX_SLOTS", (long) ControlLayout.MAX_SLOTS),
            Map.entry("ArmedWord.AWAKE", (long) ArmedWord.AWAKE),
            Map.entry("ArmedWord.BUSY", (long) ArmedWord.BUSY),
            Map.entry("ArmedWord.LEADER", (long) ArmedWord.LEADER),
            Map.entry("ArmedWord.DIRECT", (long) ArmedWord.DIRECT),
            Map.entry("ArmedWord.POLLER", (long) ArmedWord.POLLER),
            Map.entry("LineWord.FREE", (long) LineWord.FREE),
            Map.entry("LineWord.LIVE", (long) LineWord.LIVE),
            Map.entry("SlotWord.FREE", (long) SlotWord.FREE),
            Map.entry("SlotWord.CLAIMED", (long) SlotWord.CLAIMED),
            Map.entry("SlotWord.OPEN", (long) SlotWord.OPEN),
            Map.entry("SlotWord.ACCEPTED", (long) SlotWord.ACCEPTED),
            Map.entry("SlotWord.WARMING", (long) SlotWord.WARMING),
            Map.entry("SlotWord.WARM", (long) SlotWord.WARM),
            Map.entry("SlotWord.CLIENT_DONE", (long) SlotWord.CLIENT_DONE),
            Map.entry("SlotWord.SERVER_DONE", (long) SlotWord.SERVER_DONE),
            Map.entry("RecordHeader.MESSAGE", (long) RecordHeader.MESSAGE),
            Map.entry("RecordHeader.FIRST", (long) RecordHeader.FIRST),
            Map.entry("RecordHeader.MIDDLE", (long) RecordHeader.MIDDLE),
            Map.entry("RecordHeader.LAST", (long) RecordHeader.LAST),
            Map.entry("RecordHeader.PADDING", (long) RecordHeader.PADDING),
            Map.entry("RecordHeader.ABANDON", (long) RecordHeader.ABANDON));

    @Test
    void pageAndCodeHaveTheSameFieldsAtTheSameOffsets() throws IOException {
        assertEquals(String.join("\n", fieldsOfCode().values()), String.join("\n", fieldsOfPage().values()));
    }

    @Test
    void pageAndCodeHaveTheSameConstants() throws IOException {
        Map<String, Long> page = new TreeMap<>();
        for (String line : Files.readAllLines(PAGE)) {
            Matcher constant = CONSTANT.matcher(line);
            if (constant.matches()) {
                page.put(constant.group(1), Long.decode(constant.group(2)));
            }
        }
        assertEquals(new TreeMap<>(CONSTANTS), page);
    }

    @Test
    void titleOfThePageNamesTheVersion() throws IOException {
        assertEquals(
                "# Shared memory, layout version " + Layouts.VERSION, Files.readAllLines(PAGE).getFirst());
    }

    private static Map<String, String> fieldsOfPage() throws IOException {
        Map<String, String> fields = new TreeMap<>();
        String layout = "none";
        for (String line : Files.readAllLines(PAGE)) {
            Matcher heading = LAYOUT.matcher(line);
            Matcher field = FIELD.matcher(line);
            if (heading.matches()) {
                layout = heading.group(1);
                fields.put(layout, layout + " bytes=" + heading.group(2));
            } else if (line.startsWith("#")) {
                layout = "none";
            } else if (field.matches()) {
                put(fields, layout, field.group(3), Long.parseLong(field.group(1)), Long.parseLong(field.group(2)));
            }
        }
        return fields;
    }

    private static Map<String, String> fieldsOfCode() {
        Map<String, String> fields = new TreeMap<>();
        LAYOUTS.forEach((name, layout) -> {
            fields.put(name, name + " bytes=" + layout.byteSize());
            long offset = 0;
            for (MemoryLayout member : layout.memberLayouts()) {
                if (!(member instanceof PaddingLayout)) {
                    put(fields, name, member.name().orElseThrow(), offset, member.byteSize());
                }
                offset += member.byteSize();
            }
        });
        return fields;
    }

    private static void put(Map<String, String> fields, String layout, String field, long offset, long bytes) {
        String key = layout + "." + field;
        fields.put(key, key + " offset=" + offset + " bytes=" + bytes);
    }
}
