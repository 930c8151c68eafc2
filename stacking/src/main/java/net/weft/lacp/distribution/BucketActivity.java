package net.weft.lacp.distribution;

/** When a bucket last carried a frame. The switch's workers note it. */
public interface BucketActivity {
    /** Nanoseconds in the planner's time. */
    long lastUsedNs(int bucket);
}
