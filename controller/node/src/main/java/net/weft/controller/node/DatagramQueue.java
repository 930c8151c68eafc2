package net.weft.controller.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import net.weft.controller.cli.Finding;

/**
 * Checks whether the kernel's queue of a Unix datagram socket is long enough for a {@code qemu} port with
 * {@code dgram}.
 */
final class DatagramQueue {
    static final Path SYSCTL = Path.of("/proc/sys/net/unix/max_dgram_qlen");
    /** Fewest datagrams that the queue should hold while a guest is slow to read. */
    private static final int ENOUGH = 128;
    private static final String NAME = "net.unix.max_dgram_qlen";

    private DatagramQueue() {
    }

    /**
     * Checks the length of the queue.
     *
     * @param sysctl a file with the length of the queue, in datagrams
     */
    static Finding check(Path sysctl) {
        int length;
        try {
            length = Integer.parseInt(Files.readString(sysctl).strip());
        } catch (IOException | NumberFormatException e) {
            return Finding.warn("dgram queue", sysctl + " does not say how many frames a dgram socket holds");
        }
        return length < ENOUGH
                ? Finding.warn("dgram queue", NAME + " is " + length + ": a guest on dgram that reads slowly loses"
                        + " frames; sysctl -w " + NAME + "=512, then start QEMU anew")
                : Finding.ok("dgram queue", NAME + " is " + length);
    }
}
