package lapce.ipc.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import lapce.ipc.shm.Direction;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJ_Result;

/// The end of a direction comes after its last message: the real sides.
///
/// - `closeOutputRelease` as a plain store could be seen before the message.
/// - `outputClosedAcquire` as a plain load could come after the look at the ring. Neither shows on x86, which keeps stores in order, and loads.
/// - If the ring is looked at before `outputClosed`, a message that comes in between is lost.
@JCStressTest
@State
@Outcome(id = {"0, 0", "0, 1", "1, 0", "1, -1"}, expect = ACCEPTABLE, desc = "the message, and then the end, or less of it")
@Outcome(expect = FORBIDDEN, desc = "the end, and then the message")
public class EndStress {
    private final Meeting meeting = new Meeting();
    private final Direction direction = new Direction(null);

    @Actor
    public void send() {
        meeting.come();
        direction.send(1);
        direction.end();
    }

    @Actor
    public void receive(JJ_Result r) {
        meeting.come();
        r.r1 = direction.poll();
        r.r2 = direction.poll();
    }
}
