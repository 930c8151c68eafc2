package net.weft.lldp;

/** What the agent asks for. All methods are called on the caller's thread. */
public interface LldpOutput {
    /** Sends a whole Ethernet frame out of a port. */
    void send(int port, byte[] frame);

    /** A neighbour was heard for the first time, or says something new. */
    void heard(LldpNeighbor neighbor);

    /** A neighbour has taken back what it said, fell silent, or its cable is out. */
    void gone(LldpNeighbor neighbor);
}
