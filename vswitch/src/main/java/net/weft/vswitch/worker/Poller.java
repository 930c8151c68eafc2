package net.weft.vswitch.worker;

/** Whoever polls receive queues: a {@link WorkerThread}. Methods are for the control thread. */
interface Poller {
    /** From 0, without gaps. */
    int id();

    /** Polls a queue from the next turn on. */
    void attach(PolledQueue queue);

    /** Returns after the last burst of the queue has been forwarded and released: nobody polls it now. */
    void detach(PolledQueue queue);

    /** Nanoseconds spent in turns that handled frames, since the start. */
    long busyNs();
}
