package net.weft.vswitch.zoning;

/**
 * The results of evaluating one frame to an unknown station for the zones to which it is flooded. All ports of a zone
 * share one result, so that the frame is evaluated, counted and followed once a zone. One per worker.
 */
final class FloodedCopies {
    static final int NOT_EVALUATED = -3;
    private static final int ZONES = 4096;
    /** The maximum number of decisions of one frame that are kept, so that each is counted once. */
    private static final int DECISIONS = 8;

    /** By zone, and whether the port may answer DHCP: the frame for which {@link #reasons} holds. */
    private final int[] frames = new int[2 * ZONES];
    private final int[] reasons = new int[2 * ZONES];
    private final int[] decisions = new int[DECISIONS];
    private int decisionCount;
    private int frame;
    private int begun;
    private boolean isUnicast;

    /** Begins a frame. @param unicast whether it is to a single station */
    void begin(boolean unicast) {
        isUnicast = unicast;
        frame++;
        begun = 0;
        decisionCount = 0;
    }

    boolean isUnicast() {
        return isUnicast;
    }

    /** Returns the number of connections that the frame has begun. */
    int begun() {
        return begun;
    }

    /** Returns the result for a zone, or {@link #NOT_EVALUATED}. */
    int reason(int zone, boolean mayAnswer) {
        int at = 2 * zone + (mayAnswer ? 1 : 0);
        return frames[at] == frame ? reasons[at] : NOT_EVALUATED;
    }

    /** Records the result for a zone, and returns it. */
    int evaluated(int zone, boolean mayAnswer, int reason) {
        int at = 2 * zone + (mayAnswer ? 1 : 0);
        frames[at] = frame;
        reasons[at] = reason;
        return reason;
    }

    /**
     * Returns whether a decision is to be counted: the first time for each decision of the frame.
     *
     * @param isNew whether the frame has begun a connection by it
     */
    boolean counts(int decision, boolean isNew) {
        begun += isNew ? 1 : 0;
        for (int n = 0; n < decisionCount; n++) {
            if (decisions[n] == decision) {
                return false;
            }
        }
        if (decisionCount < DECISIONS) {
            decisions[decisionCount++] = decision;
        }
        return true;
    }
}
