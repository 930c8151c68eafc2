package net.weft.stacking.link;

import java.nio.ByteBuffer;
import net.weft.stacking.control.Agreement;
import net.weft.stacking.control.MessageCodec;
import net.weft.stacking.control.MessageFault;
import net.weft.stacking.control.Sender;
import net.weft.stacking.control.StackMessage.Heard;
import net.weft.stacking.control.StackMessage.Hello;
import net.weft.stacking.control.StackSecret;
import org.jspecify.annotations.Nullable;

/**
 * The state machine of one stack link. How a link comes up:
 * <ol>
 * <li>When its device gets carrier, the end draws a session number and a key pair, and sends hellos.
 * <li>A hello that is authentic tells who is at the other end. From now on the own hellos repeat its session number.
 * <li>A hello that repeats the own session number is fresh, because nobody could know that number before: both hear each
 * other, and the keys of the session are derived.
 * <li>The link is up, unless it failed lately: then it must work for a while first.
 * </ol>
 * It goes down when no hello arrives for {@link LinkTimes#deadNs}, when a fresh hello says that the neighbour does not hear
 * this end any more, and when the neighbour begins a new session. Each time the end draws another session number and key pair,
 * so no key is used twice, whatever state either end has lost. A repeated hello changes nothing: it repeats an old number, or its
 * sequence number is not greater than the last.
 * <p>
 * One thread; the time comes in as an argument.
 */
public final class LinkMachine {
    /** Who this end is. */
    public interface Self {
        int member();

        long incarnation();

        /** Returns a random number that is not 0. */
        long random();

        /** Digest of the link states that this member has. */
        long states();
    }

    private static final long NEVER = Long.MIN_VALUE;

    private final int link;
    private final Self self;
    private final StackSecret secret;
    private final MessageCodec codec;
    private final LinkTimes times;
    private final LinkOutput output;
    private boolean hasCarrier;
    private long session;
    private long sent;
    private @Nullable Agreement agreement;
    /** The newest accepted sender of the session; null while none is heard. */
    private @Nullable Sender neighbor;
    private long heardNs;
    private boolean isTwoWay;
    private boolean isUp;
    /** Digest of the link states that the neighbour has. */
    private long neighborStates;
    private long workingSinceNs;
    private long helloNs = NEVER;
    private int failures;
    /** Failures that damp the link; forgotten after a while of use. */
    private int strikes;
    /** How often the neighbour fell silent lately: each time doubles the silence that is borne. */
    private int silences;
    private LinkFault fault = LinkFault.NONE;
    private long faultNs;

    public LinkMachine(int link, Self self, StackSecret secret, LinkTimes times, LinkOutput output) {
        this.link = link;
        this.self = self;
        this.secret = secret;
        this.codec = new MessageCodec(secret);
        this.times = times;
        this.output = output;
    }

    // ---- what is asked -----------------------------------------------------------------------------------------------

    /** Number of the link at this member. */
    public int link() {
        return link;
    }

    /** Whether the link carries frames. */
    public boolean isUp() {
        return isUp;
    }

    /** Whether both ends hear each other, so that link states may be exchanged. */
    public boolean isTwoWay() {
        return isTwoWay;
    }

    /** Number of the member at the other end, 0 while none is heard. */
    public int neighbor() {
        Sender now = neighbor;
        return now == null ? 0 : now.member();
    }

    /** Number of the link at the neighbour, -1 while none is heard. */
    public int neighborLink() {
        Sender now = neighbor;
        return now == null ? -1 : now.link();
    }

    /** Digest of the link states that the neighbour has. */
    public long neighborStates() {
        return neighborStates;
    }

    public LinkView view() {
        LinkState state = !hasCarrier
                ? LinkState.NO_CARRIER
                : isUp
                        ? LinkState.UP
                        : isTwoWay ? LinkState.DAMPED : neighbor != null ? LinkState.ONE_WAY : LinkState.SILENT;
        return new LinkView(link, state, neighbor(), neighborLink(), failures, fault);
    }

    // ---- what happens --------------------------------------------------------------------------------------------------

    /** The device got or lost its carrier. Returns whether the link went up or down. */
    public boolean carrier(boolean has, long nowNs) {
        if (has == hasCarrier) {
            return false;
        }
        hasCarrier = has;
        boolean was = isUp;
        if (has) {
            begin();
            helloNs = nowNs;
        } else {
            lose();
        }
        return was != isUp;
    }

    /** Ends the session and begins another, for a member that has to leave the stack for a while. */
    public void leave() {
        if (hasCarrier) {
            lose();
        }
    }

    /** A hello arrived whose tag is right. Returns whether the link went up or down. */
    public boolean hello(Hello hello, long nowNs) {
        Sender from = hello.sender();
        if (!hasCarrier || isMistake(from, nowNs)) {
            return false;
        }
        Heard heard = hello.heard();
        boolean hearsMe = heard != null && heard.member() == self.member() && heard.session() == session;
        Sender known = neighbor;
        if (known != null && known.session() == from.session() && known.incarnation() == from.incarnation()) {
            return from.sequence() > known.sequence() && proceed(hello, hearsMe, nowNs);
        }
        if (known != null && from.member() != known.member()) {
            fault(LinkFault.SEVERAL_NEIGHBORS, nowNs);
        }
        if (isTwoWay && !hearsMe) {
            return false; // it may be a repeated message
        }
        boolean was = isUp;
        boolean isRenewed = isTwoWay;
        if (isRenewed) {
            goDown(); // a number of this end is used with one number of the neighbour at most: no key comes twice
        }
        var unused = proceed(hello, hearsMe && !isRenewed, nowNs);
        return was != isUp;
    }

