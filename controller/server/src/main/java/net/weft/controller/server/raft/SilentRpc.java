package net.weft.controller.server.raft;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Collection;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotReplyProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteReplyProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionReplyProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionRequestProto;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.rpc.RpcFactory;
import org.apache.ratis.rpc.RpcType;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerRpc;
import org.apache.ratis.server.ServerFactory;

/**
 * The transport of a group of one: there is nobody to talk to, so no socket is opened, and no request can come. Ratis makes it by its
 * class name.
 */
public final class SilentRpc implements RpcType {
    private static final InetSocketAddress NOWHERE = InetSocketAddress.createUnresolved("localhost", 0);

    @Override
    public String name() {
        return SilentRpc.class.getName();
    }

    @Override
    public RpcFactory newFactory(Parameters parameters) {
        return new Factory(this);
    }

    private record Factory(RpcType type) implements ServerFactory {
        @Override
        public RpcType getRpcType() {
            return type;
        }

        @Override
        public RaftServerRpc newRaftServerRpc(RaftServer server) {
            return new Nobody(type);
        }
    }

    private record Nobody(RpcType type) implements RaftServerRpc {
        private static IOException alone() {
            return new IOException("a group of one has no other members");
        }

        @Override
        public RpcType getRpcType() {
            return type;
        }

        @Override
        public void start() {
            // There is nothing to open.
        }

        @Override
        public void close() {
            // Nothing was opened.
        }

        @Override
        public InetSocketAddress getInetSocketAddress() {
            return NOWHERE;
        }

        @Override
        public void addRaftPeers(Collection<RaftPeer> peers) {
            // They are never called.
        }

        @Override
        public void handleException(RaftPeerId serverId, Exception e, boolean reconnect) {
            // No call is made that could fail.
        }

        @Override
        public RequestVoteReplyProto requestVote(RequestVoteRequestProto request) throws IOException {
            throw alone();
        }

        @Override
        public AppendEntriesReplyProto appendEntries(AppendEntriesRequestProto request) throws IOException {
            throw alone();
        }

        @Override
        public InstallSnapshotReplyProto installSnapshot(InstallSnapshotRequestProto request) throws IOException {
            throw alone();
        }

        @Override
        public StartLeaderElectionReplyProto startLeaderElection(StartLeaderElectionRequestProto request)
                throws IOException {
            throw alone();
        }
    }
}
