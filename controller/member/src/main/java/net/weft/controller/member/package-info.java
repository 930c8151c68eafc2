/**
 * What runs on a member: {@link net.weft.controller.member.MemberAgent} turns each revision into the ports of a switch, and
 * {@link net.weft.controller.member.InspectGrpc} tells what the switch does. Knows no store.
 */
@NullMarked
package net.weft.controller.member;

import org.jspecify.annotations.NullMarked;
