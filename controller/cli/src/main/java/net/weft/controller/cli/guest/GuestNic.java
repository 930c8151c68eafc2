package net.weft.controller.cli.guest;

/**
 * The vNIC of a guest, as the running instance describes it.
 *
 * @param port name of the port it is plugged into
 * @param mtu bytes of payload the guest may send in a frame
 * @param mac one that the port's guard lets pass
 */
record GuestNic(String port, Cable cable, int mtu, String mac) {
    /** Mb/s: what a guest's bonding wants to know. Nothing is slowed down to it. */
    static final int SPEED = 10_000;
    /** MTU of a virtio-net device that is told nothing else, in bytes. */
    static final int DEFAULT_MTU = 1500;

    /** How the guest meets the switch. */
    sealed interface Cable {
    }

    /** @param weftListens the hypervisor connects; otherwise it listens */
    record VhostUser(String socket, boolean weftListens, int queues) implements Cable {
    }

    /** @param weftListens the hypervisor connects; otherwise it listens */
    record Stream(String socket, boolean weftListens) implements Cable {
    }

    record Datagram(String weftSocket, String guestSocket) implements Cable {
    }

    /** @throws IllegalArgumentException if the instance is newer and names a cable that this command does not know */
    static GuestNic of(net.weft.v1.GuestNic nic) {
        Cable cable = switch (nic.getCableCase()) {
            case VHOST_USER -> new VhostUser(nic.getVhostUser().getSocket(), nic.getVhostUser().getWeftListens(),
                    nic.getVhostUser().getQueues());
            case STREAM -> new Stream(nic.getStream().getSocket(), nic.getStream().getWeftListens());
            case DATAGRAM -> new Datagram(nic.getDatagram().getWeftSocket(), nic.getDatagram().getGuestSocket());
            case CABLE_NOT_SET -> throw new IllegalArgumentException(
                    "port " + nic.getPort()
                            + ": the running weft is newer than this command, which does not know its kind");
        };
        return new GuestNic(nic.getPort(), cable, nic.getMtu(), nic.getMac());
    }

    /** Whether the rings lie in the guest's memory, which must then be shared. */
    boolean needsSharedMemory() {
        return cable instanceof VhostUser;
    }

    /** Queue pairs. */
    int queues() {
        return cable instanceof VhostUser vhost ? vhost.queues() : 1;
    }
}
