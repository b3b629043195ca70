package lapce.ipc.shm.model;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;

/// Walks through every interleaving of a few threads over shared words. Each thread has a store buffer as on x86: a store
/// is seen by others later, unless a fence or an atomic change comes between.
///
/// A model says what a thread's next step does. Where nothing can go on, it is asked whether that is the right end; a
/// model may also refuse a state by [#isSound].
///
/// These are models of the protocol on the page, not of the classes; that the classes keep to it is seen by reading, for
/// which the steps carry the names of both.
abstract class Explorer {
    /// Where a thread stands that has ended.
    static final int DONE = 99;

    private static final int LONGEST_BUFFER = 3;
    private static final int STEP = 0;
    private static final int BUFFERED = 1;
    private static final int BUFFER = 2;
    private static final int VARIABLES = BUFFER + 2 * LONGEST_BUFFER;

    private final int words;
    private final int threads;
    private final int perThread;
    private final Map<String, String> seen = new HashMap<>(); // from each state to the one it was reached from
    private final Deque<String> open = new ArrayDeque<>();

    private int lost;
    private int ended;
    private int wrong;
    private String flaw; // the first state that is lost or wrong

    Explorer(int words, int threads, int variables) {
        this.words = words;
        this.threads = threads;
        this.perThread = VARIABLES + variables;
    }

    /// One step of a thread, given where it stands.
    ///
    /// @return where it stands then, or [#BLOCKED] if it cannot go on now
    abstract int step(Machine machine, int thread, int at);

    /// Whether it is right that nothing can go on.
    abstract boolean isEnd(Machine machine);

    /// Whether a state may be at all.
    boolean isSound(Machine machine) {
        return true;
    }

    /// How many stores of a thread may be unseen by others.
    int longestBuffer() {
        return LONGEST_BUFFER;
    }

    /// Sets words and variables before the first step.
    void begin(Machine machine) {}

    /// Where nothing can go on, though it should.
    int lost() {
        return lost;
    }

    /// Right ends.
    int ended() {
        return ended;
    }

    /// States that may not be.
    int wrong() {
        return wrong;
    }

    int states() {
        return seen.size();
    }

    static final int BLOCKED = -1;

    Explorer explore() {
        exploreUntil(() -> false);
        return this;
    }

    /// Explores until nothing can go on though it should.
    ///
    /// @return false if that never is
    boolean loses() {
        exploreUntil(() -> lost > 0);
        return lost > 0;
    }

    /// Explores until a state is found that may not be.
    ///
    /// @return false if there is none
    boolean errs() {
        exploreUntil(() -> wrong > 0);
        return wrong > 0;
    }

    /// What was found, and how the first of what should not be is reached.
    @Override
    public String toString() {
        return "states=" + states() + ", lost=" + lost + ", wrong=" + wrong + ", ended=" + ended + trace();
    }

    private void exploreUntil(BooleanSupplier found) {
        Machine first = new Machine(new char[words + threads * perThread]);
        begin(first);
        add(first.state, "");
        while (!open.isEmpty() && !found.getAsBoolean()) {
            String from = open.pop();
            boolean stuck = true;
            for (int thread = 0; thread < threads; thread++) {
                stuck &= !add(new Machine(from.toCharArray()).drainOne(thread), from);
                stuck &= !add(new Machine(from.toCharArray()).stepOf(thread), from);
            }
            if (stuck) {
                if (isEnd(new Machine(from.toCharArray()))) {
                    ended++;
                } else {
                    lost++;
                    flaw = flaw == null ? from : flaw;
                }
            }
        }
    }

    /// False if there is no such next state.
    private boolean add(char[] state, String from) {
        if (state == null) {
            return false;
        }
        String reached = new String(state);
        if (seen.putIfAbsent(reached, from) == null) {
            if (isSound(new Machine(state))) {
                open.push(reached);
            } else {
                wrong++;
                flaw = flaw == null ? reached : flaw;
            }
        }
        return true;
    }

