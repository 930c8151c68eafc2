/**
 * The revisions in a Raft log, by Apache Ratis. Nothing outside of this package sees Ratis.
 *
 * <p>A commit goes this way: {@link net.weft.controller.server.raft.RaftRevisionStore} encodes the revision, as a difference to the one
 * before, in one or more {@link net.weft.controller.server.raft.LogRecord}s; {@link net.weft.controller.server.raft.RaftGroup} appends
 * them to the log and forces it to disk; {@link net.weft.controller.server.raft.RevisionMachine} applies what is committed to the
 * {@link net.weft.controller.server.raft.NewestBytes}, and hands the whole revision to the files, from which a start reads it without
 * the log. Now and then the files are forced to disk, and a snapshot replaces the older part of the log.
 */
@NullMarked
package net.weft.controller.server.raft;

import org.jspecify.annotations.NullMarked;
