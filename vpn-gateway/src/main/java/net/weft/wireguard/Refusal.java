package net.weft.wireguard;

/** Why a datagram or a packet was dropped. Each has a counter and a sentence; none but {@link #UNDER_LOAD} causes an answer. */
public enum Refusal {
    UNKNOWN_TYPE("its first four bytes are no WireGuard message type"), WRONG_LENGTH(
            "its length is not that of its message type"), WRONG_MAC1(
                    "its mac1 is wrong: the sender does not know this gateway's public key"), UNDER_LOAD(
                            "the gateway is under load and the sender must show a cookie first, which it was sent"), RATE_LIMITED(
                                    "its source address sends more than 20 handshake messages a second"), UNKNOWN_INDEX(
                                            "its receiver index belongs to no handshake or session"), NOT_AUTHENTIC(
                                                    "its authentication tag is wrong"), LOW_ORDER_KEY(
                                                            "it holds a public key of low order"), UNKNOWN_PEER(
                                                                    "it comes from a public key that is no peer of this gateway"), REPLAYED_INITIATION(
                                                                            "its time stamp is not later than the last one of this peer"), INITIATION_FLOOD(
                                                                                    "it came less than 20 ms after the previous initiation of this peer"), UNEXPECTED_RESPONSE(
                                                                                            "it answers no initiation that waits for an answer"), UNEXPECTED_COOKIE(
                                                                                                    "it holds a cookie for a message that was not sent"), REPLAYED_PACKET(
                                                                                                            "its counter was received before or is too old to tell"), EXPIRED_KEYS(
                                                                                                                    "its keys are older than 180 s or have carried too many packets"), MALFORMED_PACKET(
                                                                                                                            "it holds no whole IPv4 or IPv6 packet"), SOURCE_NOT_ALLOWED(
                                                                                                                                    "the source address of the packet inside is not one of this peer's"), NO_SESSION(
                                                                                                                                            "there is no session with the peer yet; a handshake was asked for"), NO_ENDPOINT(
                                                                                                                                                    "the peer has no endpoint and has not been heard of");

    private final String sentence;

    Refusal(String sentence) {
        this.sentence = sentence;
    }

    /** What is wrong with the dropped datagram, to be read after "dropped because". */
    public String sentence() {
        return sentence;
    }
}
