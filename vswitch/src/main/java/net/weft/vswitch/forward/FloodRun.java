package net.weft.vswitch.forward;

import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.OuterTag;
import net.weft.vswitch.offload.FrameSize;
import net.weft.vswitch.port.PortFlags;

/**
 * A run of flooded frames: frames of one burst that come from the same port and VLAN as the flooded frame before them, so
 * that their copies are appended to the same lists, with the same tags, and the ports of the VLAN are checked once for
 * all of them. A frame whose copies are dropped, held, limited by a policer or chosen per flow begins no run.
 * <p>
 * Belongs to one worker; not thread-safe; nothing is allocated per frame.
 */
final class FloodRun {
    private final int[] list;
    private final int[] port;
    private final int[] tag;
    private int copies;
    private boolean isSpoiled = true;
    private boolean isActive;
    private int ingress;
    private int vid;
    private int ingressTag;
    /** The least MTU of the copies' ports. */
    private int mtu;

    /** @param lists the largest number of copies of a frame that is recorded */
    FloodRun(int lists) {
        list = new int[lists];
        port = new int[lists];
        tag = new int[lists];
    }

    /** Begins to record the copies of a flooded frame. */
    void begin() {
        copies = 0;
        mtu = Integer.MAX_VALUE;
        isSpoiled = false;
        isActive = false;
    }

    /** Ends the run, and the recording of one. */
    void spoil() {
        isSpoiled = true;
        isActive = false;
    }

    /** Records a copy that was appended. @param ofList index of the list, negative if it was not appended */
    void add(int ofList, int egress, int egressTag, Snapshot snapshot) {
        if (isSpoiled) {
            return;
        }
        if (ofList < 0 || copies == list.length || snapshot.legs.group(egress) != null
                || (snapshot.protections.flags[egress] & PortFlags.EGRESS_RATE) != 0) {
            spoil();
            return;
        }
        list[copies] = ofList;
        port[copies] = egress;
        tag[copies++] = egressTag;
        mtu = Math.min(mtu, snapshot.mtu[egress]);
    }

    /** Ends the recording, and begins a run. @param repeats false if the next frame may leave in another way */
    void end(Burst burst, int i, boolean repeats) {
        isActive = repeats && !isSpoiled;
        isSpoiled = true;
        ingress = burst.port[i];
        vid = burst.vid[i];
        ingressTag = burst.tag[i];
    }

    /** Returns whether the copies of a flooded frame leave like those of the frame before it. */
    boolean continues(Burst burst, int i) {
        return isActive && burst.port[i] == ingress && burst.vid[i] == vid && burst.tag[i] == ingressTag
                && burst.floodFlags[i] == 0 && burst.floodPorts[i] == null && !OuterTag.hides(burst, i)
                && !FrameSize.exceeds(burst, i, mtu);
    }

    int copies() {
        return copies;
    }

    /** Index of the list of the {@code n}-th copy. */
    int list(int n) {
        return list[n];
    }

    /** Egress port of the {@code n}-th copy. */
    int port(int n) {
        return port[n];
    }

    /** Egress tag of the {@code n}-th copy. */
    int tag(int n) {
        return tag[n];
    }
}
