package net.weft.vswitch.worker;

/** A poller of receive queues: a {@link WorkerThread}. Methods are for the control thread. */
interface Poller {
    /** Returns the number of the poller; numbers start at 0 and have no gaps. */
    int id();

    /** Returns the processor to which it is pinned, -1 for none. */
    int cpu();

    /** Makes the poller poll a queue from its next turn on. Does not wait. */
    void attach(PolledQueue queue);

    /** Stops polling a queue, and returns after its last burst has been forwarded and released. */
    void detach(PolledQueue queue);

    /** Returns the nanoseconds spent in turns that handled frames, since the start. */
    long busyNs();
}
