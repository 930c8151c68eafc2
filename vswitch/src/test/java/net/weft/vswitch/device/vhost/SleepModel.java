package net.weft.vswitch.device.vhost;

import static net.weft.vswitch.device.vhost.SleepState.AVAILABLE;
import static net.weft.vswitch.device.vhost.SleepState.OFF;
import static net.weft.vswitch.device.vhost.SleepState.ON;
import static net.weft.vswitch.device.vhost.SleepState.USED;
import static net.weft.vswitch.device.vhost.SleepState.WISH;
import static net.weft.vswitch.device.vhost.SleepState.rest;
import static net.weft.vswitch.device.vhost.SleepState.with;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import net.weft.vswitch.device.vhost.SleepState.GuestStep;
import net.weft.vswitch.device.vhost.SleepState.WorkerStep;

/**
 * The whole of what decides whether a sleeping worker is woken, small enough to try every interleaving: a guest's driver that
 * publishes chains and perhaps kicks, the worker's turns, the control thread's commands, a reverse ARP that is announced, the
 * eventfds, epoll. Indices wrap around after a few steps, so that the search ends and covers streams of any length.
 * <p>
 * Memory is that of x86 and weaker than what the code asks for: a store waits in its thread's buffer, which empties in order, at any
 * time, and before a full fence. That is the reordering that loses wake-ups.
 * <p>
 * Each worker step is one access of the real code to something shared, in the real order: {@link SleepState.WorkerStep} names the methods.
 */
final class SleepModel {
    /** What the worker says to the guest's driver, and how the driver reads it. */
    enum Notification {
        SPLIT_FLAGS, SPLIT_EVENT_INDEX, PACKED_FLAGS, PACKED_EVENT_INDEX
    }

    /** A line left out of the code, or put in another place. */
    enum Mistake {
        NONE, NO_LOOK_AFTER_ARMING, NO_FENCE, DRAIN_AFTER_THE_LOOK, NO_LOOK_FOR_ANNOUNCEMENTS
    }

    private final Notification notification;
    private final Mistake mistake;
    private final int size;
    /** Positions are counted modulo this: 2^16 for split rings, two laps for packed ones; here smaller. */
    private final int modulus;
    private final boolean packed;
    private final boolean eventIndex;

    /** @param size entries of the ring */
    SleepModel(Notification notification, Mistake mistake, int size) {
        this.notification = notification;
        this.mistake = mistake;
        this.size = size;
        packed = notification == Notification.PACKED_FLAGS || notification == Notification.PACKED_EVENT_INDEX;
        eventIndex = notification == Notification.SPLIT_EVENT_INDEX
                || notification == Notification.PACKED_EVENT_INDEX;
        modulus = packed ? 2 * size : 4 * size;
    }

    /**
     * @param states that can be reached
     * @param trace the shortest way to a lost wake-up; empty when there is none
     */
    record Result(int states, List<String> trace) {
    }

    /** Breadth first, until a wake-up is lost or no state is new. */
    Result explore() {
        SleepState start = new SleepState(0, 0, notification == Notification.SPLIT_EVENT_INDEX ? 0 : OFF, false, false,
                false,
                false, GuestStep.PUBLISH, 0, 0, List.of(), WorkerStep.TAKE_COMMANDS, 0, List.of(), false, false);
        Map<SleepState, Map.Entry<SleepState, String>> cameBy = new HashMap<>();
        cameBy.put(start, Map.entry(start, "start"));
        ArrayDeque<SleepState> open = new ArrayDeque<>(List.of(start));
        while (!open.isEmpty()) {
            SleepState state = open.removeFirst();
            if (state.isLost()) {
                return new Result(cameBy.size(), trace(state, start, cameBy));
            }
            steps(state, (what, next) -> {
                if (cameBy.putIfAbsent(next, Map.entry(state, what)) == null) {
                    open.addLast(next);
                }
            });
        }
        return new Result(cameBy.size(), List.of());
    }