    /** A message that cannot be accepted arrived. */
    public void refused(MessageFault why, long nowNs) {
        switch (why) {
            case FOREIGN_FABRIC -> fault(LinkFault.FOREIGN_FABRIC, nowNs);
            case VERSION -> fault(LinkFault.OTHER_VERSION, nowNs);
            case NOT_AUTHENTICATED -> fault(LinkFault.NOT_AUTHENTICATED, nowNs);
            case MALFORMED -> {
                // nothing that a person could mend
            }
        }
    }

    /** Returns whether a message that is no hello belongs to the session and was not received before; then it counts as received. */
    public boolean accept(Sender from) {
        Sender known = neighbor;
        if (!isTwoWay || known == null || known.session() != from.session() || from.sequence() <= known.sequence()
                || known.incarnation() != from.incarnation()) {
            return false;
        }
        neighbor = from;
        return true;
    }

    /** Returns whom the next message is from. */
    public Sender next() {
        return new Sender(secret.fingerprint(), self.member(), self.incarnation(), link, session, ++sent);
    }

    /** Does what is due. Returns whether the link went up or down. */
    public boolean tick(long nowNs) {
        boolean was = isUp;
        if (neighbor != null && nowNs - heardNs >= times.deadNs() << silences) {
            silences = Math.min(silences + (isUp ? 1 : 0), LinkTimes.MOST_SILENCES);
            lose();
        }
        rise(nowNs);
        if (isUp && strikes > 0 && nowNs - workingSinceNs >= times.forgiveNs()) {
            strikes = 0;
            silences = 0;
        }
        if (fault != LinkFault.NONE && nowNs - faultNs >= 10 * times.deadNs()) {
            mended();
        }
        if (hasCarrier && nowNs - helloNs >= 0) {
            sendHello(nowNs);
        }
        return was != isUp;
    }

    /** Returns nanoseconds until the next tick is due. */
    public long dueInNs(long nowNs) {
        return hasCarrier ? Math.max(0, helloNs - nowNs) : times.helloNs();
    }

    // ---- steps -------------------------------------------------------------------------------------------------------

    private void begin() {
        session = self.random();
        sent = 0;
        agreement = null;
    }

    private boolean proceed(Hello hello, boolean hearsMe, long nowNs) {
        boolean was = isUp;
        neighbor = hello.sender();
        heardNs = nowNs;
        neighborStates = hello.states();
        if (isTwoWay && !hearsMe) {
            goDown();
        } else if (hearsMe && !isTwoWay && deriveKeys(hello)) {
            isTwoWay = true;
            workingSinceNs = nowNs;
            helloNs = nowNs;
            mended();
            rise(nowNs);
        } else if (!hearsMe && helloNs - nowNs > times.helloNs() / 2) {
            helloNs = nowNs;
        }
        return was != isUp;
    }

    private void rise(long nowNs) {
        if (isTwoWay && !isUp && nowNs - workingSinceNs >= dampedForNs()) {
            isUp = true;
        }
    }

    private long dampedForNs() {
        return strikes == 0 ? 0 : Math.min(times.longestHoldNs(), times.holdNs() << Math.min(strikes - 1, 20));
    }

    private boolean deriveKeys(Hello hello) {
        byte[] shared = agreement().with(hello.publicKey()).orElse(null);
        if (shared == null) {
            return false;
        }
        long theirs = hello.sender().session();
        byte[] send = secret.sessionKey(shared, session, theirs);
        byte[] receive = secret.sessionKey(shared, theirs, session);
        int id = ByteBuffer.wrap(send).getInt() ^ ByteBuffer.wrap(receive).getInt();
        output.keys(link, id == 0 ? 1 : id, secret.sessionKey(shared, ~session, theirs),
                secret.sessionKey(shared, ~theirs, session));
        return true;
    }

    private Agreement agreement() {
        Agreement now = agreement;
        if (now == null) {
            now = Agreement.create();
            agreement = now;
        }
        return now;
    }

    /** The link does not work any more; the neighbour may still be heard. */
    private void goDown() {
        if (isUp) {
            failures++;
            strikes++;
        }
        isUp = false;
        isTwoWay = false;
        begin();
    }

    private void lose() {
        if (isTwoWay) {
            sayDeaf();
        }
        goDown();
        neighbor = null;
        neighborStates = 0;
    }

    private void sendHello(long nowNs) {
        Sender heard = neighbor;
        send(heard == null ? null : new Heard(heard.member(), heard.session()));
        helloNs = nowNs + times.helloNs();
    }

    /** Ends the session for the neighbour, too, which may still hear this end. Under the next session it could not tell that from a repeated message. */
    private void sayDeaf() {
        send(null);
        send(null);
    }

    private void send(@Nullable Heard heard) {
        output.send(link, codec.hello(new Hello(next(), agreement().publicKey(), heard, self.states())));
    }

    // ---- mistakes ------------------------------------------------------------------------------------------------------

    private boolean isMistake(Sender from, long nowNs) {
        if (from.member() != self.member()) {
            return false;
        }
        fault(from.incarnation() == self.incarnation() ? LinkFault.OWN_MEMBER : LinkFault.DUPLICATE_MEMBER, nowNs);
        return true;
    }

    private void fault(LinkFault now, long nowNs) {
        faultNs = nowNs;
        if (fault != now) {
            fault = now;
            output.fault(link, now, now.meaning());
        }
    }

    private void mended() {
        if (fault != LinkFault.NONE) {
            fault = LinkFault.NONE;
            output.fault(link, LinkFault.NONE, LinkFault.NONE.meaning());
        }
    }
}
