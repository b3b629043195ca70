package lapce.ipc.shm.model;

/// The parker of the seam: a count of wakes, and the one thread that sleeps at it. To that thread a count is whether it has changed since
/// it was seen, so that is all the model keeps of it.
abstract class Parking extends Explorer {
    static final int COUNT = 0;
    static final int SLEEPING = 1;

    Parking(int words, int threads, int variables) {
        super(words, threads, variables);
    }

    /// What the count is before everything else is looked at.
    static void see(Machine m) {
        m.setWord(COUNT, 0);
    }

    /// Steps 80 to 81 of a thread that unparks.
    static int unpark(Machine m, int at, boolean counts, int next) {
        if (at == 80) {
            if (counts) {
                m.exchange(COUNT, 1);
            }
            return 81;
        }
        m.setWord(SLEEPING, 0); // the system call
        return next;
    }

    /// Steps 90 and 91 of a thread that parks.
    static int park(Machine m, int at, int next) {
        if (at == 90) { // the system call compares and sleeps at once
            m.fence();
            if (m.word(COUNT) == 1) {
                return next;
            }
            m.setWord(SLEEPING, 1);
            return 91;
        }
        return m.word(SLEEPING) == 1 ? BLOCKED : next;
    }
}
