package net.weft.lacp.distribution;

/** What {@link BucketMoves} asks of the switch. */
public interface BucketOutput {
    /** From now on the bucket's frames leave by this slot; {@link LegTable#NONE} when no leg is live. */
    void moved(int bucket, int slot);

    /** Sends a Marker by a slot, behind all frames that went there before. */
    void marker(int slot, int transaction);
}
