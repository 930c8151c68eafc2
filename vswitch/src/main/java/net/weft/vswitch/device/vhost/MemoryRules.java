package net.weft.vswitch.device.vhost;

/**
 * Which files a front end may pass as the guest's memory.
 *
 * @param anyFile also one of a file system that cannot seal, which may keep whoever touches it waiting; else memfds, tmpfs and hugetlbfs only
 * @param sealed only one that nobody can make shorter any more
 */
public record MemoryRules(boolean anyFile, boolean sealed) {
    /** Of a port that says nothing. */
    public static final MemoryRules DEFAULT = new MemoryRules(false, false);
}
