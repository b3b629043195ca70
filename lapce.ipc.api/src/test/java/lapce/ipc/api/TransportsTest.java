package lapce.ipc.api;

import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import lapce.ipc.api.spi.TransportProvider;
import org.junit.jupiter.api.Test;

class TransportsTest {
    private static final TransportProvider MEM = new Answering("mem", null);
    private static final TransportProvider NOT_HERE = new Answering("shm", "needs Plan 9");
    private static final TransportProvider HERE = new Answering("shm", null);

    @Test
    void firstThatServesTheSchemeHereIsChosen() throws IpcException {
        assertSame(HERE, Transports.choose("shm", List.of(MEM, NOT_HERE, HERE, new Answering("shm", null))));
    }

    @Test
    void errorListsWhatEachProviderAnswered() {
        String message = assertThrows(IpcException.class, () -> Transports.choose("shm", List.of(MEM, NOT_HERE)))
                .getMessage();
        assertTrue(message.contains("scheme=shm"), message);
        assertTrue(message.contains("Answering: serves scheme mem"), message);
        assertTrue(message.contains("Answering: needs Plan 9"), message);
    }

    @Test
    void errorSaysWhatToAddWhenThereIsNoProvider() {
        String message =
                assertThrows(IpcException.class, () -> Transports.choose("shm", List.of())).getMessage();
        assertTrue(message.contains("lapce.ipc.shm.linux"), message);
    }

    private record Answering(String scheme, String reason) implements TransportProvider {
        @Override
        public Optional<String> unsupportedReason() {
            return Optional.ofNullable(reason);
        }

        @Override
        public Listener bind(String name, Options options) {
            throw new AssertionError("not asked to");
        }

        @Override
        public Stream connect(String name, Options options) {
            throw new AssertionError("not asked to");
        }
    }
}
