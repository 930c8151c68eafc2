@NullMarked
package net.weft.controller.member.remote;

import org.jspecify.annotations.NullMarked;
