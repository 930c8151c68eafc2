package net.weft.vswitch.device.vhost;

import java.util.List;
import net.weft.linux.Fd;
import net.weft.linux.Mapping;
import net.weft.linux.Memfd;
import net.weft.linux.Memory;
import org.junit.jupiter.api.Test;

/** Each broken rule has a sentence of its own. */
class VhostSessionRulesTest extends SessionMessages {
    @Test
    void shouldSayWhichRuleWasBroken() {
        shouldBreak("not offered", () -> send(VhostUser.SET_FEATURES, -1));
        shouldBreak("65536 entries; expected 1-32768", () -> send(VhostUser.SET_VRING_NUM, state(0, 65536)));
        shouldBreak("ring 4 of 4", () -> send(VhostUser.SET_VRING_NUM, state(4, 4)));
        shouldBreak("truncated", () -> send(VhostUser.SET_VRING_ADDR, 0));
        shouldBreak("share=on", () -> send(VhostUser.SET_MEM_TABLE, 0));
        shouldBreak("of an eventfd", () -> send(VhostUser.SET_VRING_KICK, memory(), 0));
        shouldBreak("1048577 of a file of 1048576 bytes",
                () -> send(VhostUser.SET_MEM_TABLE, memory(), 1, GUEST, MEMORY, USER, 1));
        shouldBreak("impossible", () -> send(VhostUser.SET_MEM_TABLE, memory(), 1, GUEST, -1, USER, 0));
        shouldBreak("for 5 rings; expected 1-4", () -> send(VhostUser.GET_INFLIGHT_FD, 0, 0, 5 | 256 << 16));
        shouldBreak("of 0 entries", () -> send(VhostUser.GET_INFLIGHT_FD, 0, 0, 4));
        shouldBreak("at offset 64 of 1 files",
                () -> send(VhostUser.SET_INFLIGHT_FD, memory(), MEMORY, 64, DESCRIPTION));
        shouldBreak("used entries 256 and 3, wrap counters 0 and 0", () -> takeUp(256 | 3 << 16));
        shouldBreak("0 chains from entry 3 to 5", () -> takeUp(5 | 3 << 16));
        shouldBreak("outside the guest's memory", () -> {
            negotiate();
            send(VhostUser.SET_VRING_NUM, state(0, 256));
            send(VhostUser.SET_VRING_ADDR, state(0, 0), USER + MEMORY - 4080, USER, USER, 0);
        });
        shouldBreak("a split ring of 3 entries; expected a power of two", () -> {
            ring(0);
            ring(1);
            send(VhostUser.SET_VRING_NUM, state(0, 3));
        });
        shouldBreak("a packed ring of 256 entries that stands at entry 257", () -> {
            send(VhostUser.SET_FEATURES, VirtioNet.VERSION_1 | VirtioNet.PROTOCOL_FEATURES | VirtioNet.RING_PACKED);
            ring(0);
            send(VhostUser.SET_VRING_BASE, state(0, 0x8101));
        });
        session.close();
    }

    /** A ring whose first descriptor at entry 3 is available in lap 0, with these indices kept. */
    private void takeUp(long indices) throws VhostViolationException {
        session = new VhostSession("test", 1, 2, 1500, MemoryRules.DEFAULT, false, this::supervise);
        negotiate();
        Fd file = Memfd.create("weft-vhost-test", MEMORY);
        try (Mapping mapping = Mapping.shared(file, 0, MEMORY)) {
            Memory.putShort(mapping.address() + 16 * 3 + 14, (short) (1 << 15));
        }
        send(VhostUser.SET_FEATURES, PACKED);
        send(VhostUser.SET_MEM_TABLE, List.of(file), 1, GUEST, MEMORY, USER, 0);
        send(VhostUser.SET_INFLIGHT_FD, inflight(256, indices), 4 * PackedInflight.bytes(256), 0, DESCRIPTION);
        ring(0);
        try {
            ring(1);
        } finally {
            session.close();
            session = new VhostSession("test", 1, 2, 1500, MemoryRules.DEFAULT, false, this::supervise);
        }
    }
}
