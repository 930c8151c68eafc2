@NullMarked
package net.weft.controller.member.packet;

import org.jspecify.annotations.NullMarked;