    /// One line for each step: the thread, from where to where, and the words that change.
    private String trace() {
        Deque<String> lines = new ArrayDeque<>();
        for (String to = flaw; to != null && !seen.get(to).isEmpty(); to = seen.get(to)) {
            lines.push(change(seen.get(to), to));
        }
        return String.join("", lines);
    }

    private String change(String from, String to) {
        StringBuilder line = new StringBuilder();
        for (int thread = 0; thread < threads; thread++) {
            int start = words + thread * perThread;
            if (!from.regionMatches(start, to, start, perThread)) {
                line.append("\n  thread ").append(thread).append(" at ").append((int) from.charAt(start + STEP));
                line.append(" to ").append((int) to.charAt(start + STEP));
            }
        }
        for (int word = 0; word < words; word++) {
            if (from.charAt(word) != to.charAt(word)) {
                line.append(", word ").append(word).append(" = ").append((int) to.charAt(word));
            }
        }
        return line.toString();
    }

    /// One state, and what a thread can do to it.
    final class Machine {
        private final char[] state;
        private int thread;
        private boolean waits;

        private Machine(char[] state) {
            this.state = state;
        }

        private char[] stepOf(int thread) {
            this.thread = thread;
            int at = field(thread, STEP);
            if (at == DONE) {
                return null;
            }
            int next = step(this, thread, at);
            if (next == BLOCKED || waits) {
                return null;
            }
            setField(thread, STEP, next);
            return state;
        }

        private char[] drainOne(int thread) {
            int count = field(thread, BUFFERED);
            if (count == 0) {
                return null;
            }
            state[field(thread, BUFFER)] = (char) field(thread, BUFFER + 1);
            for (int i = 0; i < 2 * (count - 1); i++) {
                setField(thread, BUFFER + i, field(thread, BUFFER + i + 2));
            }
            setField(thread, BUFFER + 2 * count - 2, 0);
            setField(thread, BUFFER + 2 * count - 1, 0);
            setField(thread, BUFFERED, count - 1);
            return state;
        }

        int at(int thread) {
            return field(thread, STEP);
        }

        /// Puts another thread somewhere, such as at its end.
        void jump(int thread, int at) {
            setField(thread, STEP, at);
        }

        /// Whether all stores of a thread are seen by others. The kernel sees to that before it releases the locks of a process.
        boolean isDrained(int thread) {
            return field(thread, BUFFERED) == 0;
        }

        /// A variable of the running thread.
        int get(int variable) {
            return field(thread, VARIABLES + variable);
        }

        void set(int variable, int value) {
            setField(thread, VARIABLES + variable, value);
        }

        int add(int variable, int amount) {
            set(variable, get(variable) + amount);
            return get(variable);
        }

        /// A variable of another thread.
        int of(int other, int variable) {
            return field(other, VARIABLES + variable);
        }

        /// What is visible to all.
        int word(int word) {
            return state[word];
        }

        void setWord(int word, int value) {
            state[word] = (char) value;
        }

        int load(int word) {
            for (int i = field(thread, BUFFERED) - 1; i >= 0; i--) {
                if (field(thread, BUFFER + 2 * i) == word) {
                    return field(thread, BUFFER + 2 * i + 1);
                }
            }
            return state[word];
        }

        void store(int word, int value) {
            int count = field(thread, BUFFERED);
            if (count == longestBuffer()) {
                waits = true;
                return;
            }
            setField(thread, BUFFER + 2 * count, word);
            setField(thread, BUFFER + 2 * count + 1, value);
            setField(thread, BUFFERED, count + 1);
        }

        void fence() {
            waits |= field(thread, BUFFERED) > 0;
        }

        /// A fence of all threads.
        void barrier() {
            for (int other = 0; other < threads; other++) {
                waits |= field(other, BUFFERED) > 0;
            }
        }

        /// An atomic change, which is a fence too.
        ///
        /// @return the word before
        int exchange(int word, int value) {
            fence();
            int before = state[word];
            if (!waits) {
                state[word] = (char) value;
            }
            return before;
        }

        private int field(int thread, int field) {
            return state[words + thread * perThread + field];
        }

        private void setField(int thread, int field, int value) {
            state[words + thread * perThread + field] = (char) value;
        }
    }
}
