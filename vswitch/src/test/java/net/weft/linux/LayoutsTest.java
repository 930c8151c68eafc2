package net.weft.linux;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/**
 * Lays the kernel's structs out by the rules of C (natural alignment; the same on x86-64 and arm64 except for epoll_event, which x86-64
 * packs) and compares with the offsets that the code names.
 */
class LayoutsTest {
    /** Offsets and total size of a struct whose members have these sizes, each aligned to its size. */
    private static long[] layout(int... sizes) {
        long[] offsets = new long[sizes.length + 1];
        long at = 0;
        int widest = 1;
        for (int i = 0; i < sizes.length; i++) {
            at = (at + sizes[i] - 1) / sizes[i] * sizes[i];
            offsets[i] = at;
            at += sizes[i];
            widest = Math.max(widest, sizes[i]);
        }
        offsets[sizes.length] = (at + widest - 1) / widest * widest;
        return offsets;
    }

    @Test
    void shouldLayOutMessages() {
        long[] iovec = layout(8, 8);
        assertThat(Iovecs.LENGTH_OFFSET).isEqualTo(iovec[1]);
        assertThat(Iovecs.BYTES).isEqualTo(iovec[2]);
        // msghdr: name, namelen, iov, iovlen, control, controllen, flags; it ends at 56, where mmsghdr's msg_len follows
        long[] msghdr = layout(8, 4, 8, 8, 8, 8, 4);
        assertThat(MessageVector.NAME_LENGTH_OFFSET).isEqualTo(msghdr[1]);
        assertThat(MessageVector.IOV_OFFSET).isEqualTo(msghdr[2]);
        assertThat(MessageVector.IOV_COUNT_OFFSET).isEqualTo(msghdr[3]);
        assertThat(MessageVector.CONTROL_OFFSET).isEqualTo(msghdr[4]);
        assertThat(MessageVector.CONTROL_LENGTH_OFFSET).isEqualTo(msghdr[5]);
        assertThat(MessageVector.FLAGS_OFFSET).isEqualTo(msghdr[6]);
        assertThat(MessageVector.LENGTH_OFFSET).isEqualTo(msghdr[7]);
        assertThat(MessageVector.HEADER_BYTES).isEqualTo(layout(8, 4, 8, 8, 8, 8, 8, 4)[8]);
        assertThat(FdPassing.CMSG_HEADER_BYTES).isEqualTo((int) layout(8, 4, 4)[3]);
    }

    @Test
    void shouldLayOutPackets() {
        // tpacket2_hdr: status, len, snaplen, mac, net, sec, nsec, vlan_tci, vlan_tpid, padding[4]
        long[] slot = layout(4, 4, 4, 2, 2, 4, 4, 2, 2, 1, 1, 1, 1);
        assertThat(TpacketDescriptor.LEN_OFFSET).isEqualTo(slot[1]);
        assertThat(TpacketDescriptor.SNAPLEN_OFFSET).isEqualTo(slot[2]);
        assertThat(TpacketDescriptor.MAC_OFFSET).isEqualTo(slot[3]);
        assertThat(TpacketDescriptor.NET_OFFSET).isEqualTo(slot[4]);
        assertThat(TpacketDescriptor.VLAN_TCI_OFFSET).isEqualTo(slot[7]);
        assertThat(TpacketDescriptor.VLAN_TPID_OFFSET).isEqualTo(slot[8]);
        assertThat(TpacketDescriptor.BYTES).isEqualTo(slot[13]);
        // tpacket_auxdata: status, len, snaplen, mac, net, vlan_tci, vlan_tpid
        long[] auxdata = layout(4, 4, 4, 2, 2, 2, 2);
        assertThat(PacketAuxdata.LEN_OFFSET).isEqualTo(auxdata[1]);
        assertThat(PacketAuxdata.VLAN_TCI_OFFSET).isEqualTo(auxdata[5]);
        assertThat(PacketAuxdata.VLAN_TPID_OFFSET).isEqualTo(auxdata[6]);
        assertThat(PacketAuxdata.BYTES).isEqualTo(auxdata[7]);
        assertThat(PacketAuxdata.CONTROL_BYTES).isEqualTo((int) (16 + PacketAuxdata.BYTES + 7 & ~7L));
    }

    @Test
    void shouldPackEpollEventsOnlyOnX86() {
        boolean x86 = System.getProperty("os.arch").equals("amd64");
        assertThat(Epoll.DATA_OFFSET).isEqualTo(x86 ? 4 : layout(4, 8)[1]);
        assertThat(Epoll.EVENT_BYTES).isEqualTo(x86 ? 12 : layout(4, 8)[2]);
    }
}
