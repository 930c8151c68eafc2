package net.weft.vswitch.device.pcap;

import org.pcap4j.core.BpfProgram;
import org.pcap4j.core.NotOpenException;
import org.pcap4j.core.PcapHandle;
import org.pcap4j.core.PcapNativeException;
import org.pcap4j.core.Pcaps;
import org.pcap4j.packet.namednumber.DataLinkType;

/** A capture filter in tcpdump's syntax (pcap-filter(7)), compiled by libpcap. One thread at a time. */
public final class BpfFilter implements AutoCloseable {
    private static final int SNAP_LENGTH = 262_144;

    private final BpfProgram program;

    private BpfFilter(BpfProgram program) {
        this.program = program;
    }

    /**
     * Compiles an expression.
     *
     * @throws IllegalArgumentException if the expression does not compile or libpcap is missing; the message is one
     *     sentence
     */
    public static BpfFilter compile(String expression) {
        try (PcapHandle handle = Pcaps.openDead(DataLinkType.EN10MB, SNAP_LENGTH)) {
            return new BpfFilter(handle.compileFilter(expression, BpfProgram.BpfCompileMode.OPTIMIZE,
                    PcapHandle.PCAP_NETMASK_UNKNOWN));
        } catch (PcapNativeException | NotOpenException e) {
            throw new IllegalArgumentException("filter " + expression + ": " + reason(e)
                    + "; expected an expression as tcpdump takes it, such as tcp port 443", e);
        } catch (LinkageError e) {
            throw new IllegalArgumentException(
                    "libpcap is needed for filters and was not found: apt install libpcap0.8", e);
        }
    }

    /** Returns libpcap's own message, without the prefix that pcap4j adds. */
    private static String reason(Exception e) {
        String message = String.valueOf(e.getMessage());
        return message.substring(message.lastIndexOf(": ") + 1).trim();
    }

    /**
     * Returns whether the filter matches a frame of {@code original} bytes, of which the first {@code captured} are
     * present.
     */
    public boolean matches(byte[] frame, int captured, int original) {
        return program.applyFilter(frame, original, captured);
    }

    /** Frees libpcap's memory. Idempotent. */
    @Override
    public void close() {
        program.free();
    }
}
