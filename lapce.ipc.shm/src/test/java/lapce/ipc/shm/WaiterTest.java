package lapce.ipc.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import lapce.ipc.api.IpcException;
import lapce.ipc.api.WaitStrategy;
import lapce.ipc.shm.layout.ArmedWord;
import lapce.ipc.shm.mem.MemPlatform;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WaiterTest {
    private static final WaitStrategy PARK = WaitStrategy.blocking(Duration.ZERO);

    /// Something to wait for, and a record of what was armed.
    private static class Thing implements Waiter.Condition {
        final List<Integer> armed = new CopyOnWriteArrayList<>();
        volatile boolean there;
        volatile int looksUntilThere = Integer.MAX_VALUE;
        private int looks;
        volatile int missed;

        @Override
        public boolean look() {
            return there || ++looks > looksUntilThere;
        }

        @Override
        public void armVolatile(int number) {
            armed.add(number);
        }

        @Override
        public void missed() {
            missed++;
        }
    }

    private final Thing thing = new Thing();

    @Test
    void whatIsThereIsNotWaitedFor() throws InterruptedIOException {
        thing.there = true;
        assertTrue(Waiter.learning(PARK, thing, null).await(0));
        assertTrue(Waiter.learning(WaitStrategy.busySpin(), thing, null).await(0));
        assertTrue(Waiter.learning(WaitStrategy.yielding(), thing, null).await(0));
    }

    @Test
    void spinningThreadArmsNothing() throws InterruptedIOException {
        thing.looksUntilThere = 50;
        assertTrue(Waiter.learning(WaitStrategy.busySpin(), thing, null).await(Long.MAX_VALUE));
        assertEquals(List.of(), thing.armed);
        assertTrue(Waiter.learning(WaitStrategy.blocking(Duration.ofSeconds(1)), thing, null).await(Long.MAX_VALUE));
        assertEquals(List.of(), thing.armed);
    }

    @Test
    void everyStrategyGivesUpAtTheDeadline() throws InterruptedIOException {
        for (WaitStrategy strategy : List.of(
                PARK, WaitStrategy.busySpin(), WaitStrategy.yielding(), WaitStrategy.blocking(Duration.ofMillis(1)))) {
            assertFalse(Waiter.learning(strategy, thing, null).await(TimeUnit.MILLISECONDS.toNanos(3)), strategy.toString());
        }
    }

    @Test
    void armsBeforeItLooksAndDisarmsAtTheEnd() throws InterruptedIOException {
        Thing thing = new Thing() {
            @Override
            public boolean look() {
                armed.add(-1);
                return true;
            }
        };
        assertTrue(Waiter.learning(PARK, thing, null).await(Long.MAX_VALUE));
        assertEquals(List.of(ArmedWord.of(1, ArmedWord.LEADER), -1, ArmedWord.AWAKE), thing.armed);
    }

    @Test
    void eachWaitHasANumberOfItsOwn() throws InterruptedIOException {
        thing.there = true;
        Waiter waiter = Waiter.learning(PARK, thing, null);
        waiter.await(Long.MAX_VALUE);
        waiter.await(Long.MAX_VALUE);
        assertEquals(List.of(ArmedWord.of(1, ArmedWord.LEADER), 0, ArmedWord.of(2, ArmedWord.LEADER), 0), thing.armed);
    }

    @Test
    void whoGoesOnLongEnoughIsBusyAndMakesABarrierBeforeHisLastLook() throws InterruptedIOException {
        Thing thing = new Thing() {
            @Override
            public boolean look() {
                armed.add(-1);
                return true;
            }
        };
        Waiter waiter = Waiter.steady(PARK, thing, null, () -> thing.armed.add(-2));
        for (int i = 1; i < Waiter.STREAK; i++) {
            waiter.wentOn();
        }
        assertEquals(List.of(), thing.armed);
        waiter.wentOn();
        waiter.wentOn();
        assertEquals(List.of(ArmedWord.BUSY), thing.armed);
        thing.armed.clear();
        waiter.await(Long.MAX_VALUE);
        assertEquals(List.of(ArmedWord.of(1, ArmedWord.LEADER), -2, -1, ArmedWord.AWAKE), thing.armed);
        thing.armed.clear();
        assertFalse(waiter.arm(ArmedWord.POLLER));
        assertEquals(List.of(ArmedWord.of(2, ArmedWord.POLLER), -1, ArmedWord.AWAKE), thing.armed, "one barrier was enough");
    }

    @Test
    void whoArmsStartsHisStreakAnew() {
        thing.there = true;
        Waiter waiter = Waiter.steady(PARK, thing, null, () -> thing.armed.add(-2));
        for (int i = 0; i < 3 * Waiter.STREAK; i++) {
            waiter.wentOn();
            if (i % (Waiter.STREAK - 1) == 0) {
                waiter.arm(ArmedWord.LEADER);
            }
        }
        assertFalse(thing.armed.contains(ArmedWord.BUSY), thing.armed.toString());
    }

    @Test
    void whoIsArmedIsNotBusy() {
        Waiter waiter = Waiter.steady(PARK, thing, null, () -> {});
        assertTrue(waiter.arm(ArmedWord.LEADER));
        goOn(waiter);
        assertEquals(List.of(ArmedWord.of(1, ArmedWord.LEADER)), thing.armed);
    }

    private static void goOn(Waiter waiter) {
        for (int i = 0; i < 2 * Waiter.STREAK; i++) {
            waiter.wentOn();
        }
    }

    @Test
    void withoutABarrierNobodyIsBusy() {
        goOn(Waiter.steady(PARK, thing, null, null));
        assertEquals(List.of(), thing.armed);
    }

    @Test
    void platformThreadWithAParkerIsWokenThere() throws Exception {
        Parker parker = parker();
        Waiter waiter = Waiter.steady(PARK, thing, parker, null);
        FutureTask<Boolean> wait = new FutureTask<>(() -> waiter.await(Long.MAX_VALUE));
        Thread.ofPlatform().daemon().start(wait);
        awaitParked();
        assertEquals(ArmedWord.of(1, ArmedWord.DIRECT), thing.armed.getFirst());
        thing.there = true;
        parker.unpark();
        assertTrue(wait.get());
        assertEquals(ArmedWord.AWAKE, thing.armed.getLast());
    }

    @Test
    void unparkReachesTheParkerToo() throws Exception {
        Waiter waiter = Waiter.steady(PARK, thing, parker(), null);
        FutureTask<Boolean> wait = new FutureTask<>(() -> waiter.await(Long.MAX_VALUE));
        Thread.ofPlatform().daemon().start(wait);
        awaitParked();
        thing.there = true;
        waiter.unpark();
        assertTrue(wait.get());
    }

    @Test
    void interruptReachesTheParkerTooAndIsKept() throws Exception {
        Waiter waiter = Waiter.steady(PARK, thing, new DeafParker(), null);
        FutureTask<Boolean> wait = new FutureTask<>(() -> {
            assertThrows(InterruptedIOException.class, () -> waiter.await(Long.MAX_VALUE));
            return Thread.interrupted();
        });
        Thread waiting = Thread.ofPlatform().daemon().start(wait);
        awaitParked();
        waiting.interrupt();
        assertTrue(wait.get());
        assertEquals(ArmedWord.AWAKE, thing.armed.getLast());
    }

    @Test
    void deadlineEndsAWaitAtTheParker() throws Exception {
        assertFalse(Waiter.steady(PARK, thing, parker(), null).await(TimeUnit.MILLISECONDS.toNanos(3)));
    }

    @Test
    void virtualThreadLeavesTheParkerAlone() throws Exception {
        Waiter waiter = Waiter.steady(PARK, thing, parker(), null);
        FutureTask<Boolean> wait = new FutureTask<>(() -> waiter.await(Long.MAX_VALUE));
        Thread.ofVirtual().start(wait);
        awaitParked();
        assertEquals(ArmedWord.of(1, ArmedWord.LEADER), thing.armed.getFirst());
        thing.there = true;
        waiter.unpark();
        assertTrue(wait.get());
    }

    /// Of a thread in the kernel and of one that parks in the Java sense.
    @Test
    void whatNobodyToldOfIsFoundAndCounted() throws Exception {
        for (Waiter waiter : List.of(Waiter.steady(PARK, thing, parker(), null), Waiter.learning(PARK, thing, null))) {
            thing.there = false;
            FutureTask<Boolean> wait = new FutureTask<>(() -> waiter.await(Long.MAX_VALUE));
            Thread thread = Thread.ofPlatform().daemon().start(wait);
            while (thread.getState() != Thread.State.TIMED_WAITING) {
                Thread.yield(); // for it looks once more when it has armed
            }
            thing.there = true;
            assertTrue(wait.get());
        }
        assertEquals(2, thing.missed);
    }

    @Test
    void unparkedThreadLooksAgain() throws Exception {
        Waiter waiter = Waiter.learning(PARK, thing, null);
        FutureTask<Boolean> wait = new FutureTask<>(() -> waiter.await(Long.MAX_VALUE));
        Thread.ofPlatform().daemon().start(wait);
        awaitParked();
        thing.there = true;
        waiter.unpark();
        assertTrue(wait.get());
        assertEquals(0, thing.armed.getLast());
    }

    @Test
    void virtualThreadParksAtOnce() throws Exception {
        Waiter waiter = Waiter.learning(WaitStrategy.blocking(Duration.ofSeconds(1)), thing, null);
        FutureTask<Boolean> wait = new FutureTask<>(() -> waiter.await(Long.MAX_VALUE));
        Thread.ofVirtual().start(wait);
        awaitParked();
        thing.there = true;
        waiter.unpark();
        assertTrue(wait.get());
    }

    @Test
    void spinsInVainBecomeShorterButNeverNothing() throws InterruptedIOException {
        Waiter waiter = Waiter.learning(WaitStrategy.blocking(Duration.ofNanos(64_000)), thing, null);
        assertEquals(64_000, waiter.nextSpinNanos());
        assertFalse(waiter.await(TimeUnit.MILLISECONDS.toNanos(1)));
        assertEquals(32_000, waiter.nextSpinNanos());
        for (int i = 0; i < 10; i++) {
            waiter.await(TimeUnit.MILLISECONDS.toNanos(1));
        }
        assertTrue(waiter.nextSpinNanos() > 0 && waiter.nextSpinNanos() <= 16_000, "spin=" + waiter.nextSpinNanos());
    }

    @Test
    void aWaitThatASpinWouldHaveCoveredMakesTheSpinLongAgain() throws Exception {
        Waiter waiter = Waiter.learning(WaitStrategy.blocking(Duration.ofSeconds(1)), thing, null);
        assertFalse(waiter.await(0));
        assertEquals(500_000_000, waiter.nextSpinNanos());
        FutureTask<Boolean> wait = new FutureTask<>(() -> waiter.await(Long.MAX_VALUE));
        Thread.ofVirtual().start(wait); // which parks at once
        awaitParked();
        thing.there = true;
        waiter.unpark();
        assertTrue(wait.get());
        assertEquals(1_000_000_000, waiter.nextSpinNanos());
    }

    @Test
    void interruptEndsEveryWaitAndIsKept() {
        for (WaitStrategy strategy : List.of(PARK, WaitStrategy.busySpin(), WaitStrategy.yielding())) {
            Thread.currentThread().interrupt();
            assertThrows(InterruptedIOException.class, () -> Waiter.learning(strategy, thing, null).await(Long.MAX_VALUE));
            assertTrue(Thread.interrupted());
        }
        assertEquals(0, thing.armed.getLast());
    }

    @Test
    void unparkingNobodyDoesNothing() {
        Waiter.learning(PARK, thing, null).unpark();
        assertEquals(List.of(), thing.armed);
    }

    private static Parker parker() throws IpcException {
        return new MemPlatform().create("a", 8).parker(0);
    }

    private void awaitParked() {
        while (thing.armed.isEmpty()) {
            Thread.yield();
        }
    }

    /// A barrier may miss a processor (ADR 18): what its thread wrote is seen a little later, and nobody tells.
    @Test
    void whoMadeABarrierLooksOnceMoreBeforeHeSleepsForLong() throws InterruptedIOException {
        thing.looksUntilThere = 1;
        Waiter waiter = busy(thing);
        assertTrue(waiter.await(Long.MAX_VALUE));
        assertEquals(
                List.of(ArmedWord.of(1, ArmedWord.LEADER), ArmedWord.of(2, ArmedWord.LEADER), ArmedWord.AWAKE),
                thing.armed,
                "the second with a fence, since the word was not BUSY");
        assertEquals(0, thing.missed);
    }

    @Test
    void thatLookIsNotBehindTheDeadline() throws InterruptedIOException {
        assertFalse(busy(thing).await(TimeUnit.MICROSECONDS.toNanos(100)));
    }

    /// He would have to do the same, and cannot sleep for a moment only.
    @Test
    void whoIsToldByAPollerIsBusyNoMore() {
        Waiter waiter = busy(thing);
        assertTrue(waiter.arm(ArmedWord.POLLER));
        waiter.disarm();
        goOn(waiter);
        assertEquals(List.of(ArmedWord.of(1, ArmedWord.POLLER), ArmedWord.AWAKE), thing.armed);
    }

    /// One that has said BUSY.
    private static Waiter busy(Thing thing) {
        Waiter waiter = Waiter.steady(PARK, thing, null, () -> {});
        goOn(waiter);
        assertEquals(List.of(ArmedWord.BUSY), thing.armed);
        thing.armed.clear();
        return waiter;
    }
}
