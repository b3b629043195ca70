package lapce.ipc.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Walks through every interleaving of one producer (n1-n6), one waiter (w1-w4) and its leader (l1-l4), each with a store
/// buffer as on x86: a store is seen by others later, unless a fence or an atomic change comes between. A wake is lost
/// where nothing can go on, but the waiter has not got everything.
///
/// A model of the protocol on the page, not of the classes; that these keep to it is seen by reading. The fence of l3 is
/// no variant here: the atomic change of l4 is one as well, under this memory model.
class WakingModelTest {
    /// A fence, by the step that needs it.
    enum Fence {
        N1,
        W2,
        L1
    }

    private static final int MESSAGES = 3;
    private static final int LONGEST_BUFFER = 3;

    // words of the shared memory, then of the waiter's process
    private static final int POSITION = 0;
    private static final int ARMED = 1;
    private static final int READY = 2;
    private static final int WAITING = 3;
    private static final int PERMIT = 4;
    private static final int TOKEN = 5; // of LockSupport
    private static final int WORDS = 6;

    private static final int PRODUCER = 0;
    private static final int WAITER = 1;
    private static final int LEADER = 2;
    private static final int THREADS = 3;

    // what a thread has: step, three variables, buffered stores
    private static final int STEP = 0;
    private static final int A = 1;
    private static final int B = 2;
    private static final int C = 3;
    private static final int BUFFERED = 4;
    private static final int BUFFER = 5;
    private static final int PER_THREAD = BUFFER + 2 * LONGEST_BUFFER;

    private static final int DONE = 99;

    @Test
    void noWakeIsLost() {
        Walk walk = new Walk(EnumSet.allOf(Fence.class));
        walk.run();
        assertEquals(0, walk.lost);
        assertTrue(walk.ended > 0 && walk.seen.size() > 1000, "states=" + walk.seen.size());
    }

    @ParameterizedTest
    @EnumSource(Fence.class)
    void withoutOneFenceAWakeIsLost(Fence fence) {
        Walk walk = new Walk(EnumSet.complementOf(EnumSet.of(fence)));
        walk.run();
        assertTrue(walk.lost > 0, "no wake is lost without " + fence + ", states=" + walk.seen.size());
    }

    /// One walk over all states that can be reached.
    private static final class Walk {
        final Set<String> seen = new HashSet<>();
        int lost;
        int ended;
        private final Deque<char[]> open = new ArrayDeque<>();
        private final Set<Fence> fences;

        Walk(Set<Fence> fences) {
            this.fences = fences;
        }

        void run() {
            add(new char[WORDS + THREADS * PER_THREAD]);
            while (!open.isEmpty()) {
                char[] state = open.pop();
                boolean stuck = true;
                for (int thread = 0; thread < THREADS; thread++) {
                    stuck &= !add(new Machine(state.clone(), thread, fences).drainOne());
                    stuck &= !add(new Machine(state.clone(), thread, fences).step());
                }
                if (stuck && new Machine(state, WAITER, fences).get(STEP) == DONE) {
                    ended++;
                } else if (stuck) {
                    lost++;
                }
            }
        }

        /// False if there is no such next state.
        private boolean add(char[] state) {
            if (state != null && seen.add(new String(state))) {
                open.push(state);
            }
            return state != null;
        }
    }

    /// One thread's next move in one state.
    private record Machine(char[] state, int thread, Set<Fence> fences) {
        int get(int variable) {
            return state[WORDS + thread * PER_THREAD + variable];
        }

        private void set(int variable, int value) {
            state[WORDS + thread * PER_THREAD + variable] = (char) value;
        }

        /// The oldest buffered store becomes visible.
        char[] drainOne() {
            int count = get(BUFFERED);
            if (count == 0) {
                return null;
            }
            state[get(BUFFER)] = (char) get(BUFFER + 1);
            for (int i = 0; i < 2 * (count - 1); i++) {
                set(BUFFER + i, get(BUFFER + i + 2));
            }
            set(BUFFER + 2 * count - 2, 0);
            set(BUFFER + 2 * count - 1, 0);
            set(BUFFERED, count - 1);
            return state;
        }

        private char[] store(int word, int value, int next) {
            int count = get(BUFFERED);
            if (count == LONGEST_BUFFER) {
                return null;
            }
            set(BUFFER + 2 * count, word);
            set(BUFFER + 2 * count + 1, value);
            set(BUFFERED, count + 1);
            return go(next);
        }

        private int load(int word) {
            for (int i = get(BUFFERED) - 1; i >= 0; i--) {
                if (get(BUFFER + 2 * i) == word) {
                    return get(BUFFER + 2 * i + 1);
                }
            }
            return state[word];
        }

        private char[] fence(Fence fence, int next) {
            return fences.contains(fence) && get(BUFFERED) > 0 ? null : go(next);
        }

        /// An atomic change, which is a fence too.
        private char[] atomic(int word, int value, int next) {
            if (get(BUFFERED) > 0) {
                return null;
            }
            state[word] = (char) value;
            return go(next);
        }

        private char[] go(int next) {
            set(STEP, next);
            return state;
        }

        private char[] loadTo(int variable, int word, int next) {
            set(variable, load(word));
            return go(next);
        }

        char[] step() {
            return switch (thread) {
                case PRODUCER -> produce();
                case WAITER -> await();
                default -> lead();
            };
        }

        /// A: messages published; B: armed; C: rung.
        private char[] produce() {
            return switch (get(STEP)) {
                case 0 -> {
                    set(A, get(A) + 1);
                    yield store(POSITION, get(A), 1); // n1
                }
                case 1 -> fence(Fence.N1, 2);
                case 2 -> loadTo(B, ARMED, 3);
                case 3 -> go(get(B) == 0 || get(B) == get(C) ? 8 : 4); // n2
                case 4 -> atomic(READY, 1, 5); // n4
                case 5 -> go(load(WAITING) != 0 ? 6 : 7); // n5
                case 6 -> atomic(PERMIT, 1, 7);
                case 7 -> {
                    set(C, get(B)); // n6
                    yield go(8);
                }
                case 8 -> get(A) == MESSAGES ? null : go(0);
                default -> throw new AssertionError(get(STEP));
            };
        }

        /// A: messages got; B: number of the look; C: position seen.
        private char[] await() {
            return switch (get(STEP)) {
                case 0 -> {
                    set(B, get(B) + 1);
                    yield store(ARMED, get(B), 1); // w2
                }
                case 1 -> fence(Fence.W2, 2);
                case 2 -> loadTo(C, POSITION, 3); // w3
                case 3 -> go(get(C) > get(A) ? 4 : 5);
                case 4 -> {
                    set(A, get(C));
                    yield store(ARMED, 0, get(A) == MESSAGES ? DONE : 0);
                }
                case 5 -> state[TOKEN] == 0 ? null : atomic(TOKEN, 0, 0); // w4
                default -> null;
            };
        }

        /// A: bits taken.
        private char[] lead() {
            return switch (get(STEP)) {
                case 0 -> store(WAITING, 1, 1); // l1
                case 1 -> fence(Fence.L1, 2);
                case 2 -> go(load(READY) == 0 ? 3 : 4); // l2
                case 3 -> state[PERMIT] == 0 ? null : atomic(PERMIT, 0, 4);
                case 4 -> store(WAITING, 0, 5); // l3
                case 5 -> {
                    set(A, state[READY]);
                    yield atomic(READY, 0, 6); // l4
                }
                case 6 -> get(A) == 0 ? go(0) : atomic(TOKEN, 1, 0);
                default -> throw new AssertionError(get(STEP));
            };
        }
    }
}
