package lapce.ipc.shm.model;

/// What parking needs, by the step that needs it.
enum ParkingPart {
    /// The fence between publishing and the look at the armed word.
    N1_FENCE,
    /// The count before the wake: who is about to park does not then.
    N5_COUNT,
    /// The fence between arming and the look.
    W2_FENCE,
    /// A new number for each arming.
    W2_NUMBER,
    /// The look behind the arming.
    W3_LOOK
}
