package net.weft.vswitch.device.vhost;

import java.util.ArrayList;
import java.util.List;

/**
 * Where everybody is in a {@link SleepModel}, what memory holds, and what is still on its way there.
 *
 * @param available where the driver will publish next, as memory has it
 * @param used where Weft returned chains up to
 * @param wish OFF, ON, or the position a kick is wanted at
 * @param published as the driver knows it; {@code checked} is where it last decided whether to kick
 * @param next the next chain Weft takes
 * @param kick eventfd of the ring, readable or not
 * @param signal eventfd of the worker
 */
record SleepState(int available, int used, int wish, boolean kick, boolean signal, boolean command,
        boolean announcement, GuestStep guest, int published, int checked, List<Store> guestStores,
        WorkerStep worker, int next, List<Store> workerStores, boolean controlSignals, boolean announcerKicks) {
    /** Where the worker is: what it does next. */
    enum WorkerStep {
        /** {@code Worker.takeCommands}. */
        TAKE_COMMANDS,
        /** {@code GuestTransmitRing.receive}: {@code Virtqueue.fetch} reads what is available. */
        FETCH,
        /** {@code Virtqueue.complete}: stores the used index or descriptors. */
        COMPLETE,
        /** {@code Virtqueue.complete}: the fence before the guest's wish for interrupts is read. */
        COMPLETE_FENCE,
        /** {@code GuestTransmitRing.receive}: takes an announcement when no chain waits. */
        TAKE_ANNOUNCEMENT,
        /** {@code GuestTransmitRing.arm}: {@code kick.drain()}. */
        DRAIN,
        /** {@code Virtqueue.kicksOn}: stores the wish. */
        KICKS_ON,
        /** {@code Virtqueue.kicksOn}: the full fence. */
        FENCE,
        /** {@code Virtqueue.kicksOn}: looks again. */
        LOOK,
        /** {@code GuestTransmitRing.arm}: {@code device.hasAnnouncement()}. */
        LOOK_FOR_ANNOUNCEMENT,
        /** {@code GuestTransmitRing.arm}: {@code kicksOff()}, and the queue stays awake. */
        STAY_AWAKE,
        /** Only by {@link SleepModel.Mistake#DRAIN_AFTER_THE_LOOK}. */
        LATE_DRAIN,
        /** {@code Worker.sleep}, {@code PollSet.await}: blocks in epoll until one of the eventfds is readable. */
        BLOCKED,
        /** {@code PollSet.wake}, or {@code PollSet.remove} when the queue goes to another worker: {@code disarm}, {@code kick.drain()}. */
        DISARM,
        /** {@code GuestTransmitRing.disarm}: {@code kicksOff()}. */
        DISARM_OFF,
        /** {@code PollSet.await}: drains the worker's own eventfd; the queue stays asleep. */
        COMMAND_WAKES,
        /** {@code Worker.takeCommands}, the queue asleep. */
        TAKE_COMMANDS_ASLEEP
    }

    enum GuestStep {
        /** May publish chains, one store each (virtqueue_add), or rest. */
        PUBLISH,
        /** Full fence between publishing and reading the wish (virtqueue_kick_prepare). */
        FENCE, READ_WISH, KICK
    }

    static final int OFF = -1;
    static final int ON = -2;
    static final int AVAILABLE = 0;
    static final int USED = 1;
    static final int WISH = 2;

    /** A store that has not reached memory yet. */
    record Store(int variable, int value) {
    }

    SleepState guest(GuestStep step, int nowPublished, int nowChecked, List<Store> stores) {
        return new SleepState(available, used, wish, kick, signal, command, announcement, step, nowPublished,
                nowChecked,
                stores, worker, next, workerStores, controlSignals, announcerKicks);
    }

    SleepState worker(WorkerStep step) {
        return worker(step, next, workerStores);
    }

    SleepState worker(WorkerStep step, int nowNext, List<Store> stores) {
        return new SleepState(available, used, wish, kick, signal, command, announcement, guest, published, checked,
                guestStores, step, nowNext, stores, controlSignals, announcerKicks);
    }

    SleepState memory(Store store, List<Store> guestLeft, List<Store> workerLeft) {
        return new SleepState(store.variable == AVAILABLE ? store.value : available,
                store.variable == USED ? store.value : used, store.variable == WISH ? store.value : wish, kick,
                signal, command, announcement, guest, published, checked, guestLeft, worker, next, workerLeft,
                controlSignals, announcerKicks);
    }

    SleepState kick(boolean is) {
        return new SleepState(available, used, wish, is, signal, command, announcement, guest, published, checked,
                guestStores, worker, next, workerStores, controlSignals, announcerKicks);
    }

    SleepState command(boolean is, boolean nowSignal, boolean nowControl) {
        return new SleepState(available, used, wish, kick, nowSignal, is, announcement, guest, published, checked,
                guestStores, worker, next, workerStores, nowControl, announcerKicks);
    }

    SleepState announcement(boolean is, boolean nowKick, boolean nowAnnouncer) {
        return new SleepState(available, used, wish, nowKick, signal, command, is, guest, published, checked,
                guestStores, worker, next, workerStores, controlSignals, nowAnnouncer);
    }

    /** The worker is blocked, nothing will wake it, all others rest, and there is something to do. */
    boolean isLost() {
        boolean guestRests = guest == GuestStep.PUBLISH && published == checked && guestStores.isEmpty();
        boolean blocked = worker == WorkerStep.BLOCKED && !kick && !signal;
        return blocked && (guestRests && available != next && !announcerKicks
                || announcement && !announcerKicks && guestRests || command && !controlSignals);
    }

    static List<Store> rest(List<Store> stores) {
        return List.copyOf(stores.subList(1, stores.size()));
    }

    static List<Store> with(List<Store> stores, int variable, int value) {
        List<Store> all = new ArrayList<>(stores);
        all.add(new Store(variable, value));
        return List.copyOf(all);
    }
}
