package net.weft.vswitch.device;

import java.util.List;

/** Takes the carrier of a member's interfaces away, and gives it back. */
public interface Carriers {
    /**
     * Does what would delay the first {@link #lower}.
     *
     * @param devices names of interfaces, which need not exist
     */
    void prepare(List<String> devices);

    /**
     * Sets an interface down, so that the other end of its cable loses the carrier. What is down or missing already is left alone.
     *
     * @return whether the interface was up
     */
    boolean lower(String device);

    /** Sets an interface up that was lowered. */
    void raise(String device);
}