    private static List<String> trace(SleepState end, SleepState start,
            Map<SleepState, Map.Entry<SleepState, String>> cameBy) {
        List<String> trace = new ArrayList<>();
        for (SleepState at = end; !at.equals(start); at = cameBy.getOrDefault(at, Map.entry(start, "")).getKey()) {
            trace.add(cameBy.getOrDefault(at, Map.entry(start, "")).getValue());
        }
        Collections.reverse(trace);
        return trace;
    }

    private void steps(SleepState s, BiConsumer<String, SleepState> to) {
        guest(s, to);
        worker(s, to);
        if (!s.guestStores().isEmpty()) {
            to.accept("guest's store is seen " + s.guestStores().getFirst(),
                    s.memory(s.guestStores().getFirst(), rest(s.guestStores()), s.workerStores()));
        }
        if (!s.workerStores().isEmpty()) {
            to.accept("worker's store is seen " + s.workerStores().getFirst(),
                    s.memory(s.workerStores().getFirst(), s.guestStores(), rest(s.workerStores())));
        }
        // Mailbox.execute: the command first, then the eventfd.
        if (s.controlSignals()) {
            to.accept("control signals", s.command(s.command(), true, false));
        } else if (!s.command()) {
            to.accept("control adds a command", s.command(true, s.signal(), true));
        }
        // VhostSession.announce: the address first, then the kick.
        if (s.announcerKicks()) {
            to.accept("announcer kicks", s.announcement(s.announcement(), true, false));
        } else if (!s.announcement()) {
            to.accept("announcer sets the address", s.announcement(true, s.kick(), true));
        }
    }

    // ---- the guest's driver, as Linux has it -----------------------------------------------------------------------

    private void guest(SleepState s, BiConsumer<String, SleepState> to) {
        switch (s.guest()) {
            case PUBLISH -> {
                if (distance(s.used(), s.published()) < size && distance(s.checked(), s.published()) < size) {
                    int now = (s.published() + 1) % modulus;
                    to.accept("guest publishes",
                            s.guest(GuestStep.PUBLISH, now, s.checked(), with(s.guestStores(), AVAILABLE, now)));
                }
                if (s.published() != s.checked()) {
                    to.accept("guest has published",
                            s.guest(GuestStep.FENCE, s.published(), s.checked(), s.guestStores()));
                }
            }
            case FENCE -> {
                if (s.guestStores().isEmpty()) {
                    to.accept("guest's fence", s.guest(GuestStep.READ_WISH, s.published(), s.checked(), List.of()));
                }
            }
            case READ_WISH -> to.accept("guest reads wish " + s.wish(),
                    wantsKick(s)
                            ? s.guest(GuestStep.KICK, s.published(), s.checked(), List.of())
                            : s.guest(GuestStep.PUBLISH, s.published(), s.published(), List.of()));
            case KICK -> to.accept("guest kicks",
                    s.kick(true).guest(GuestStep.PUBLISH, s.published(), s.published(), List.of()));
        }
    }

    private boolean wantsKick(SleepState s) {
        if (s.wish() < 0) {
            return s.wish() == ON;
        }
        if (!packed) {
            // vring_need_event, 2^16 being the modulus.
            return distance(s.wish() + 1, s.published()) < distance(s.checked(), s.published());
        }
        // virtqueue_kick_prepare_packed: slots, the event's moved back by a lap when its wrap counter is the other one.
        int now = s.published() % size;
        int old = now - distance(s.checked(), s.published());
        int event = s.wish() % size - (s.wish() / size == s.published() / size ? 0 : size);
        return (now - event - 1 & 0xFFFF) < (now - old & 0xFFFF);
    }

    private int distance(int from, int to) {
        return Math.floorMod(to - from, modulus);
    }

    // ---- the worker ------------------------------------------------------------------------------------------------

