package net.weft.vpn;

import java.util.function.Consumer;
import net.weft.wireguard.PeerState;
import net.weft.wireguard.PublicKey;
import net.weft.wireguard.Tai64n;
import org.jspecify.annotations.Nullable;

/** Keeps time stamps in a {@link PeerState} and reports each new one. Any thread. */
final class ReportedState implements PeerState {
    private final PeerState kept;
    private final Consumer<SoftState> sink;

    ReportedState(PeerState kept, Consumer<SoftState> sink) {
        this.kept = kept;
        this.sink = sink;
    }

    /** Keeps the stamp of another gateway, unless a greater one is known. */
    void learn(SoftState state) {
        switch (state) {
            case SoftState.Accepted(PublicKey peer, Tai64n stamp) -> kept.accepted(peer, stamp);
            case SoftState.Sent(PublicKey peer, Tai64n stamp) -> kept.sent(peer, stamp);
            case SoftState.Whereabouts _ -> {
                // no stamp
            }
        }
    }

    @Override
    public @Nullable Tai64n newestAccepted(PublicKey peer) {
        return kept.newestAccepted(peer);
    }

    @Override
    public void accepted(PublicKey peer, Tai64n stamp) {
        kept.accepted(peer, stamp);
        sink.accept(new SoftState.Accepted(peer, stamp));
    }

    @Override
    public @Nullable Tai64n newestSent(PublicKey peer) {
        return kept.newestSent(peer);
    }

    @Override
    public void sent(PublicKey peer, Tai64n stamp) {
        kept.sent(peer, stamp);
        sink.accept(new SoftState.Sent(peer, stamp));
    }
}
