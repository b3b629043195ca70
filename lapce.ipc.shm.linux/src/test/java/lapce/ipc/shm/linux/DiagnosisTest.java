package lapce.ipc.shm.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import lapce.ipc.api.spi.Finding;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
class DiagnosisTest {
    @TempDir
    Path folder;

    @Test
    void everythingThatMattersIsLookedAt() {
        List<Finding> findings = new Diagnosis(folder, 0).findings();
        assertEquals(
                List.of("native access of lapce.ipc.shm.linux", folder.toString(), "vm.max_map_count", "open files", "RemoveIPC"),
                findings.stream().map(Finding::subject).toList());
        findings.forEach(finding -> assertFalse(finding.value().isBlank(), finding.toString()));
        assertTrue(Long.parseLong(findings.get(2).value()) >= 1000, "whole, not its first digit: " + findings.get(2));
        assertTrue(findings.get(3).value().matches("[0-9]{2,}|unlimited"), findings.get(3).toString());
    }

    @Test
    void aMissingDirectoryIsTroubleWithARemedy() {
        Finding finding = new Diagnosis(folder.resolve("absent"), 0).findings().get(1);
        assertTrue(finding.isTrouble());
        assertTrue(finding.advice().contains("tmpfs"), finding.toString());
    }
}
