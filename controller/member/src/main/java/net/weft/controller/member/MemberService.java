package net.weft.controller.member;

import net.weft.controller.model.revision.Revision;
import net.weft.vswitch.VirtualSwitch;

/**
 * A service that runs beside the switch of one member, such as the protocols of a stack. It is made with the switch and
 * ends before it. {@link #apply} and {@link #close} are called one after the other, on the thread that follows the
 * revisions and at the end on the thread that closes the member.
 */
public interface MemberService extends AutoCloseable {
    /**
     * Called with each revision, once the switch runs it.
     *
     * @throws RuntimeException if the service cannot do what the revision says; it is called again with that revision then
     */
    void apply(Revision revision);

    @Override
    void close();

    /** Makes a service. */
    @FunctionalInterface
    interface Factory {
        /**
         * Starts the service of a member.
         *
         * @param identity the member, and the keys of its fabric
         * @param vswitch the running switch, which has no ports yet
         */
        MemberService start(MemberIdentity identity, VirtualSwitch vswitch);
    }
}
