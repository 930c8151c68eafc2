package net.weft.vswitch.device.vhost;

/**
 * The rules for files that a front end may pass as guest memory.
 *
 * @param anyFile whether files of other file systems are allowed, whose accesses may block; otherwise only memfds,
 *     tmpfs and hugetlbfs
 * @param sealed whether only files sealed against shrinking are allowed
 */
public record MemoryRules(boolean anyFile, boolean sealed) {
    /** The rules of a port that configures none. */
    public static final MemoryRules DEFAULT = new MemoryRules(false, false);
}
