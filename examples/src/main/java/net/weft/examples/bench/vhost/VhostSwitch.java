package net.weft.examples.bench.vhost;

import java.util.List;
import java.util.Optional;

/**
 * A running switch between two machines; its packet thread, if it has one, runs on {@link #PROCESSOR}. The bed's
 * laboratory stops it.
 */
interface VhostSwitch {
    /** The processor of its packet thread. The machines have the other, {@link LoopGenerator#PROCESSOR}. */
    int PROCESSOR = 1;
    int VLAN = 10;
    /** Memory of a guest, MiB. */
    int GUEST_MEGABYTES = 96;

    /** Its process; empty where the kernel itself is the switch. */
    Optional<ProcessHandle> process();

    /** The commands or the configuration file that set it up. */
    List<String> configuration();

    /** Its own counters after the measurements. */
    String account();

    /** QEMU's arguments for a guest's memory and card; the guest listens on the bed's socket. */
    default List<String> card(VhostBed bed, int machine) {
        return List.of("-m", Integer.toString(GUEST_MEGABYTES), "-object",
                "memory-backend-memfd,id=memory,size=" + GUEST_MEGABYTES + "M,share=on", "-machine",
                "memory-backend=memory", "-chardev",
                "socket,id=cable,path=" + bed.socket(machine) + ",server=on,wait=off", "-netdev",
                "vhost-user,id=cable,chardev=cable", "-device", device(machine));
    }

    /** The card, the same for all switches. Under QEMU's own emulation, vhost-user needs it without MSI-X vectors. */
    default String device(int machine) {
        return "virtio-net-pci,netdev=cable,mac=02:00:00:00:01:0" + machine + ",vectors=0";
    }
}
