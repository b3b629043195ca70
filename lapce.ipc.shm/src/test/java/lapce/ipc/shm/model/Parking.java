package lapce.ipc.shm.model;

/// The parker of the seam: a count of wakes, and who sleeps at it.
abstract class Parking extends Explorer {
    static final int COUNT = 0;
    static final int SLEEPING = 1;

    private static final int SEEN = 3; // the last variable of a thread that parks

    Parking(int words, int threads) {
        super(words, threads, SEEN + 1);
    }

    /// What the count is before everything else is looked at.
    static void see(Machine m) {
        m.set(SEEN, m.load(COUNT));
    }

    /// Steps 80 to 81 of a thread that unparks.
    static int unpark(Machine m, int at, boolean counts, int next) {
        if (at == 80) {
            if (counts) {
                m.exchange(COUNT, m.word(COUNT) + 1);
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
            if (m.word(COUNT) != m.get(SEEN)) {
                return next;
            }
            m.setWord(SLEEPING, 1);
            return 91;
        }
        return m.word(SLEEPING) == 1 ? BLOCKED : next;
    }
}
