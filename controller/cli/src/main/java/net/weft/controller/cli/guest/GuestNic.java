package net.weft.controller.cli.guest;

/**
 * The vNIC of a guest, as the running instance describes it.
 *
 * @param port name of the port to which it is connected
 * @param cable transport between the guest and the switch
 * @param mtu bytes of payload the guest may send in a frame
 * @param mac a MAC address that the port's guard accepts
 */
record GuestNic(String port, Cable cable, int mtu, String mac) {
    /** Link speed that the guest reports, in Mb/s, for its bonding driver; it limits nothing. */
    static final int SPEED = 10_000;
    /** Default MTU of a virtio-net device, in bytes. */
    static final int DEFAULT_MTU = 1500;

    /** The transport between the guest and the switch. */
    sealed interface Cable {
    }

    /**
     * A vhost-user socket.
     *
     * @param weftListens whether the hypervisor connects; otherwise it listens
     */
    record VhostUser(String socket, boolean weftListens, int queues) implements Cable {
    }

    /**
     * A stream socket.
     *
     * @param weftListens whether the hypervisor connects; otherwise it listens
     */
    record Stream(String socket, boolean weftListens) implements Cable {
    }

    record Datagram(String weftSocket, String guestSocket) implements Cable {
    }

    /**
     * Converts the message of the API.
     *
     * @throws IllegalArgumentException if the instance is newer and uses a transport that this command does not support
     */
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

    /** Returns whether the rings lie in the guest's memory, which must then be shared. */
    boolean needsSharedMemory() {
        return cable instanceof VhostUser;
    }

    /** Returns the number of queue pairs. */
    int queues() {
        return cable instanceof VhostUser vhost ? vhost.queues() : 1;
    }
}
