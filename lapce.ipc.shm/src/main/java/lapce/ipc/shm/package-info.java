/// The life of a connection, and the seam below which an operating system begins.
///
/// | the seam | promise |
/// |---|---|
/// | [Platform] | who the user is, which boot this is; makes the others |
/// | [Region] | named memory that two processes see |
/// | [Parker] | a count of wakes in a word of a region, to wait for another process and to wake it |
/// | [LockDirectory], [LifeLock], [LockWatch] | locks that the kernel drops when their holder dies, which others can watch |
///
/// Everything else is written once, here. Locks come first and decide; shared words follow and are always attributable,
/// whatever instruction a process dies at. `doc/shared-memory.md` has the steps (b1, j1, k1 …) that comments here name.
///
/// Waking: rule one is that every word has one writer, so a killed waker loses nobody's wake. A waiting thread arms a word
/// of its connection's region, looks again, and parks (`Waiter`): a platform thread that waits for data in the kernel, at the
/// count of wakes of its slot, any other in the Java sense. One `Leader` thread for each endpoint and role parks in the kernel for the
/// latter, and unparks those whose connections have their ready bit set.
package lapce.ipc.shm;
