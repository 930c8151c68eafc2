/**
 * The part of the controller that runs on each member: {@link net.weft.controller.member.MemberAgent} applies each
 * revision to the ports of a switch, and {@link net.weft.controller.member.InspectGrpc} reports the state of the
 * switch. It does not depend on the store.
 */
@NullMarked
package net.weft.controller.member;

import org.jspecify.annotations.NullMarked;
