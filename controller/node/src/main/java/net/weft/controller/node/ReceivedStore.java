package net.weft.controller.node;

import java.util.List;
import java.util.Optional;
import net.weft.controller.member.remote.MemberLink;
import net.weft.controller.model.revision.Revision;
import net.weft.controller.model.revision.RevisionCodec;
import net.weft.controller.model.revision.RevisionHeader;
import net.weft.controller.server.EarlierRevisions;
import net.weft.controller.server.RevisionStore;
import net.weft.controller.server.StoreException;

/** The newest revision that a member has received, as a store that takes no changes: these are the controller's. */
final class ReceivedStore implements RevisionStore {
    private final MemberLink link;
    private final String controllers;

    /** @param controllers addresses of the controllers, for messages */
    ReceivedStore(MemberLink link, String controllers) {
        this.link = link;
        this.controllers = controllers;
    }

    @Override
    public boolean takesChanges() {
        return false;
    }

    @Override
    public Optional<Revision> last() {
        return link.last();
    }

    @Override
    public Optional<Revision> get(long number) {
        return last().filter(revision -> revision.number() == number);
    }

    @Override
    public List<RevisionHeader> headers(long before, int limit) {
        return last().map(Revision::header).filter(header -> before == 0 || header.number() < before).stream()
                .limit(limit).toList();
    }

    @Override
    public List<Long> numbers() {
        return last().map(Revision::number).stream().toList();
    }

    @Override
    public Optional<byte[]> bytes(long number) {
        return get(number).map(RevisionCodec::write);
    }

    @Override
    public void begin(Revision newest, EarlierRevisions before) {
        throw refused();
    }

    @Override
    public Follower follow(long from) {
        return link.follow();
    }

    @Override
    public void append(Revision revision, long expectedLast) {
        throw refused();
    }

    @Override
    public void amend(Revision revision) {
        throw refused();
    }

    private StoreException refused() {
        return new StoreException("this is a member without a controller: changes are made at " + controllers
                + ", there or with --control HOST:PORT and a client certificate", null);
    }

    @Override
    public void close() {
        // Nothing is open.
    }
}