    private void worker(SleepState s, BiConsumer<String, SleepState> to) {
        switch (s.worker()) {
            case TAKE_COMMANDS -> to.accept("worker takes commands",
                    s.command(false, s.signal(), s.controlSignals()).worker(WorkerStep.FETCH));
            case FETCH -> to.accept("worker fetches up to " + s.available(),
                    s.available() == s.next()
                            ? s.worker(WorkerStep.TAKE_ANNOUNCEMENT)
                            : s.worker(WorkerStep.COMPLETE, s.available(), s.workerStores()));
            case COMPLETE -> to.accept("worker completes", s.worker(WorkerStep.COMPLETE_FENCE, s.next(),
                    with(s.workerStores(), USED, s.next())));
            case COMPLETE_FENCE -> fence(s, WorkerStep.TAKE_COMMANDS, to);
            case TAKE_ANNOUNCEMENT -> {
                SleepState taken = s.announcement(false, s.kick(), s.announcerKicks());
                to.accept("worker polled for nothing", taken.worker(WorkerStep.TAKE_COMMANDS));
                if (!s.announcement()) {
                    to.accept("worker polled for nothing long enough", s.worker(
                            mistake == Mistake.DRAIN_AFTER_THE_LOOK ? WorkerStep.KICKS_ON : WorkerStep.DRAIN));
                }
            }
            case DRAIN -> to.accept("worker drains the kick", s.kick(false).worker(WorkerStep.KICKS_ON));
            case KICKS_ON -> to.accept("worker asks for a kick at " + s.next(),
                    s.worker(mistake == Mistake.NO_FENCE ? WorkerStep.LOOK : WorkerStep.FENCE, s.next(),
                            with(s.workerStores(), WISH, eventIndex ? s.next() : ON)));
            case FENCE -> fence(s, mistake == Mistake.NO_LOOK_AFTER_ARMING
                    ? WorkerStep.LOOK_FOR_ANNOUNCEMENT
                    : WorkerStep.LOOK, to);
            case LOOK -> to.accept("worker looks, available is " + s.available(),
                    s.worker(s.available() == s.next() ? WorkerStep.LOOK_FOR_ANNOUNCEMENT : WorkerStep.STAY_AWAKE));
            case LOOK_FOR_ANNOUNCEMENT -> to.accept("worker looks for an announcement",
                    s.worker(s.announcement() && mistake != Mistake.NO_LOOK_FOR_ANNOUNCEMENTS
                            ? WorkerStep.STAY_AWAKE
                            : mistake == Mistake.DRAIN_AFTER_THE_LOOK ? WorkerStep.LATE_DRAIN : WorkerStep.BLOCKED));
            case STAY_AWAKE -> kicksOff(s, WorkerStep.TAKE_COMMANDS, to);
            case LATE_DRAIN -> to.accept("worker drains the kick", s.kick(false).worker(WorkerStep.BLOCKED));
            case BLOCKED -> {
                if (s.kick()) {
                    to.accept("the kick wakes the worker", s.worker(WorkerStep.DISARM));
                }
                if (s.signal()) {
                    to.accept("a command wakes the worker", s.worker(WorkerStep.COMMAND_WAKES));
                }
            }
            case DISARM -> to.accept("worker drains the kick", s.kick(false).worker(WorkerStep.DISARM_OFF));
            case DISARM_OFF -> kicksOff(s, WorkerStep.TAKE_COMMANDS, to);
            case COMMAND_WAKES ->
                to.accept("worker drains its signal", s.command(s.command(), false, s.controlSignals())
                        .worker(WorkerStep.TAKE_COMMANDS_ASLEEP));
            case TAKE_COMMANDS_ASLEEP -> {
                SleepState taken = s.command(false, s.signal(), s.controlSignals());
                to.accept("worker takes commands and sleeps on", taken.worker(WorkerStep.BLOCKED));
                to.accept("worker is told to let go of the queue; the next polls it", taken.worker(WorkerStep.DISARM));
            }
        }
    }

    private static void fence(SleepState s, WorkerStep then, BiConsumer<String, SleepState> to) {
        if (s.workerStores().isEmpty()) {
            to.accept("worker's fence", s.worker(then));
        }
    }

    private void kicksOff(SleepState s, WorkerStep then, BiConsumer<String, SleepState> to) {
        to.accept("worker wants no kicks", notification == Notification.SPLIT_EVENT_INDEX
                ? s.worker(then)
                : s.worker(then, s.next(), with(s.workerStores(), WISH, OFF)));
    }
}
