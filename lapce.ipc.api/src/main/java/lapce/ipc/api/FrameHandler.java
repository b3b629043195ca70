package lapce.ipc.api;

/// Takes frames from [Framer#poll(FrameHandler, int)].
@FunctionalInterface
public interface FrameHandler {
    /// Takes one frame.
    ///
    /// @param frame valid until this returns
    void onFrame(Frame frame);
}
