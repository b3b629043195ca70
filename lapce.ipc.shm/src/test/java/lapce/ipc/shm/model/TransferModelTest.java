package lapce.ipc.shm.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// One direction of a stream, from its producer's first record to the consumer's end: a ring of four units whose records publish
/// themselves by their headers, messages of one record and of fragments, padding, waits for data and for room, the end of the output,
/// the end of the input, a message given up half-way, and a kill of either process at any step. Each committed message
/// is received in order exactly once before the end is, no half message is handed out, and nobody sleeps for ever.
///
/// What a leader does between being rung and looking is `WakingModelTest`'s matter; here it always looks.
class TransferModelTest {
    @ParameterizedTest
    @EnumSource
    void whatWasCommittedIsReceivedInOrderAndNobodySleepsForEver(Transfer.Event event) {
        Explorer model = new Transfer(event, EnumSet.allOf(Transfer.Part.class)).explore();
        assertEquals(0, model.lost() + model.wrong(), model::toString);
        assertTrue(model.ended() > 0 && model.states() > 1000, model::toString);
    }

    @ParameterizedTest
    @EnumSource(to = "ABANDON")
    void withoutOnePartAMessageIsLostOrDamaged(Transfer.Part part) {
        Explorer model = without(part);
        assertTrue(model.errs(), model::toString);
    }

    @ParameterizedTest
    @EnumSource(from = "N1_FENCE")
    void withoutOnePartSomebodySleepsForEver(Transfer.Part part) {
        Explorer model = without(part);
        assertTrue(model.loses(), model::toString);
    }

    private static Explorer without(Transfer.Part part) {
        return new Transfer(part.shownBy, EnumSet.complementOf(EnumSet.of(part)));
    }
}
